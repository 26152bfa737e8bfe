import RangeMapCore
import SortedArrayOracle

/// A subject that does one thing wrong, for the tests of each check; without a defect one that does all of it right.
///
/// It keeps its content in an oracle and acts out the rest of a tree: each call that may allocate asks for one node,
/// waits and lets an interloper in as its policy says, holds nodes in reserve and back for readers, and finds now and
/// then that a plan no longer fits.
public struct DefectiveSubject: OracleBackedSubject {
  /// What can change behind a call that may not change the subject.
  final class Shared {
    var structure: UInt64 = 0
    var isEmptied = false
  }

  public var base: SortedArrayOracle
  let defect: Defect?
  var shared = Shared()
  /// What the subject of which this is a duplicate shares with it, by the defect of that name.
  var source: Shared?

  var budget = AllocationBudget()
  var refusedRequest: UInt64 = 0
  var interloper: (range: KeyRange, entry: Entry?)?
  var interloperRan = false
  var preparedNodes: UInt64 = 0
  var entryCountWhenPrepared = 0
  var bulkNodes: UInt64 = 0
  var retiredNodes: UInt64 = 0
  var leakedNodes: UInt64 = 0
  var hoardedNodes: UInt64 = 0
  var readers = 0
  var stores = 0
  var writes: UInt64 = 0

  public init(configuration: MapConfiguration, defect: Defect? = nil) {
    base = SortedArrayOracle(configuration: configuration)
    self.defect = defect
  }

  // MARK: Reads

  public func load(_ index: UInt64) -> Entry? {
    defect == .wrongLoad && index & 1 == 1 ? nil : base.load(index)
  }

  public func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?) {
    if let source, source.isEmptied { return (.all, nil) }
    return base.slot(at: index)
  }

  public func find(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    let entry = base.find(&index, through: limit)
    if defect == .wrongSearchIndex && entry != nil { index &-= 1 }
    return entry
  }

  public func lowestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    let start = try base.lowestGap(of: size, in: window)
    return defect == .wrongGap ? window.first : start
  }

  public func cursorState(_ cursor: Int) -> CursorState {
    var state = base.cursorState(cursor)
    if defect == .wrongCursorStatus && state.status == .overflow { state.status = .active }
    if defect == .cursorsNotPaused && state.status == .pause { state.status = .active }
    return state
  }

  // MARK: Memory

  /// Asks for the node of a call. Where it gets none, the call's own failure is left to the caller.
  mutating func allocate(_ policy: AllocationPolicy) throws(RangeMapError) {
    if budget.permitsRequest() { return }
    switch policy {
    case .mustNotSleep: break
    case .atomic:
      if budget.permitsRequest() { return }
    case .maySleep:
      if !configuration.hasExternalLock { letInterloperIn() }
      if budget.permitsRequest() { return }
    }
    throw .outOfMemory
  }

  mutating func letInterloperIn() {
    guard let interloper, !interloperRan else { return }
    interloperRan = true
    try? base.store(interloper.entry, over: interloper.range, policy: .maySleep)
  }

  /// Keeps account of a write that was made.
  mutating func countWrite() {
    writes += 1
    if readers > 0 && configuration.usesReadCopyUpdate { retiredNodes += 1 }
  }

  public mutating func failAllocation(_ index: UInt64, forever: Bool) {
    budget.failRequest(index, forever: forever)
    refusedRequest = index
  }

  public mutating func permitAllocations() -> (requests: UInt64, refusals: UInt64) {
    defer {
      budget.permitAll()
      refusedRequest = 0
    }
    return (budget.requests, budget.refusals)
  }

  public mutating func scheduleInterloper(_ entry: Entry?, over range: KeyRange) {
    interloper = (range, entry)
    interloperRan = false
  }

  public mutating func cancelInterloper() -> Bool {
    interloper = nil
    return interloperRan
  }

  public mutating func enterReader() { readers += 1 }

  public mutating func leaveReader() {
    readers = max(0, readers - 1)
    if readers == 0 { retiredNodes = 0 }
  }

  public var counters: MapCounters {
    var counters = MapCounters()
    counters.height = base.entryCount == 0 ? 0 : 1
    counters.retiredNodes = retiredNodes
    counters.reservedNodes = preparedNodes + bulkNodes
    counters.liveNodes = counters.height + retiredNodes + counters.reservedNodes + leakedNodes + hoardedNodes
    counters.nodesPlanned = 2
    counters.nodesTaken = 1
    if defect == .planExceeded && stores > 0 { counters.nodesTaken = 3 }
    if defect == .takesSpareNode { counters.nodesTaken = 2 }
    if defect == .inconsistentCounters && stores > 0 { counters.reservedNodes = counters.liveNodes + 1 }
    return counters
  }

  public func brokenLaws() -> [String] {
    defect == .brokenLaw && stores >= 3 ? ["slots in order: the third store put two slots in the wrong order"] : []
  }

  public func fingerprint() -> UInt64 {
    base.fingerprint() ^ shared.structure &* 0x9e37_79b9_7f4a_7c15 ^ (source?.isEmptied == true ? 1 : 0)
  }

  public var marks: [(name: String, count: UInt64)] {
    [("defective write", writes), ("defective store", UInt64(stores))]
  }
}
