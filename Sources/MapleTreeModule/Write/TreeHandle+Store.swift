import RangeMapCore
import Synchronization

/// The pipeline of all writes: walk and plan, take nodes, carry out. Nothing changes before the nodes are in hand.
extension TreeHandle {
  /// What the tree is now.
  var currentConfiguration: MapConfiguration {
    var configuration = configuration
    configuration.usesReadCopyUpdate = usesReadCopyUpdate
    return configuration
  }

  /// Runs a plain write under the tree's own lock; an external one is the caller's.
  @inline(__always)
  func locked<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    if configuration.hasExternalLock {
      assertLocked()
      return try body()
    }
    header.lock.acquire()
    defer { header.lock.release() }
    return try body()
  }

  /// Checks what every write checks of its range and its entry.
  @inline(__always)
  func check(_ range: KeyRange, _ entry: Entry?) throws(RangeMapError) {
    guard range.isValid else { throw .invalidRange }
    if let entry, entry.isAdvanced { throw .reservedEntry }
  }

  /// Stores a word over a range, and returns the store as it was carried out; nil where the tree's lock was let go to
  /// wait for nodes. Then another writer may have been there: the caller begins again with what it looked up, and its
  /// range.
  ///
  /// - Parameters:
  ///   - reserve: nodes in hand already; what is left of it afterwards is the caller's.
  ///   - hint: a leaf of the tree as it is, in which the store may land.
  @inline(__always)
  func tryStore(
    _ word: UInt64, over range: KeyRange, _ reserve: inout NodeReserve, policy: AllocationPolicy, isBulk: Bool = false,
    near hint: LeafPlace? = nil
  ) throws(RangeMapError) -> FinishedStore? {
    assertLocked()
    // A new value each time: a NULL widens its range, and may widen it otherwise the next time.
    var write = StoreWrite(self, over: range, word: word, isBulk: isBulk)
    let kind = write.plan(from: hint)
    let demand = write.demand(of: kind)
    try checkHeight(kind)
    if demand > reserve.count {
      switch obtain(demand - reserve.count, policy: policy, into: &reserve) {
      case .ready: break
      case .afterSleep:
        header.marks.hit(.retriedAfterSleep)
        return nil
      case .refused:
        mark(kind, refused: true)
        throw .outOfMemory
      }
    }
    announceStore(word, over: range, isBulk: isBulk)
    carryOut(&write, kind, demand: demand, &reserve)
    return FinishedStore(write, kind)
  }

  /// Refuses a store that may grow a tree of the greatest height.
  @inline(__always)
  func checkHeight(_ kind: StoreKind) throws(RangeMapError) {
    guard kind == .splitStore || kind == .spanningStore else { return }
    guard height < TreeHandle.greatestHeight else { throw .heightLimit }
  }

  /// Carries a planned store out with the nodes in hand.
  @inline(__always)
  func carryOut(_ write: inout StoreWrite, _ kind: StoreKind, demand: Int, _ reserve: inout NodeReserve) {
    mark(kind, refused: false)
    header.nodesPlanned = demand
    header.nodesTaken = 0
    beginChange()
    countLevels()
    write.execute(kind, &reserve)
    if write.isBulk && leavesTooLittle(write, kind) { header.isUnderfilled = true }
    endChange()
    reportStore()
  }

  /// Whether a store in bulk mode may leave nodes with less than they should have, now or when a leaf beside them is
  /// cut. In ascending order only right-most nodes have few items, which no law forbids, and never so few as to be
  /// evened out.
  @inline(__always)
  private func leavesTooLittle(_ write: StoreWrite, _ kind: StoreKind) -> Bool {
    if write.max != .max || write.word == 0 || kind == .spanningStore { return true }
    let isTooLittle = SplitPlan<ConcreteDomain>.needsEvening(count: write.newEnd + 1, leaf: geometry.leaf)
    return kind == .nodeStore && height > 1 && isTooLittle
  }

  /// Stores, and begins again as often as the lock is let go. Kernel: `mas_store_gfp()`.
  @inline(__always)
  func store(_ word: UInt64, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    var reserve = NodeReserve()
    defer { empty(&reserve) }
    while try tryStore(word, over: range, &reserve, policy: policy) == nil {}
  }

  /// Tells cursors that their positions are stale. A reader must see it before a node of theirs can be freed: without
  /// readers the lock is order enough.
  @inline(__always)
  func beginChange() {
    if usesReadCopyUpdate {
      _ = header.version.wrappingAdd(1, ordering: .sequentiallyConsistent)
    } else {
      header.version.store(header.version.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }
  }

  /// Frees the replaced nodes that no reader can be in.
  @inline(__always)
  func endChange() {
    if header.epochs.retiredNodes > 0 { header.epochs.reclaim(into: &header.pool) }
  }

  @inline(__always)
  func mark(_ kind: StoreKind, refused: Bool) {
    header.marks.hit(
      kind, height: height, gaps: configuration.tracksGaps,
      readCopyUpdate: usesReadCopyUpdate, refused: refused)
  }

  /// How a request for nodes ended.
  enum Obtained {
    /// The nodes are in the reserve, and nobody else was in the tree.
    case ready
    /// The nodes are in the reserve, but the lock was let go: the operation must begin again.
    case afterSleep
    case refused
  }

  /// Takes nodes as the policy says: first without waiting, then, where that is allowed, with the tree's own lock let
  /// go. Kernel: `mas_nomem()`.
  func obtain(_ count: Int, policy: AllocationPolicy, into reserve: inout NodeReserve) -> Obtained {
    if header.pool.request(count, into: &reserve) { return .ready }
    switch policy {
    case .mustNotSleep: return .refused
    case .atomic: return header.pool.request(count, into: &reserve) ? .ready : .refused
    case .maySleep:
      if configuration.hasExternalLock {
        return header.pool.request(count, into: &reserve) ? .ready : .refused
      }
      return sleepForNodes(count, into: &reserve) ? .afterSleep : .refused
    }
  }

  /// Lets go of the lock, gets memory, and takes the lock again.
  private func sleepForNodes(_ count: Int, into reserve: inout NodeReserve) -> Bool {
    header.lock.release()
    if let body = header.whileUnlocked { withBorrowedTree(body) }
    let slab = NodePool.makeSlab(of: count)
    header.lock.acquire()
    header.pool.adopt(slab, of: count)
    return header.pool.request(count, into: &reserve)
  }

  /// Lends the tree to a body that runs inside one of its calls.
  private func withBorrowedTree(_ body: (borrowing MapleTree) -> Void) {
    guard let storage = header.storage else { return }
    let tree = MapleTree(storage: storage)
    body(tree)
  }

  /// Empties the tree. Kernel: `__mt_destroy()`.
  /// - Complexity: O(1) where nobody else can have a node, else O(n).
  func removeEverything() {
    beginChange()
    let root = NodeReference.inRoot(rootWord)
    setRootWord(0)
    header.height = 0
    header.isUnderfilled = false
    if let root, !takeBackAllNodes() { discardSubtree(root, max: .max) }
    endChange()
  }

  /// Gives all nodes back without a look at them. False, with nothing done, where readers may be in them or some belong
  /// to a reserve.
  private func takeBackAllNodes() -> Bool {
    let isAlone = !usesReadCopyUpdate && header.pool.liveNodes == header.reachableNodes
    guard isAlone && header.pool.takeBackAll() else { return false }
    header.reachableNodes = 0
    return true
  }
}
