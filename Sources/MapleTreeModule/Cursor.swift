import RangeMapCore
import Synchronization

/// A position in a tree that is kept between calls, with nodes in reserve for a store to come. Kernel:
/// `struct ma_state`.
///
/// A cursor does not lock: for writes the caller holds the tree's lock, for reads the lock or, in reader mode, a
/// reader's section. A write by anybody else makes the position stale; the cursor sees that and goes on as after
/// `pause()`. In reader mode it goes on after its own slot, as it was.
public struct Cursor: ~Copyable {
  private let storage: TreeStorage
  private let handle: TreeHandle
  private var position: Position
  private var reserve = NodeReserve()
  private var isBulk = false
  /// Where bulk mode stored last, once it has split a leaf.
  private var bulkSplitAt: UInt64?
  /// The leaf that bulk mode stored in last, where the next store most often goes too, and the tree's version then.
  private var bulkLeaf: (place: LeafPlace, version: UInt64)?

  /// A cursor over a range, with nothing walked. Kernel: `MA_STATE()`.
  public init(_ tree: borrowing MapleTree, at range: KeyRange = .single(0)) {
    storage = tree.storage
    handle = tree.handle
    position = Position(handle, at: range)
    position.version = handle.version
  }

  /// Gives a reserve back, inside the tree's own lock or outside. With an external lock the caller holds it where
  /// another thread may write.
  deinit {
    guard reserve.count > 0 else { return }
    var left = reserve
    if handle.configuration.hasExternalLock || handle.header.lock.isHeldByCurrentThread {
      handle.empty(&left)
    } else {
      handle.locked { handle.empty(&left) }
    }
  }

  /// The range of the slot that was found, or the one the cursor was set to.
  public var range: KeyRange { KeyRange(position.first, position.last) }

  public var status: CursorStatus { position.status }

  /// Nodes in reserve.
  public var nodesInReserve: Int { reserve.count }

  // MARK: Positions

  /// Sets the range; the next call walks from the root. Kernel: `mas_set_range()`.
  public mutating func set(to range: KeyRange) {
    let version = position.version
    position = Position(handle, at: range)
    position.version = version
  }

  /// Forgets the position, not the range. Kernel: `mas_reset()`.
  public mutating func reset() { set(to: range) }

  /// Goes on behind the range with the next call, or before it in reverse: for when the lock is let go. Kernel:
  /// `mas_pause()`.
  public mutating func pause() {
    set(to: range)
    position.status = .pause
  }

  /// Makes one move; the kernel's name is at each case of `CursorMove`. A zero entry is returned as it is.
  /// - Complexity: O(1) within a leaf, O(log n) else, and the NULL slots stepped over.
  public mutating func move(_ move: CursorMove, limit: UInt64 = .max) -> Entry? {
    notice()
    return Entry(word: position.move(move, limit: limit))
  }

  /// To the slot of the range's first index. Kernel: `mas_walk()`.
  public mutating func walk() -> Entry? { move(.walk) }

  /// The entry at or after the index, then the next ones. Kernel: `mas_find()`.
  public mutating func find(through limit: UInt64 = .max) -> Entry? { move(.find, limit: limit) }

  /// The entry after the slot of the index. Kernel: `mas_next()`.
  public mutating func next(through limit: UInt64 = .max) -> Entry? { move(.next, limit: limit) }

  /// The entry before the slot of the index. Kernel: `mas_prev()`.
  public mutating func previous(downTo limit: UInt64 = 0) -> Entry? { move(.previous, limit: limit) }

  /// Sees that somebody else changed the tree.
  @inline(__always)
  private mutating func notice() {
    let current = handle.acquireVersion()
    if current != position.version { notice(current) }
  }

  /// Goes on as after a pause. In reader mode a position in a leaf sees with each step that the tree changed, and goes
  /// on after its own slot, as the kernel's does after it met a dead node.
  @inline(never)
  private mutating func notice(_ current: UInt64) {
    let isShared = handle.usesReadCopyUpdate && position.hasNode
    let isChanged = TreeHeader.differsInCount(current, position.version)
    if isShared && !position.isBesideWriter { position.stepBesideWriter(since: position.version) }
    if isChanged && isShared { return }
    position.version = current
    if isChanged && position.status != .start { pause() }
  }

  // MARK: Writes

