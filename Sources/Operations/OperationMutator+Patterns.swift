import RangeMapCore

/// Operations that belong together, near what a script stores: small changes seldom make them, and many faults need
/// one.
extension OperationMutator {
  /// A range that a script wrote, or one of those that a fill made; `nil` if none was found.
  static func storedRange(in script: Script, using generator: inout SeededGenerator) -> KeyRange? {
    guard !script.operations.isEmpty else { return nil }
    for _ in 0..<4 {
      let operation = script.operations[Int(generator.below(UInt64(script.operations.count)))]
      switch operation.kind {
      case .fill, .bulkFill:
        guard operation.number > 0, operation.width > 0 else { continue }
        let first = operation.range.first &+ generator.below(operation.number) &* operation.stride
        return KeyRange(first, first &+ (operation.width - 1))
      case .store, .insert, .prepare, .bulkStore, .cursorSet, .interlope:
        return operation.range
      default: continue
      }
    }
    return nil
  }

  /// Places that operations are put near: at most eight ends of what a script stores; none if they are to be elsewhere.
  static func places(in script: Script, using generator: inout SeededGenerator) -> [UInt64] {
    if generator.oneIn(4) { return [] }
    return (0..<8).compactMap { _ in
      storedRange(in: script, using: &generator).map { generator.oneIn(2) ? $0.first : $0.last &+ 1 }
    }
  }

  /// Writes over the end of a stored range: into what comes after it, and into the next node now and then.
  static func cross(into script: inout Script, at place: Int, using generator: inout SeededGenerator) {
    guard let range = storedRange(in: script, using: &generator), range.isValid else { return }
    let width = range.countLessOne &+ 1
    let reach = max(width, 1) &* (generator.oneIn(4) ? 8 : 2)
    let first = range.last &- generator.below(max(width, 1))
    let (last, overflows) = range.last.addingReportingOverflow(generator.below(max(reach, 1)))
    let target = KeyRange(first, overflows ? .max : last)
    let entry = generator.oneIn(3) ? nil : Operation.defaultEntry
    let policy = generator.oneIn(4) ? AllocationPolicy.mustNotSleep : .maySleep
    let cursor = Int(generator.below(4))
    let operations: [Operation] =
      switch generator.below(8) {
      case 0, 1: [.prepare(target, entry, policy), .storePrepared]
      case 2: [.cursorSet(cursor, target), .cursorStore(cursor, entry, policy)]
      case 3: [.erase(range.first, policy)]
      default: [.store(target, entry, policy)]
      }
    script.operations.insert(contentsOf: operations, at: place)
  }

  /// Sets a cursor to a stored range and moves it, to a limit that is one of its own ends or an end of another range.
  static func limitMove(into script: inout Script, at place: Int, using generator: inout SeededGenerator) {
    guard let range = storedRange(in: script, using: &generator) else { return }
    let other = generator.oneIn(2) ? range : storedRange(in: script, using: &generator) ?? range
    let cursor = Int(generator.below(4))
    let limit = (generator.oneIn(2) ? other.first : other.last) &+ generator.below(3) &- 1
    var operations: [Operation] = [.cursorSet(cursor, generator.oneIn(2) ? .single(range.first) : range)]
    for _ in 0...generator.below(2) {
      let move = CursorMove.allCases[Int(generator.below(UInt64(CursorMove.allCases.count)))]
      let end: UInt64 = move.isForward ? .max : 0
      operations.append(.cursorMove(cursor, move, limit: generator.oneIn(4) ? end : limit))
      if generator.oneIn(4) { operations.append(.cursorPause(cursor)) }
    }
    script.operations.insert(contentsOf: operations, at: place)
  }

  /// Duplicates a map for which memory runs out on the way.
  static func duplicateRefused(into script: inout Script, at place: Int, using generator: inout SeededGenerator) {
    let index = 1 + generator.below(generator.oneIn(2) ? 4 : 24)
    script.operations.insert(
      contentsOf: [.failAllocation(index, forever: generator.oneIn(4)), .duplicate(.maySleep)], at: place)
  }

  /// Lets another writer store near a write while that waits for memory: what the write remembered is stale then.
  ///
  /// Every other time the write becomes one of NULL and the other writer stores next to it, for a write of NULL takes
  /// in the NULLs beside it.
  static func overtake(_ script: inout Script, at place: Int, using generator: inout SeededGenerator) {
    let write = (place..<script.operations.count).first { script.operations[$0].kind.asksAlone } ?? place
    let range = script.operations[write].range
    var first = tweak(generator.oneIn(2) ? range.first : range.last, using: &generator)
    if script.operations[write].kind.fields.contains(.optionalEntry), generator.oneIn(2) {
      script.operations[write].entry = nil
      first = generator.oneIn(2) ? range.first &- 1 &- generator.below(4) : range.last &+ 1 &+ generator.below(4)
    }
    let last = generator.oneIn(2) ? first : tweak(first, using: &generator)
    let entry = generator.oneIn(4) ? nil : Operation.defaultEntry
    script.operations.insert(
      contentsOf: [
        .interlope(KeyRange(min(first, last), max(first, last)), entry), .failAllocation(1, forever: false),
      ],
      at: write)
  }
}
