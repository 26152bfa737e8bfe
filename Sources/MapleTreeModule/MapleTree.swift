import RangeMapCore

/// Owns a tree's header, and frees everything with the last user of it.
final class TreeStorage: @unchecked Sendable {
  let handle: TreeHandle

  init(configuration: MapConfiguration, externalLockIsHeld: (@Sendable () -> Bool)?) {
    handle = TreeHandle(TreeHeader(configuration: configuration, externalLockIsHeld: externalLockIsHeld))
    handle.header.storage = self
  }

  deinit {
    handle.removeEverything()
    handle.header.epochs.reclaimAll(into: &handle.header.pool)
    handle.deallocate()
  }
}

/// A map from ranges of indices to entries: a B-tree in the form of the Linux kernel's maple tree.
///
/// ```swift
/// let tree = MapleTree()
/// try tree.store(.value(7), over: KeyRange(16, 31))
/// tree.load(20)  // value 7
/// try tree.erase(at: 20)
/// ```
///
/// The plain calls take the tree's own lock; with an external lock the caller holds it. In reader mode
/// (read-copy-update) other threads may read meanwhile without any lock. Positions between calls are kept in a
/// `Cursor`, which does not lock.
///
/// All methods may be called on a borrowed tree: what they change lies behind a pointer, under the lock.
public struct MapleTree: ~Copyable, @unchecked Sendable {
  let storage: TreeStorage
  let handle: TreeHandle

  /// Makes an empty tree.
  ///
  /// - Parameter externalLockIsHeld: for a tree with an external lock: whether the caller holds it. Checked builds ask
  ///   before each write.
  public init(
    configuration: MapConfiguration = MapConfiguration(), externalLockIsHeld: (@Sendable () -> Bool)? = nil
  ) {
    self.init(storage: TreeStorage(configuration: configuration, externalLockIsHeld: externalLockIsHeld))
  }

  init(storage: TreeStorage) {
    self.storage = storage
    handle = storage.handle
  }

  /// What the tree is, with the reader mode that is on now.
  public var configuration: MapConfiguration { handle.currentConfiguration }

  /// The version of the kernel whose stores the tree makes, the newest unless it was set otherwise. Set it while the
  /// tree is empty.
  public var rebuildRule: RebuildRule {
    get { handle.rebuildRule }
    nonmutating set {
      precondition(isEmpty, "the algorithm of a tree is chosen while it is empty")
      handle.header.rebuildRule = newValue
      handle.header.geometry = .named(handle.configuration.geometry, for: newValue)
    }
  }

  /// Levels of nodes: 0 where there is none, 1 for a lone leaf. Kernel: `mt_height()`.
  public var height: Int { handle.height }

  /// Whether nothing is stored. Kernel: `mtree_empty()`.
  public var isEmpty: Bool { handle.rootWord == 0 }

  /// Nodes that the last write took.
  public var nodesTaken: Int { handle.header.nodesTaken }

  /// Nodes that the plan of the last write asked for, never fewer than it took.
  public var nodesPlanned: Int { handle.header.nodesPlanned }

  /// Nodes of the tree, with those in reserve and those that wait for readers.
  public var nodesInTree: Int { handle.header.pool.liveNodes }

  // MARK: Locks

