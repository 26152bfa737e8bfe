import RangeMapCore
import SortedArrayOracle

/// A subject that leaves to an oracle of its own all that it does not do, on purpose, in its own and wrong way.
///
/// The requirements of `RangeMap` are all there; a conforming type writes down only what it breaks.
public protocol OracleBackedSubject: RangeMap, ~Copyable {
  /// The map that does it right.
  var base: SortedArrayOracle { get set }
}

extension OracleBackedSubject where Self: ~Copyable {
  public var configuration: MapConfiguration { base.configuration }

  public func load(_ index: UInt64) -> Entry? { base.load(index) }
  public func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?) { base.slot(at: index) }
  public func find(_ index: inout UInt64, through limit: UInt64) -> Entry? { base.find(&index, through: limit) }
  public func findAfter(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    base.findAfter(&index, through: limit)
  }
  public func next(after index: UInt64, through limit: UInt64) -> Entry? { base.next(after: index, through: limit) }
  public func previous(before index: UInt64, downTo limit: UInt64) -> Entry? {
    base.previous(before: index, downTo: limit)
  }
  public func lowestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    try base.lowestGap(of: size, in: window)
  }
  public func highestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    try base.highestGap(of: size, in: window)
  }

  public mutating func store(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try base.store(entry, over: range, policy: policy)
  }
  public mutating func insert(
    _ entry: Entry, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try base.insert(entry, over: range, policy: policy)
  }
  public mutating func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    try base.erase(at: index, policy: policy)
  }
  public mutating func allocateLowest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    try base.allocateLowest(entry, size: size, in: window, policy: policy)
  }
  public mutating func allocateHighest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    try base.allocateHighest(entry, size: size, in: window, policy: policy)
  }
  public mutating func allocateCyclic(
    _ entry: Entry, in window: KeyRange, next: inout UInt64, policy: AllocationPolicy
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool) {
    try base.allocateCyclic(entry, in: window, next: &next, policy: policy)
  }
  public mutating func removeAll() { base.removeAll() }
  public mutating func setReadCopyUpdate(_ enabled: Bool) { base.setReadCopyUpdate(enabled) }
  public func duplicate(into destination: inout Self, policy: AllocationPolicy) throws(RangeMapError) {
    try base.duplicate(into: &destination.base, policy: policy)
  }

  public mutating func prepare(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try base.prepare(entry, over: range, policy: policy)
  }
  public mutating func storePrepared() throws(RangeMapError) { try base.storePrepared() }
  public mutating func abandonPrepared() { base.abandonPrepared() }
  public mutating func beginBulk(expecting count: UInt64, policy: AllocationPolicy) throws(RangeMapError) {
    try base.beginBulk(expecting: count, policy: policy)
  }
  public mutating func bulkStore(_ entry: Entry?, over range: KeyRange) throws(RangeMapError) {
    try base.bulkStore(entry, over: range)
  }
  public mutating func endBulk() { base.endBulk() }

  public func cursorState(_ cursor: Int) -> CursorState { base.cursorState(cursor) }
  public mutating func cursorSet(_ cursor: Int, to range: KeyRange) { base.cursorSet(cursor, to: range) }
  public mutating func cursorMove(_ cursor: Int, _ move: CursorMove, limit: UInt64) -> Entry? {
    base.cursorMove(cursor, move, limit: limit)
  }
  public mutating func cursorPause(_ cursor: Int) { base.cursorPause(cursor) }
  public mutating func cursorReset(_ cursor: Int) { base.cursorReset(cursor) }
  public mutating func cursorStore(
    _ cursor: Int, _ entry: Entry?, policy: AllocationPolicy
  ) throws(RangeMapError) -> Entry? {
    try base.cursorStore(cursor, entry, policy: policy)
  }
  public mutating func cursorErase(_ cursor: Int, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    try base.cursorErase(cursor, policy: policy)
  }

  public mutating func failAllocation(_ index: UInt64, forever: Bool) {
    base.failAllocation(index, forever: forever)
  }
  public mutating func permitAllocations() -> (requests: UInt64, refusals: UInt64) { base.permitAllocations() }
  public mutating func scheduleInterloper(_ entry: Entry?, over range: KeyRange) {
    base.scheduleInterloper(entry, over: range)
  }
  public mutating func cancelInterloper() -> Bool { base.cancelInterloper() }
  public mutating func enterReader() { base.enterReader() }
  public mutating func leaveReader() { base.leaveReader() }
  public var counters: MapCounters { base.counters }
  public func brokenLaws() -> [String] { base.brokenLaws() }
  public func fingerprint() -> UInt64 { base.fingerprint() }
  public var marks: [(name: String, count: UInt64)] { base.marks }
}
