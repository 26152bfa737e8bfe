import RangeMapCore
import Synchronization

/// A handle on what a tree has besides its nodes: one word, which is copied freely. The tree's own methods are its.
struct TreeHandle: Equatable {
  private let address: UnsafeMutablePointer<TreeHeader>

  /// Makes a header, which stays where it is until `deallocate()`.
  init(_ header: consuming TreeHeader) {
    address = .allocate(capacity: 1)
    address.initialize(to: header)
  }

  func deallocate() {
    address.deinitialize(count: 1)
    address.deallocate()
  }

  var header: TreeHeader {
    @inline(__always) unsafeAddress { UnsafePointer(address) }
    @inline(__always) nonmutating unsafeMutableAddress { address }
  }

  @inline(__always)
  var configuration: MapConfiguration { header.configuration }

  /// What the tree is now.
  var currentConfiguration: MapConfiguration {
    var configuration = configuration
    configuration.usesReadCopyUpdate = usesReadCopyUpdate
    return configuration
  }

  @inline(__always)
  var geometry: Geometry { header.geometry }

  @inline(__always)
  var rebuildRule: RebuildRule { header.rebuildRule }

  @inline(__always)
  var usesReadCopyUpdate: Bool { header.usesReadCopyUpdate }

  /// Levels of nodes: 0 if there is none.
  @inline(__always)
  var height: Int { header.height }

  @inline(__always)
  var items: ItemBuffer { header.items }

  @inline(__always)
  var leftPath: Path { header.leftPath }

  @inline(__always)
  var rightPath: Path { header.rightPath }

  @inline(__always)
  var rootWord: UInt64 {
    AccessWitness.note(.load, address)
    let word = header.root.load(ordering: .acquiring)
    AccessWitness.note(.readBarrier)
    return word
  }

  /// Publishes a root.
  @inline(__always)
  func setRootWord(_ word: UInt64) {
    AccessWitness.note(.release)
    AccessWitness.note(.store, address)
    header.root.store(word, ordering: .releasing)
  }

  private var placeOfVersion: UnsafeRawPointer { UnsafeRawPointer(address) + MemoryLayout<UInt64>.size }

  /// How often the tree was changed.
  @inline(__always)
  var version: UInt64 {
    AccessWitness.note(.load, placeOfVersion)
    return header.version.load(ordering: .relaxed)
  }

  /// The same. What is read afterwards is as it was left by that change, or later.
  @inline(__always)
  func acquireVersion() -> UInt64 {
    AccessWitness.note(.load, placeOfVersion)
    let version = header.version.load(ordering: .acquiring)
    AccessWitness.note(.readBarrier)
    return version
  }

  /// Whether no change has begun or ended since the tree had a version. What was read before the answer is of one
  /// change at most, if so. Kernel: `read_seqcount_retry()`.
  @inline(__always)
  func isUnchanged(since version: UInt64) -> Bool {
    if AccessWitness.omitsVersion { return true }
    AccessWitness.note(.readBarrier)
    atomicMemoryFence(ordering: .acquiring)
    return self.version == version
  }

  /// Counts the begin of a change. Readers see it before anything that comes after it.
  @inline(__always)
  func countBeginForReaders() {
    AccessWitness.note(.fullBarrier)
    AccessWitness.note(.store, placeOfVersion)
    _ = header.version.wrappingAdd(1, ordering: .sequentiallyConsistent)
    // What comes after it is not stored before it; the exchange alone does not say so on every machine.
    AccessWitness.note(.fullBarrier)
    atomicMemoryFence(ordering: .releasing)
  }

  /// Counts the end of a change. Readers see it after all that came before it.
  @inline(__always)
  func countEndForReaders() {
    AccessWitness.note(.release)
    AccessWitness.note(.store, placeOfVersion)
    header.version.store(header.version.load(ordering: .relaxed) &+ 1, ordering: .releasing)
  }

  @inline(__always)
  func node(_ reference: NodeReference) -> Node {
    header.counts.visit(reference.base)
    return Node(reference, in: geometry)
  }

  /// A node whose kind the caller knows, so that its parts are at places that the compiler knows.
  @inline(__always)
  func node(_ reference: NodeReference, of kind: NodeKind) -> Node {
    header.counts.visit(reference.base)
    return Node(base: reference.base, kind: kind, in: geometry)
  }

  /// The link that the root node's parent word holds.
  @inline(__always)
  var rootLink: ParentLink { ParentLink(tree: UnsafeMutableRawPointer(address)) }

  /// The kind of the internal nodes of this tree.
  @inline(__always)
  var internalKind: NodeKind { configuration.tracksGaps ? .gapTracking : .range }

  /// The node that a parent link names.
  @inline(__always)
  func parentNode(_ link: ParentLink) -> Node {
    header.counts.visit(link.base)
    return Node(base: link.base, kind: internalKind, in: geometry)
  }

  /// Calls a body with each child of a node and its slot, and the node's last used slot.
  @inline(__always)
  func forEachChild(of node: Node, max: UInt64, _ body: (_ slot: Int, Node, _ end: Int) -> Void) {
    if node.isLeaf { return }
    let end = node.end(max: max)
    for slot in 0...end { body(slot, self.node(node.child(slot)), end) }
  }

  /// The greatest number of levels. Kernel: `MAPLE_HEIGHT_MAX`.
  static var greatestHeight: Int { 31 }

  /// Takes a node out of the reserve, zeroed, for what is being built.
  @inline(__always)
  func takeNode(_ kind: NodeKind, from reserve: inout NodeReserve) -> Node {
    header.nodesTaken += 1
    header.reachableNodes += 1
    return Node(base: reserve.takeZeroed(), kind: kind, in: geometry)
  }

  /// Disposes of a node that the tree no longer reaches: at once, or when readers have left. Kernel: `mas_free()`.
  @inline(__always)
  func discard(_ node: Node) {
    node.markDead()
    header.reachableNodes -= 1
    if usesReadCopyUpdate {
      header.epochs.retire(node.base)
    } else {
      header.pool.giveBack(node.base)
    }
  }

  /// Gives what is left of a reserve back.
  @inline(__always)
  func empty(_ reserve: inout NodeReserve) {
    while reserve.count > 0 { header.pool.giveBack(reserve.take()) }
  }
}
