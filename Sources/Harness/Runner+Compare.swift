import Operations
import RangeMapCore
import SortedArrayOracle

extension Runner where Subject: ~Copyable {
  /// Whether a check of this interval is due at the current call.
  @inlinable
  func isDue(_ interval: UInt64) -> Bool { interval != 0 && state.calls % interval == 0 }

  /// Makes the checks that are due.
  /// - Parameter least: the least interval between two costly checks, whatever the options say.
  @inlinable
  mutating func checkSchedule(_ operation: Operation, least: UInt64 = 1) -> Bool {
    if isDue(options.cursorInterval) {
      guard compareCursors(operation, as: .wrongCursor) else { return false }
    }
    if options.contentInterval != 0 && isDue(max(options.contentInterval, least)) {
      guard compareContent(operation) else { return false }
    }
    if options.lawInterval != 0 && isDue(max(options.lawInterval, least)) {
      guard checkLaws(operation) else { return false }
    }
    return true
  }

  /// Makes all checks that cost as much as the map is large.
  @inlinable
  mutating func compareEverything(_ operation: Operation?) -> Bool {
    compareContent(operation) && compareCursors(operation, as: .wrongCursor) && compareCounters(operation)
      && checkLaws(operation)
  }

  /// Compares the slot that holds an index, and returns it; `nil` where the two differ.
  @inlinable
  mutating func compareSlot(
    _ operation: Operation?, at index: UInt64, as kind: ViolationKind
  ) -> KeyRange? {
    let expected = oracle.slot(at: index)
    let found = subject.slot(at: index)
    if found.range == expected.range && found.entry == expected.entry { return expected.range }
    _ = report(
      kind, operation, expected: "slot at \(CallOutcome.text(index)): \(slotText(expected))", found: slotText(found))
    return nil
  }

  /// Compares the slots in a range, two on either side of it, and both ends of each slot beside it.
  ///
  /// A write that succeeded leaves one slot in its range, or for NULL a slot around it. Of a range that was not
  /// written, because the write was refused, the first slots and the last are compared.
  @inlinable
  mutating func compareTouched(_ operation: Operation, _ range: KeyRange) -> Bool {
    guard range.isValid else { return true }
    let kind = ViolationKind.wrongTouchedSlot
    guard var slot = compareSlot(operation, at: range.first, as: kind) else { return false }
    let own = slot
    for _ in 0..<2 where slot.first > 0 {
      guard let before = compareSlot(operation, at: slot.first - 1, as: kind) else { return false }
      slot = before
    }
    slot = own
    var inside = 0
    while slot.last < range.last && inside < 4 {
      guard let following = compareSlot(operation, at: slot.last + 1, as: kind) else { return false }
      slot = following
      inside += 1
    }
    if range.last != range.first {
      guard let end = compareSlot(operation, at: range.last, as: kind) else { return false }
      slot = end
    }
    for _ in 0..<2 where slot.last < .max {
      guard let after = compareSlot(operation, at: slot.last + 1, as: kind) else { return false }
      slot = after
    }
    return true
  }

  /// Compares the whole content, slot by slot.
  @inlinable
  mutating func compareContent(_ operation: Operation?, as kind: ViolationKind = .wrongContent) -> Bool {
    var index: UInt64 = 0
    while true {
      guard let range = compareSlot(operation, at: index, as: kind) else { return false }
      if range.last == .max { return true }
      index = range.last + 1
    }
  }

  @inlinable
  mutating func compareCursor(
    _ operation: Operation?, _ cursor: Int, as kind: ViolationKind = .wrongCursor
  ) -> Bool {
    let expected = oracle.cursorState(cursor)
    let found = subject.cursorState(cursor)
    if expected == found { return true }
    return report(kind, operation, expected: cursorText(cursor, expected), found: cursorText(cursor, found))
  }

  @inlinable
  mutating func compareCursors(_ operation: Operation?, as kind: ViolationKind) -> Bool {
    for cursor in 0..<4 {
      guard compareCursor(operation, cursor, as: kind) else { return false }
    }
    return true
  }

