extension Script {
  /// The script with its fills cut so that all of them together make at most `greatest` stores, with no bulk mode that
  /// expects more entries, for a fuzzer that must not spend a minute or all memory on two bytes; and without bounds on
  /// nodes, which say something of a subject only where a person or a proof chose them.
  public func boundingFills(to greatest: Int) -> Script {
    var script = self
    var left = greatest
    script.operations.removeAll { $0.kind == .atMost }
    for (place, operation) in script.operations.enumerated() {
      switch operation {
      case .fill(let count, let first, let stride, let width, let entry):
        let bounded = UInt16(clamping: min(Int(count), max(left, 0)))
        left -= Int(bounded)
        script.operations[place] = .fill(count: bounded, first: first, stride: stride, width: width, entry)
      case .bulkFill(let count, let first, let stride, let width, let entry):
        let bounded = UInt16(clamping: min(Int(count), max(left, 0)))
        left -= Int(bounded)
        script.operations[place] = .bulkFill(count: bounded, first: first, stride: stride, width: width, entry)
      case .beginBulk(let expected, let policy):
        script.operations[place] = .beginBulk(expecting: min(expected, UInt64(greatest)), policy)
      default: break
      }
    }
    return script
  }
}
