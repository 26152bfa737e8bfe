import RangeMapCore

extension MapleTreeSubject {
  /// Runs a body on a cursor by its number.
  @inline(__always)
  mutating func withCursor<Result, Failure: Error>(
    _ cursor: Int, _ body: (inout Cursor) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch cursor {
    case 0: try body(&first)
    case 1: try body(&second)
    case 2: try body(&third)
    default: try body(&fourth)
    }
  }

  /// After a write, each cursor that was walked goes on as after a pause.
  mutating func pauseCursors(but spared: Int = -1) {
    if spared != 0 && first.status != .start { first.pause() }
    if spared != 1 && second.status != .start { second.pause() }
    if spared != 2 && third.status != .start { third.pause() }
    if spared != 3 && fourth.status != .start { fourth.pause() }
  }

  /// Cursors do not lock; a tree with its own lock wants it held for their writes.
  func lockTree() {
    if !tree.handle.configuration.hasExternalLock { tree.handle.header.lock.acquire() }
  }

  func unlockTree() {
    if !tree.handle.configuration.hasExternalLock { tree.handle.header.lock.release() }
  }

  public func cursorState(_ cursor: Int) -> CursorState {
    switch cursor {
    case 0: CursorState(range: first.range, status: first.status)
    case 1: CursorState(range: second.range, status: second.status)
    case 2: CursorState(range: third.range, status: third.status)
    default: CursorState(range: fourth.range, status: fourth.status)
    }
  }

  public mutating func cursorSet(_ cursor: Int, to range: KeyRange) { withCursor(cursor) { $0.set(to: range) } }

  public mutating func cursorMove(_ cursor: Int, _ move: CursorMove, limit: UInt64) -> Entry? {
    withCursor(cursor) { $0.move(move, limit: limit) }
  }

  public mutating func cursorPause(_ cursor: Int) { withCursor(cursor) { $0.pause() } }

  public mutating func cursorReset(_ cursor: Int) { withCursor(cursor) { $0.reset() } }

  public mutating func cursorStore(
    _ cursor: Int, _ entry: Entry?, policy: AllocationPolicy
  ) throws(RangeMapError) -> Entry? {
    lockTree()
    defer { unlockTree() }
    let old = try withCursor(cursor) { (state) throws(RangeMapError) in try state.store(entry, policy: policy) }
    interloper.cursorSince = cursor
    pauseCursors(but: cursor)
    return old
  }

  public mutating func cursorErase(_ cursor: Int, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    lockTree()
    defer { unlockTree() }
    let entry = try withCursor(cursor) { (state) throws(RangeMapError) in try state.erase(policy: policy) }
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
    tree.handle.locked { tree.handle.endChange() }
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