  /// Runs a body with the tree's own lock held, which must not be held already. Kernel: `mtree_lock()`.
  public func withLock<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(!handle.configuration.hasExternalLock, "the tree has no lock of its own")
    handle.header.lock.acquire()
    defer { handle.header.lock.release() }
    return try body()
  }

  /// Sets what another writer does when a write lets go of the tree's lock to wait for memory: for tests of what may
  /// come in between.
  package func whileUnlocked(_ body: ((borrowing MapleTree) -> Void)?) { handle.header.whileUnlocked = body }

  /// Turns the reader mode on or off; nobody else may use the tree meanwhile. Kernel: `mt_set_in_rcu()`,
  /// `mt_clear_in_rcu()`.
  public func setReadCopyUpdate(_ enabled: Bool) {
    handle.locked { handle.header.setReadCopyUpdate(enabled) }
  }

  // MARK: Readers

  /// A stay inside the tree, from `enterReader()` to `leaveReader(_:)`.
  public struct ReaderSection: Sendable {
    let generation: UInt64
  }

  /// Enters: nodes that are replaced from now on stay readable. Kernel: `rcu_read_lock()`.
  public func enterReader() -> ReaderSection { ReaderSection(generation: handle.header.epochs.enter()) }

  /// Leaves a section. Kernel: `rcu_read_unlock()`.
  public func leaveReader(_ section: ReaderSection) { handle.header.epochs.leave(section.generation) }

  // MARK: Reads

  /// The entry at an index; a zero entry reads as NULL. Kernel: `mtree_load()`.
  /// - Complexity: O(log n).
  public func load(_ index: UInt64) -> Entry? {
    let word = handle.reading { handle.load(index) }
    return word == Entry.zero.word ? nil : Entry(word: word)
  }

  /// The slot that holds an index. Kernel: `mas_walk()`.
  /// - Complexity: O(log n).
  public func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?) {
    handle.reading {
      var position = Position(handle, at: .single(index))
      let word = position.walk(to: index)
      return (KeyRange(position.first, position.last), Entry(word: word))
    }
  }

  /// The first entry at or after `index`, at most at `limit`, zero entries left out; moves `index` behind it, to 0
  /// after `UInt64.max`. Kernel: `mt_find()`.
  /// - Complexity: O(log n), and the NULL ranges stepped over.
  public func find(_ index: inout UInt64, through limit: UInt64 = .max) -> Entry? {
    let (word, next) = handle.reading {
      var next = index
      let word = handle.find(&next, through: limit)
      return (word, next)
    }
    index = next
    return Entry(word: word)
  }

  /// As `find`, but NULL at once where `index` is 0: the wrap after `UInt64.max`. Kernel: `mt_find_after()`.
  public func findAfter(_ index: inout UInt64, through limit: UInt64 = .max) -> Entry? {
    index == 0 ? nil : find(&index, through: limit)
  }

  /// The first entry after the slot of an index, beginning at most at `limit`. Kernel: `mt_next()`.
  public func next(after index: UInt64, through limit: UInt64 = .max) -> Entry? { step(.next, index, limit) }

  /// The last entry before the slot of an index, ending at least at `limit`. Kernel: `mt_prev()`.
  public func previous(before index: UInt64, downTo limit: UInt64 = 0) -> Entry? { step(.previous, index, limit) }

  private func step(_ move: CursorMove, _ index: UInt64, _ limit: UInt64) -> Entry? {
    handle.reading {
      var position = Position(handle, at: .single(index))
      return Entry(word: position.move(move, limit: limit))
    }
  }

  /// The lowest start of `size` free indices in a window. Kernel: `mas_empty_area()`.
  /// - Throws: `gapsNotTracked`, `invalidRange` where the size is 0 or above the window's, `noSpace`.
  /// - Complexity: O(log n), and a visit for each gap that is long enough only without the window.
  public func lowestGap(of size: UInt64, in window: KeyRange = .all) throws(RangeMapError) -> UInt64 {
    try gap(size, window, lowest: true)
  }

  /// The highest start of `size` free indices in a window. Kernel: `mas_empty_area_rev()`.
  public func highestGap(of size: UInt64, in window: KeyRange = .all) throws(RangeMapError) -> UInt64 {
    try gap(size, window, lowest: false)
  }

  private func gap(_ size: UInt64, _ window: KeyRange, lowest: Bool) throws(RangeMapError) -> UInt64 {
    try handle.checkGapSearch(size, window)
    guard let start = handle.reading({ GapSearch(handle, size: size, window: window, lowest: lowest).run() }) else {
      throw .noSpace
    }
    return start
  }

  /// Calls `body` for each entry, ascending. The tree must not change meanwhile, but in reader mode.
  /// - Complexity: O(n).
  public func forEach(_ body: (KeyRange, Entry) throws -> Void) rethrows {
    let section = enterReader()
    defer { leaveReader(section) }
    var position = Position(handle, at: KeyRange(0, 0))
    var word = position.move(.find, limit: .max)
    while let entry = Entry(word: word) {
      try body(KeyRange(position.first, position.last), entry)
      word = position.move(.find, limit: .max)
    }
  }
}