  /// Stores over the range, and returns what its first index held. Kernel: `mas_store_gfp()`.
  /// - Throws: `invalidRange`, `reservedEntry`, `outOfMemory`.
  @discardableResult
  public mutating func store(_ entry: Entry?, policy: AllocationPolicy = .maySleep) throws(RangeMapError) -> Entry? {
    try handle.check(range, entry)
    handle.assertLocked()
    return try store(entry, policy: policy, isBulk: false, releasesReserve: true)
  }

  /// Makes the range that holds the first index NULL, and returns its entry. Kernel: `mas_erase()`.
  /// - Throws: `outOfMemory`.
  @discardableResult
  public mutating func erase(policy: AllocationPolicy = .maySleep) throws(RangeMapError) -> Entry? {
    handle.assertLocked()
    let saved = position
    let index = position.first
    while true {
      var found = Position(handle, at: .single(index))
      guard let entry = Entry(word: found.walk(to: index)) else {
        // Another writer may have erased it while this one slept for nodes.
        handle.empty(&reserve)
        position = found
        position.version = handle.version
        return nil
      }
      do throws(RangeMapError) {
        guard
          let written = try handle.tryStore(0, over: KeyRange(found.first, found.last), &reserve, policy: policy)
        else { continue }
        handle.empty(&reserve)
        settle(written)
        if written.hadRootEntry {
          // The entry in the root pointer has no slot that the range could become.
          position = saved
          position.version = handle.version
          position.status = .root
        }
        return entry
      } catch {
        handle.empty(&reserve)
        position = saved
        throw error
      }
    }
  }

  private mutating func store(
    _ entry: Entry?, policy: AllocationPolicy, isBulk: Bool, releasesReserve: Bool
  ) throws(RangeMapError) -> Entry? {
    var old: UInt64 = 0
    defer { if releasesReserve { handle.empty(&reserve) } }
    if let entry, let old = replaceInPlace(entry.word) { return Entry(word: old) }
    while true {
      // In bulk mode nobody asks what was there.
      if !isBulk { old = handle.load(position.first) }
      if let written = try handle.tryStore(
        entry?.word ?? 0, over: range, &reserve, policy: policy, isBulk: isBulk,
        near: isBulk ? bulkPlace : place(for: entry))
      {
        settle(written)
        return Entry(word: old)
      }
    }
  }

  /// Replaces the entry that the cursor stands on, if that is all that a store does: no bound moves, no gap changes,
  /// and nothing has to be walked to. Returns the former entry; nil where the store is another one. So a loop over a
  /// duplicate replaces each of its entries in constant time.
  private mutating func replaceInPlace(_ word: UInt64) -> UInt64? {
    guard position.status == .active, position.version == handle.version else { return nil }
    let leaf = handle.node(position.node)
    let old = leaf.slot(position.slot)
    // What an active position has for its range is its slot's. An entry over a NULL changes the gaps above.
    guard old != 0 else { return nil }
    handle.announceStore(word, over: range, isBulk: false)
    handle.mark(.exactFit, refused: false)
    handle.header.nodesPlanned = 0
    handle.header.nodesTaken = 0
    handle.beginChange()
    leaf.setSlot(position.slot, word)
    handle.endChange()
    position.version = handle.version
    handle.reportStore()
    return old
  }

  /// The leaf that the cursor stands in, if a store over the range can begin there. A NULL at its end may reach over
  /// it. Kernel: `mas_wr_prealloc_setup()`.
  private func place(for entry: Entry?) -> LeafPlace? {
    guard position.version == handle.version, let place = position.leafPlace else { return nil }
    return entry != nil || position.last < place.range.last ? place : nil
  }

  /// The leaf that bulk mode stored in last, unless the tree changed since.
  private var bulkPlace: LeafPlace? {
    guard let bulkLeaf, bulkLeaf.version == handle.version else { return nil }
    return bulkLeaf.place
  }

  /// Takes the position that a store left: on what was stored, or without a node.
  private mutating func settle(_ written: WrittenRange) {
    position.version = handle.version
    if let place = written.place {
      position.stand(in: place, on: written.first)
    } else if NodeReference.inRoot(handle.rootWord) != nil {
      _ = position.walk(to: written.first)
    } else if written.hadRootNode || !written.isNull {
      set(to: KeyRange(written.first, written.last))
    } else {
      // A NULL over a tree without a node leaves the state that its walk found.
      let status: CursorStatus = written.hadRootEntry && written.first == 0 ? .root : .none
      set(to: KeyRange(written.first, written.last))
      position.status = status
    }
  }

