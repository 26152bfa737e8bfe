extension Script {
  /// The script with its fills cut so that all of them together make at most `greatest` stores, with no bulk mode that
  /// expects more entries, for a fuzzer that must not spend a minute or all memory on two bytes; and without bounds on
  /// nodes, which say something of a subject only if a person or a proof chose them.
  public func boundingFills(to greatest: Int) -> Script {
    var script = self
    var left = greatest
    script.operations.removeAll { $0.kind == .atMost }
    for place in script.operations.indices {
      let operation = script.operations[place]
      if operation.kind.isFill {
        script.operations[place].number = min(operation.number, UInt64(max(left, 0)))
        left -= Int(script.operations[place].number)
      } else if operation.kind == .beginBulk {
        script.operations[place].number = min(operation.number, UInt64(greatest))
      }
    }
    return script
  }
}
