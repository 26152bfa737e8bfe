import RangeMapCore

/// A maple tree as the harness sees it: the tree, its four cursors, one prepared store and one bulk store.
///
/// It is public for speed alone: what another module compiles for a type of the package calls it through a witness.
public struct MapleTreeSubject: ~Copyable, RangeMap {
  public let tree: MapleTree
  var cursors: InlineArray<4, Cursor>
  var prepared: Cursor
  var preparedEntry: Entry?
  var isPrepared = false
  var bulk: Cursor
  var isBulk = false
  var readers: [MapleTree.ReaderSection] = []
  let interloper = Interloper()

  public init(configuration: MapConfiguration = MapConfiguration(), rebuildRule: RebuildRule = .newest) {
    tree = MapleTree(configuration: configuration)
    tree.rebuildRule = rebuildRule
    cursors = [Cursor(tree), Cursor(tree), Cursor(tree), Cursor(tree)]
    prepared = Cursor(tree)
    bulk = Cursor(tree)
    let interloper = interloper
    tree.whileUnlocked { interloper.run(on: $0) }
  }

  deinit {
    for reader in readers { tree.leaveReader(reader) }
  }

  /// The store that another writer makes while the lock is let go.
  final class Interloper {
    var store: (entry: Entry?, range: KeyRange)?
    var didRun = false
    /// The cursor whose own write came after the other writer's, if any: its position is newer.
    var cursorSince = -1

    func run(on tree: borrowing MapleTree) {
      guard let pending = store else { return }
      store = nil
      // The refusal that made the writer wait is not the other writer's.
      let budget = tree.handle.header.pool.budget
      tree.handle.header.pool.budget = AllocationBudget()
      do {
        try tree.store(pending.entry, over: pending.range)
        didRun = true
      } catch {
        // A store that is refused changes nothing.
      }
      tree.handle.header.pool.budget = budget
    }
  }
}

extension MapleTreeSubject {
  public var configuration: MapConfiguration { tree.configuration }

  // MARK: Plain reads

  public func load(_ index: UInt64) -> Entry? { tree.load(index) }

  public func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?) { tree.slot(at: index) }

  public func find(_ index: inout UInt64, through limit: UInt64) -> Entry? { tree.find(&index, through: limit) }

  public func findAfter(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    tree.findAfter(&index, through: limit)
  }

  public func next(after index: UInt64, through limit: UInt64) -> Entry? { tree.next(after: index, through: limit) }

  public func previous(before index: UInt64, downTo limit: UInt64) -> Entry? {
    tree.previous(before: index, downTo: limit)
  }

  public func lowestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    try tree.lowestGap(of: size, in: window)
  }

  public func highestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    try tree.highestGap(of: size, in: window)
  }

  // MARK: Plain writes

  public mutating func store(_ entry: Entry?, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    try tree.store(entry, over: range, policy: policy)
    pauseCursors()
  }

  public mutating func insert(_ entry: Entry, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    try tree.insert(entry, over: range, policy: policy)
    pauseCursors()
  }

  public mutating func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    let entry = try tree.erase(at: index, policy: policy)
    if entry != nil { pauseCursors() }
    return entry
  }

  public mutating func allocateLowest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    let start = try tree.allocateLowest(entry, size: size, in: window, policy: policy)
    pauseCursors()
    return start
  }

  public mutating func allocateHighest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    let start = try tree.allocateHighest(entry, size: size, in: window, policy: policy)
    pauseCursors()
    return start
  }

  public mutating func allocateCyclic(
    _ entry: Entry, in window: KeyRange, next: inout UInt64, policy: AllocationPolicy
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool) {
    let result = try tree.allocateCyclic(entry, in: window, next: &next, policy: policy)
    pauseCursors()
    return result
  }

  public mutating func removeAll() {
    tree.removeAll()
    pauseCursors()
  }

  public mutating func setReadCopyUpdate(_ enabled: Bool) { tree.setReadCopyUpdate(enabled) }

  public func duplicate(
    into destination: inout MapleTreeSubject, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try tree.duplicate(into: destination.tree, policy: policy)
    destination.pauseCursors()
  }

  // MARK: Prepared stores and bulk mode

  public mutating func prepare(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    let old = prepared.range
    prepared.set(to: range)
    do throws(RangeMapError) {
      try tree.handle.locked { () throws(RangeMapError) in try prepared.prepare(entry, policy: policy) }
    } catch {
      prepared.set(to: old)
      throw error
    }
    preparedEntry = entry
    isPrepared = true
  }

  public mutating func storePrepared() throws(RangeMapError) {
    guard isPrepared else { throw .notPrepared }
    let range = prepared.range
    do throws(RangeMapError) {
      try tree.handle.locked { () throws(RangeMapError) in try prepared.storePrepared(preparedEntry) }
    } catch {
      prepared.set(to: range)
      throw error
    }
    isPrepared = false
    pauseCursors()
  }

  public mutating func abandonPrepared() {
    tree.handle.locked { prepared.abandon() }
    isPrepared = false
  }

  public mutating func beginBulk(expecting count: UInt64, policy: AllocationPolicy) throws(RangeMapError) {
    try tree.handle.locked { () throws(RangeMapError) in try bulk.beginBulk(expecting: count, policy: policy) }
    isBulk = true
  }

  public mutating func bulkStore(_ entry: Entry?, over range: KeyRange) throws(RangeMapError) {
    guard isBulk else { throw .notPrepared }
    bulk.set(to: range)
    try tree.handle.locked { () throws(RangeMapError) in try bulk.bulkStore(entry) }
    pauseCursors()
  }

  public mutating func endBulk() {
    tree.handle.locked { bulk.abandon() }
    isBulk = false
  }
}
