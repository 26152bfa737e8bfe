import RangeMapCore
import Synchronization

/// What a tree has besides its nodes. It stays where it is, since the root's parent word names it. Kernel:
/// `struct maple_tree`.
struct TreeHeader: ~Copyable {
  // These two come first, and in this order: `TreeHandle` names their places.
  /// NULL, an entry at index 0, or the root node. Kernel: `ma_root`.
  let root = Atomic<UInt64>(0)
  /// Counts the changes, so that a reader sees that what it knows is stale. In reader mode each counts twice: when it
  /// begins and when it ends. The highest bit is the reader mode.
  let version: Atomic<UInt64>
  let configuration: MapConfiguration
  var geometry: Geometry
  /// Tells whether the caller holds the external lock; nil where nobody can tell.
  let externalLockIsHeld: (@Sendable () -> Bool)?
  /// Levels: 0 without a node. Kernel: `MT_FLAGS_HEIGHT_MASK`.
  var height = 0
  /// Kernel: `MT_FLAGS_USE_RCU`.
  private(set) var usesReadCopyUpdate: Bool
  /// Whether the end of a change has something to do: readers are told, or replaced nodes wait for them.
  var concernsReaders: Bool
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
  var counts = TreeCounts()
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
    concernsReaders = usesReadCopyUpdate
    version = Atomic(usesReadCopyUpdate ? Self.readerModeBit : 0)
    leafImage = .allocate(byteCount: Node.byteCount, alignment: Node.byteCount)
    items = ItemBuffer()
    leftPath = Path()
    rightPath = Path()
  }

  private static var readerModeBit: UInt64 { 1 << 63 }

  /// Whether the tree changed between two versions, and not its mode alone.
  static func differsInCount(_ first: UInt64, _ second: UInt64) -> Bool { first ^ second != readerModeBit }

  /// Turns the reader mode on or off, while nobody else uses the tree.
  mutating func setReadCopyUpdate(_ enabled: Bool) {
    if enabled == usesReadCopyUpdate { return }
    usesReadCopyUpdate = enabled
    concernsReaders = true
    version.store(version.load(ordering: .relaxed) ^ Self.readerModeBit, ordering: .releasing)
  }

  deinit {
    leafImage.deallocate()
    items.deallocate()
    leftPath.deallocate()
    rightPath.deallocate()
    marks.deallocate()
  }
}