  /// Demands that a write took at most the nodes that the script allows it. What stores nothing leaves the bound to the
  /// next write: the counter still tells of the one before.
  @inlinable
  mutating func compareNodesTaken(_ operation: Operation, _ kind: OperationKind, _ outcome: CallOutcome) -> Bool {
    guard let bound = pendingNodeBound, outcome.error == nil else { return true }
    switch kind {
    case .removeAll, .endBulk: return true
    case .erase, .cursorErase: if outcome == .entry(nil) { return true }
    default: break
    }
    pendingNodeBound = nil
    let taken = subject.counters.nodesTaken
    if taken <= bound { return true }
    return report(.tookMoreNodes, operation, expected: "at most \(bound) nodes taken", found: "\(taken) nodes taken")
  }

  /// Counters that contradict each other, and writes that took more than was planned.
  @inlinable
  mutating func compareCounters(_ operation: Operation?) -> Bool {
    let counters = subject.counters
    if counters.nodesTaken > counters.nodesPlanned {
      return report(
        .planExceeded, operation, expected: "at most the \(counters.nodesPlanned) nodes that were planned",
        found: "\(counters.nodesTaken) nodes taken")
    }
    if counters.retiredNodes &+ counters.reservedNodes &+ counters.height > counters.liveNodes {
      return report(
        .inconsistentCounters, operation,
        expected:
          "at least \(counters.retiredNodes) retired, \(counters.reservedNodes) reserved, \(counters.height) levels",
        found: "\(counters.liveNodes) live nodes")
    }
    return compareNodeCount(operation, counters)
  }

  /// Demands that the nodes of the tree itself are not many more than its content needs.
  ///
  /// With a range of NULL around each, n entries are at most 2n + 1 slots. The worst tree that is still one has a leaf
  /// for each slot, and as many nodes above them. This is told twice over, for a bound is to find what grows without
  /// end and nothing else.
  @inlinable
  mutating func compareNodeCount(_ operation: Operation?, _ counters: MapCounters) -> Bool {
    let inTree = counters.liveNodes &- counters.retiredNodes &- counters.reservedNodes
    let most = 8 * (UInt64(oracle.entryCount) + counters.height + 2)
    if inTree <= most { return true }
    return report(
      .tooManyNodes, operation, expected: "at most \(most) nodes for \(oracle.entryCount) entries",
      found: "\(inTree) nodes that are neither in reserve nor waiting for readers")
  }

  @inlinable
  mutating func checkLaws(_ operation: Operation?) -> Bool {
    let broken = subject.brokenLaws()
    if broken.isEmpty { return true }
    return report(.brokenLaw, operation, expected: "no broken law", found: broken.joined(separator: "; "))
  }

  /// Compares with what was before a call that failed. Replaced nodes that waited for readers may have been freed
  /// since.
  @inlinable
  mutating func compareSnapshot(_ operation: Operation, _ before: Snapshot, checksCounters: Bool) -> Bool {
    let fingerprint = subject.fingerprint()
    if fingerprint != before.fingerprint {
      return report(
        .changedByFailure, operation, expected: "fingerprint \(CallOutcome.text(before.fingerprint)) as before",
        found: CallOutcome.text(fingerprint))
    }
    guard checksCounters else { return true }
    let counters = subject.counters
    let wanted = before.counters
    if counters.liveNodes &- counters.retiredNodes != wanted.liveNodes &- wanted.retiredNodes
      || counters.liveNodes > wanted.liveNodes || counters.reservedNodes != wanted.reservedNodes
    {
      return report(
        .leakedByFailure, operation, expected: "\(wanted.liveNodes) live and \(wanted.reservedNodes) reserved nodes",
        found: "\(counters.liveNodes) live and \(counters.reservedNodes) reserved nodes")
    }
    return true
  }

  /// Tells how two outcomes differ.
  @usableFromInline @inline(never)
  mutating func reportOutcome(_ operation: Operation, expected: CallOutcome, found: CallOutcome) -> Bool {
    let kind: ViolationKind =
      switch (expected, found) {
      case (.found(let wanted, _), .found(let entry, _)) where wanted == entry: .wrongSearchIndex
      case (.cyclic(let wanted, _, _), .cyclic(let index, _, _)) where wanted == index: .wrongCyclicState
      case (.failure(let wanted, _), .failure(let error, _)): wanted == error ? .wrongCyclicState : .wrongError
      case (.failure, _), (_, .failure): .wrongError
      default: .wrongResult
      }
    return report(kind, operation, expected: "\(expected)", found: "\(found)")
  }
}
