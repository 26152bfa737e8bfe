import Operations
import RangeMapCore
import SortedArrayOracle

extension Runner where Subject: ~Copyable {
  /// Makes all checks once more, empties the map, and demands that no node is left. After a violation only the marks
  /// are collected.
  @inlinable
  public mutating func finish() -> Bool {
    options.watch?.note(operation: operationIndex + 1)
    let isClean = state.violation == nil && compareEverything(nil)
    if options.collectsMarks { marks.add(subject.marks) }
    guard isClean else { return false }
    Self.empty(&subject, openReaders: openReaders)
    openReaders = 0
    guard checkLaws(nil) else { return false }
    var emptied = makeSubject(configuration)
    swap(&subject, &emptied)
    return checkEmptied(nil, emptied, as: .notEmptied, leak: .leakedNodes)
  }

  /// Gives back all that a map can hold.
  @inlinable
  static func empty(_ map: inout Subject, openReaders: Int) {
    map.abandonPrepared()
    map.endBulk()
    for _ in 0..<openReaders { map.leaveReader() }
    map.removeAll()
  }

  /// Demands that a map holds no entry and no node.
  @inlinable
  mutating func checkEmptied(
    _ operation: Operation?, _ map: borrowing Subject, as kind: ViolationKind, leak: ViolationKind
  ) -> Bool {
    let slot = map.slot(at: 0)
    if slot.range != .all || slot.entry != nil {
      return report(kind, operation, expected: slotText((.all, nil)), found: slotText(slot))
    }
    let counters = map.counters
    if counters.liveNodes != 0 {
      return report(
        leak, operation, expected: "no live node in an empty map",
        found:
          "\(counters.liveNodes) live, of them \(counters.retiredNodes) retired and \(counters.reservedNodes) reserved")
    }
    return true
  }
}
