import RangeMapCore

extension MapleTreeSubject {
  /// After a write, each cursor that was walked goes on as after a pause.
  mutating func pauseCursors(but spared: Int = -1) {
    for cursor in cursors.indices where cursor != spared && cursors[cursor].status != .start { cursors[cursor].pause() }
  }

  public func cursorState(_ cursor: Int) -> CursorState {
    CursorState(range: cursors[cursor].range, status: cursors[cursor].status)
  }

  public mutating func cursorSet(_ cursor: Int, to range: KeyRange) { cursors[cursor].set(to: range) }

  public mutating func cursorMove(_ cursor: Int, _ move: CursorMove, limit: UInt64) -> Entry? {
    // The harness has four cursors, and numbers them from 0 on.
    cursors[unchecked: cursor].move(move, limit: limit)
  }

  public mutating func cursorPause(_ cursor: Int) { cursors[cursor].pause() }

  public mutating func cursorReset(_ cursor: Int) { cursors[cursor].reset() }

  // Cursors do not lock; a tree with its own lock wants it held for their writes.

  public mutating func cursorStore(
    _ cursor: Int, _ entry: Entry?, policy: AllocationPolicy
  ) throws(RangeMapError) -> Entry? {
    let old = try tree.handle.locked { () throws(RangeMapError) in
      try cursors[cursor].store(entry, policy: policy)
    }
    interloper.cursorSince = cursor
    pauseCursors(but: cursor)
    return old
  }

  public mutating func cursorErase(_ cursor: Int, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    let entry = try tree.handle.locked { () throws(RangeMapError) in try cursors[cursor].erase(policy: policy) }
    interloper.cursorSince = cursor
    if entry != nil { pauseCursors(but: cursor) }
    return entry
  }

  // MARK: For the harness

  public mutating func failAllocation(_ index: UInt64, forever: Bool) {
    tree.handle.header.pool.budget.failRequest(index, forever: forever)
  }

  public mutating func permitAllocations() -> (requests: UInt64, refusals: UInt64) {
    let budget = tree.handle.header.pool.budget
    tree.handle.header.pool.budget.permitAll()
    return (budget.requests, budget.refusals)
  }

  public mutating func scheduleInterloper(_ entry: Entry?, over range: KeyRange) {
    interloper.store = (entry, range)
    interloper.didRun = false
    interloper.cursorSince = -1
  }

  public mutating func cancelInterloper() -> Bool {
    interloper.store = nil
    defer { interloper.didRun = false }
    if interloper.didRun { pauseCursors(but: interloper.cursorSince) }
    return interloper.didRun
  }

  public mutating func enterReader() { readers.append(tree.enterReader()) }

  public mutating func leaveReader() {
    guard let reader = readers.popLast() else { return }
    tree.leaveReader(reader)
    tree.handle.locked { tree.handle.reclaim() }
  }

  public var counters: MapCounters {
    var counters = MapCounters()
    counters.liveNodes = UInt64(tree.nodesInTree)
    counters.retiredNodes = UInt64(tree.handle.header.epochs.retiredNodes)
    counters.reservedNodes = UInt64(nodesInReserve)
    counters.nodesTaken = UInt64(tree.nodesTaken)
    counters.nodesPlanned = UInt64(tree.nodesPlanned)
    counters.height = UInt64(tree.height)
    counters.nodeVisits = tree.handle.header.counts.visits
    counters.levelsOfStores = tree.handle.header.counts.levelsOfStores
    counters.nodesAllocated = UInt64(tree.handle.header.pool.allocatedNodes)
    return counters
  }

  private var nodesInReserve: Int { prepared.nodesInReserve + bulk.nodesInReserve }

  public func brokenLaws() -> [String] { tree.brokenLaws(nodesInReserve: nodesInReserve).map(\.description) }

  public func fingerprint() -> UInt64 { tree.fingerprint() }

  public var marks: [(name: String, count: UInt64)] { tree.handle.header.marks.named }
}
