import Harness
import RangeMapCore
import SeededDefects
import SortedArrayOracle

/// A map that is right and counts nodes as a tree does, or that does one thing otherwise: what each comparison must
/// find.
///
/// It is an oracle that plays a tree of one leaf for each entry. A store asks for two nodes, takes one, and makes two
/// requests.
struct AlteredTree: OracleBackedSubject, ShapedRangeMap {
  /// What it does otherwise, one thing each.
  enum Alteration: CaseIterable {
    /// A load of index 7 finds nothing.
    case answer
    /// An insertion that is in the way of an entry says that there is no space.
    case error
    /// A cursor at its upper limit is active.
    case cursorState
    /// A store that begins at index 3 loses the entry at 0.
    case content
    /// A store that begins at index 3 leaves a leaf with one slot more.
    case shape
    case nodesAskedFor, nodesTaken
    /// A preparation takes a node more.
    case nodesReserved
    /// Each erasure leaves a node behind.
    case nodesHeld
    /// A store makes one request.
    case request
    /// A store that waited for memory let nobody in.
    case otherWriter
    /// A store that begins at index 3 fails a check of its own.
    case ownCheck
  }

  var base: SortedArrayOracle
  let alteration: Alteration?
  private var budget = AllocationBudget()
  private var interloper: (range: KeyRange, entry: Entry?)?
  private var ranInterloper = false
  private var preparedNodes: UInt64 = 0
  private var lostNodes: UInt64 = 0
  private var hasStoredAtThree = false

  init(configuration: MapConfiguration, alteration: Alteration? = nil) {
    base = SortedArrayOracle(configuration: configuration)
    self.alteration = alteration
  }

  func load(_ index: UInt64) -> Entry? { alteration == .answer && index == 7 ? nil : base.load(index) }

  func cursorState(_ cursor: Int) -> CursorState {
    var state = base.cursorState(cursor)
    if alteration == .cursorState && state.status == .overflow { state.status = .active }
    return state
  }

  mutating func insert(_ entry: Entry, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    do throws(RangeMapError) {
      try base.insert(entry, over: range, policy: policy)
    } catch {
      if case .occupied = error, alteration == .error { throw .noSpace }
      throw error
    }
  }

  mutating func store(_ entry: Entry?, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    try allocate(policy)
    try base.store(entry, over: range, policy: policy)
    guard range.first == 3 else { return }
    hasStoredAtThree = true
    if alteration == .content { try base.store(nil, over: .single(0), policy: policy) }
  }

  mutating func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    if alteration == .nodesHeld { lostNodes += 1 }
    return try base.erase(at: index, policy: policy)
  }

  mutating func prepare(_ entry: Entry?, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    try base.prepare(entry, over: range, policy: policy)
    preparedNodes = alteration == .nodesReserved ? 3 : 2
  }

  mutating func storePrepared() throws(RangeMapError) {
    try base.storePrepared()
    preparedNodes = 0
  }

  mutating func abandonPrepared() {
    base.abandonPrepared()
    preparedNodes = 0
  }

  mutating func removeAll() {
    base.removeAll()
    lostNodes = 0
  }

  // MARK: Memory

  private mutating func allocate(_ policy: AllocationPolicy) throws(RangeMapError) {
    for _ in 0..<(alteration == .request ? 1 : 2) {
      if budget.permitsRequest() { continue }
      if policy == .maySleep, let interloper, alteration != .otherWriter {
        self.interloper = nil
        ranInterloper = true
        try? base.store(interloper.entry, over: interloper.range, policy: .maySleep)
      }
      if policy == .mustNotSleep || !budget.permitsRequest() { throw .outOfMemory }
    }
  }

  mutating func failAllocation(_ index: UInt64, forever: Bool) { budget.failRequest(index, forever: forever) }

  mutating func permitAllocations() -> (requests: UInt64, refusals: UInt64) {
    defer { budget.permitAll() }
    return (budget.requests, budget.refusals)
  }

  mutating func scheduleInterloper(_ entry: Entry?, over range: KeyRange) {
    interloper = (range, entry)
    ranInterloper = false
  }

  mutating func cancelInterloper() -> Bool {
    interloper = nil
    return ranInterloper
  }

  // MARK: Nodes

  private var entryCount: UInt64 {
    var count: UInt64 = 0
    forEachEntry { _, _ in count += 1 }
    return count
  }

  var counters: MapCounters {
    var counters = MapCounters()
    let nodes = entryCount
    counters.height = nodes == 0 ? 0 : 1
    counters.reservedNodes = preparedNodes
    counters.liveNodes = nodes + preparedNodes + lostNodes
    counters.nodesPlanned = alteration == .nodesAskedFor ? 3 : 2
    counters.nodesTaken = alteration == .nodesTaken ? 2 : 1
    return counters
  }

  func describeShape(to shape: inout TreeShape) {
    let bounds: [UInt64] = [1, 2]
    bounds.withUnsafeBufferPointer { bounds in
      guard let pivots = bounds.baseAddress else { return }
      for _ in 0..<entryCount {
        let end = alteration == .shape && hasStoredAtThree ? 1 : 0
        shape.append(
          ShownNode(depth: 0, kind: .leaf, range: KeyRange(0, 1), end: end, nullSlots: 0, pivots: pivots))
      }
    }
  }

  var hasNoticedViolation: Bool { alteration == .ownCheck && hasStoredAtThree }

  func brokenLaws() -> [String] { hasNoticedViolation ? ["a check of its own"] : [] }
}
