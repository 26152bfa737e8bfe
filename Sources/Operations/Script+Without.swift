extension Script {
  /// The script without some of its operations, and without the bounds on the writes among them.
  ///
  /// A bound belongs to the next write. Left behind, it would be a claim about the write after it, which nobody made.
  public func without(_ isTakenOut: (Int) -> Bool) -> Script {
    var isKept = operations.indices.map { !isTakenOut($0) }
    var bound: Int?
    for (place, operation) in operations.enumerated() {
      if operation.kind == .atMost {
        bound = place
      } else if let last = bound, operation.kind.traits.contains(.stores) {
        if !isKept[place] { isKept[last] = false }
        bound = nil
      }
    }
    let kept = operations.indices.filter { isKept[$0] }
    return Script(configuration: configuration, operations: kept.map { operations[$0] })
  }
}
