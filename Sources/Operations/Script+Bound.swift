extension Script {
  /// The script with its fills cut so that all of them together make at most `greatest` stores, for a fuzzer that must not
  /// spend a minute on two bytes.
  public func boundingFills(to greatest: Int) -> Script {
    var script = self
    var left = greatest
    for (place, operation) in operations.enumerated() {
      guard case .fill(let count, let first, let stride, let width, let entry) = operation else { continue }
      let bounded = UInt16(clamping: min(Int(count), max(left, 0)))
      left -= Int(bounded)
      script.operations[place] = .fill(count: bounded, first: first, stride: stride, width: width, entry)
    }
    return script
  }
}