  // MARK: Prepared stores

  /// Takes the nodes that a store of an entry over the range needs as the tree is now. Kernel: `mas_preallocate()`.
  /// - Throws: `invalidRange`, `reservedEntry`, `outOfMemory`, which keeps what was in reserve before.
  public mutating func prepare(_ entry: Entry?, policy: AllocationPolicy = .maySleep) throws(RangeMapError) {
    try handle.check(range, entry)
    handle.assertLocked()
    var taken = NodeReserve()
    while true {
      var state = WriteState(handle, entry?.word ?? 0, over: range)
      state.walk()
      state.widen()
      let plan = state.plan()
      do throws(RangeMapError) {
        guard try handle.takeNodes(for: plan, policy: policy, into: &taken) else { continue }
      } catch {
        handle.empty(&taken)
        throw error
      }
      // What another writer did meanwhile may have made the store cheaper.
      while taken.count > plan.demand { handle.header.pool.giveBack(taken.take()) }
      handle.empty(&reserve)
      reserve = taken
      return
    }
  }

  /// Stores over the range with the nodes in reserve alone. The tree may have changed since; if the store needs more
  /// nodes now, it fails and keeps the reserve. Kernel: `mas_store_prealloc()`.
  /// - Throws: `invalidRange`, `reservedEntry`, `planNoLongerFits`, `heightLimit`.
  public mutating func storePrepared(_ entry: Entry?) throws(RangeMapError) {
    try handle.check(range, entry)
    handle.assertLocked()
    handle.announceStore(entry?.word ?? 0, over: range, isBulk: false)
    var state = WriteState(handle, entry?.word ?? 0, over: range)
    state.walk()
    state.widen()
    let plan = state.plan()
    try handle.checkHeight(plan)
    guard plan.demand <= reserve.count else {
      handle.header.marks.hit(.preparedStoreNoLongerFit)
      throw .planNoLongerFits
    }
    handle.header.marks.hit(.preparedStoreFit)
    let written = state.carryOut(plan, &reserve)
    handle.empty(&reserve)
    settle(written)
  }

  /// Gives the nodes in reserve back, and ends bulk mode. Kernel: `mas_destroy()`.
  public mutating func abandon() {
    handle.assertLocked()
    if let index = bulkSplitAt { handle.evenOutLastLeaf(at: index, &reserve) }
    bulkSplitAt = nil
    isBulk = false
    bulkLeaf = nil
    handle.empty(&reserve)
  }

  // MARK: Bulk mode

  /// Begins to build in ascending order: takes the nodes for `count` entries, and leaves nodes as full as can be.
  /// Kernel: `mas_expected_entries()`.
  /// - Throws: `outOfMemory`.
  public mutating func beginBulk(expecting count: UInt64, policy: AllocationPolicy = .maySleep) throws(RangeMapError) {
    handle.assertLocked()
    let geometry = handle.geometry
    let demand = NodeDemand.forBulk(
      expecting: count, leaf: geometry.leaf, parent: geometry.shape(of: handle.internalKind))
    // No machine has the memory for more, and no pool takes the number.
    guard demand <= 1 << 32 else { throw .outOfMemory }
    var taken = NodeReserve()
    guard handle.obtain(Int(demand), policy: policy, into: &taken) != .refused else { throw .outOfMemory }
    handle.empty(&reserve)
    reserve = taken
    isBulk = true
    bulkSplitAt = nil
  }

  /// Stores over the range in bulk mode. Asks for nodes without sleeping where the reserve does not last.
  /// - Throws: `notPrepared` outside bulk mode, `invalidRange`, `reservedEntry`, `outOfMemory`.
  public mutating func bulkStore(_ entry: Entry?) throws(RangeMapError) {
    guard isBulk else { throw .notPrepared }
    try handle.check(range, entry)
    handle.assertLocked()
    let before = handle.splitsInBulkMode
    _ = try store(entry, policy: .mustNotSleep, isBulk: true, releasesReserve: false)
    if handle.splitsInBulkMode != before { bulkSplitAt = position.first }
    if bulkSplitAt != nil { bulkSplitAt = position.first }
    bulkLeaf = position.leafPlace.map { ($0, position.version) }
  }
}
