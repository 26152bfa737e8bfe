import RangeMapCore
import Synchronization

/// What a tree has besides its nodes. It stays where it is, since the root's parent word names it. Kernel:
/// `struct maple_tree`.
struct TreeHeader: ~Copyable {
  /// NULL, an entry at index 0, or the root node. Kernel: `ma_root`.
  let root = Atomic<UInt64>(0)
  /// Counts the changes, so that a cursor sees that its position is stale.
  let version = Atomic<UInt64>(0)
  let configuration: MapConfiguration
  var geometry: Geometry
  /// Tells whether the caller holds the external lock; nil where nobody can tell.
  let externalLockIsHeld: (@Sendable () -> Bool)?
  /// Levels: 0 without a node. Kernel: `MT_FLAGS_HEIGHT_MASK`.
  var height = 0
  /// Kernel: `MT_FLAGS_USE_RCU`.
  var usesReadCopyUpdate: Bool
  /// Kernel: `MT_FLAGS_ALLOC_WRAPPED`.
  var cyclicAllocationWrapped = false
  var pool = NodePool()
  var epochs = ReaderEpochs()
  let lock = TreeLock()
  /// The nodes that the root leads to.
  var reachableNodes = 0
  /// The nodes that the last write took, and those that its plan asked for.
  var nodesTaken = 0
  var nodesPlanned = 0
  /// The owner of this header, for calls that lend the tree out while it is inside one of its own.
  unowned(unsafe) var storage: TreeStorage?
  /// Called when a write has let go of the tree's lock to wait for memory.
  var whileUnlocked: ((borrowing MapleTree) -> Void)?
  var marks = TreeMarks()
  /// Whether bulk mode may have left nodes with fewer items than the minimum that are not right-most.
  var isUnderfilled = false
  #if MAPLE_COUNTS
    var counts = TreeCounts()
  #endif
  /// Where a leaf is rebuilt before it is copied over itself, and where nodes are joined before they are divided. One
  /// writer at a time uses them.
  let leafImage: UnsafeMutableRawPointer
  let items: ItemBuffer
  /// How far up a rebuild goes.
  var rebuildRule = RebuildRule.newest
  /// The ways down to the two ends of a store that rebuilds more than a leaf.
  let leftPath: Path
  let rightPath: Path

  init(configuration: MapConfiguration, externalLockIsHeld: (@Sendable () -> Bool)?) {
    self.configuration = configuration
    self.externalLockIsHeld = externalLockIsHeld
    geometry = .named(configuration.geometry, for: rebuildRule)
    usesReadCopyUpdate = configuration.usesReadCopyUpdate
    leafImage = .allocate(byteCount: Node.byteCount, alignment: Node.byteCount)
    items = ItemBuffer()
    leftPath = Path()
    rightPath = Path()
  }

  deinit {
    leafImage.deallocate()
    items.deallocate()
    leftPath.deallocate()
    rightPath.deallocate()
    marks.deallocate()
  }
}

typealias Header = UnsafeMutablePointer<TreeHeader>

extension UnsafeMutablePointer where Pointee == TreeHeader {
  @inline(__always)
  var rootWord: UInt64 { pointee.root.load(ordering: .acquiring) }

  @inline(__always)
  func setRootWord(_ word: UInt64) { pointee.root.store(word, ordering: .releasing) }

  @inline(__always)
  func node(_ reference: NodeReference) -> Node {
    #if MAPLE_COUNTS
      pointee.counts.visit(reference.base)
    #endif
    return Node(reference, in: pointee.geometry)
  }

  /// A node whose kind the caller knows, so that its parts are at places that the compiler knows.
  @inline(__always)
  func node(_ reference: NodeReference, of kind: NodeKind) -> Node {
    #if MAPLE_COUNTS
      pointee.counts.visit(reference.base)
    #endif
    return Node(base: reference.base, kind: kind, in: pointee.geometry)
  }

  /// The link that the root node's parent word holds.
  @inline(__always)
  var rootLink: ParentLink { ParentLink(tree: UnsafeMutableRawPointer(self)) }

  /// The kind of the internal nodes of this tree.
  @inline(__always)
  var internalKind: NodeKind { pointee.configuration.tracksGaps ? .gapTracking : .range }

  /// The node that a parent link names.
  @inline(__always)
  func parentNode(_ link: ParentLink) -> Node {
    #if MAPLE_COUNTS
      pointee.counts.visit(link.base)
    #endif
    return Node(base: link.base, kind: internalKind, in: pointee.geometry)
  }

  /// The greatest number of levels. Kernel: `MAPLE_HEIGHT_MAX`.
  static var greatestHeight: Int { 31 }

  /// In checked builds, stops unless the caller holds the tree's lock. Kernel: `mt_write_locked()`.
  @inline(__always)
  func assertLocked() {
    #if DEBUG
      if pointee.configuration.hasExternalLock {
        if let isHeld = pointee.externalLockIsHeld { precondition(isHeld(), "a write needs the tree's external lock") }
      } else {
        precondition(pointee.lock.isHeldByCurrentThread, "a write needs the tree's own lock")
      }
    #endif
  }

  /// Takes a node out of the reserve, zeroed, for what is being built.
  @inline(__always)
  func takeNode(_ kind: NodeKind, from reserve: inout NodeReserve) -> Node {
    pointee.nodesTaken += 1
    pointee.reachableNodes += 1
    return Node(base: reserve.takeZeroed(), kind: kind, in: pointee.geometry)
  }

  /// Disposes of a node that the tree no longer reaches: at once, or when readers have left. Kernel: `mas_free()`.
  @inline(__always)
  func discard(_ node: Node) {
    node.markDead()
    pointee.reachableNodes -= 1
    if pointee.usesReadCopyUpdate {
      pointee.epochs.retire(node.base)
    } else {
      pointee.pool.giveBack(node.base)
    }
  }

  /// Gives what is left of a reserve back.
  @inline(__always)
  func empty(_ reserve: inout NodeReserve) {
    while reserve.count > 0 { pointee.pool.giveBack(reserve.take()) }
  }
}
