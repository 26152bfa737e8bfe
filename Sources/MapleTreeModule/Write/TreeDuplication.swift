import RangeMapCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A duplicate in the making: node by node, depth first, by one request for the children of each internal node. Nothing
/// of it can be seen before it is whole. Kernel: `mas_dup_build()`.
struct TreeDuplication {
  private let original: TreeHandle
  private let copy: TreeHandle
  private let policy: AllocationPolicy

  init(of original: TreeHandle, into copy: TreeHandle, policy: AllocationPolicy) {
    self.original = original
    self.copy = copy
    self.policy = policy
  }

  func run() throws(RangeMapError) {
    guard original.currentConfiguration == copy.currentConfiguration else { throw .kindsDiffer }
    guard copy.rootWord == 0 else { throw .destinationNotEmpty }
    copy.header.nodesTaken = 0
    copy.header.nodesPlanned = 0
    guard let root = NodeReference.inRoot(original.rootWord) else {
      finish(original.rootWord)
      return
    }
    var address: UInt64 = 0
    switch request(1, into: &address) {
    case .refused: throw .outOfMemory
    case .run(let first): address = UInt64(UInt(bitPattern: first))
    case .scattered: break
    }
    let rootNode = original.node(root)
    let rootCopy = Node(base: NodeReference(word: address).base, like: rootNode)
    rootCopy.overwrite(with: rootNode)
    rootCopy.setParent(copy.rootLink)
    guard root.isLeaf || copyBelow(rootNode, max: .max, to: rootCopy) else {
      copy.header.pool.giveBack(rootCopy.base)
      throw .outOfMemory
    }
    copy.header.reachableNodes = copy.header.nodesTaken
    copy.header.height = original.height
    copy.header.isUnderfilled = original.header.isUnderfilled
    finish(rootCopy.reference.rootWord)
  }

  /// Makes the copy visible, whether or not there are nodes.
  private func finish(_ rootWord: UInt64) {
    copy.header.cyclicAllocationWrapped = original.header.cyclicAllocationWrapped
    copy.beginChange()
    copy.setRootWord(rootWord)
    copy.endChange()
  }

  // MARK: Copying

  /// Copies all below an internal node, and hangs it below that node's copy, which has its bytes already. On failure
  /// all that was allocated below is given back, and false returned.
  private func copyBelow(_ source: Node, max: UInt64, to target: Node) -> Bool {
    if source.child(0).isLeaf { return copyLeaves(of: source, max: max, to: target) }
    let end = source.end(max: max)
    let count = end &+ 1
    switch request(count, into: target.slots) {
    case .refused: return false
    case .run(let first): writeAddresses(of: count, from: first, to: target)
    case .scattered: break
    }
    let firstChild = Node(source.child(0), in: original.geometry)
    for slot in 0...end {
      // Only the parent tells where it is, while its children mostly lie in a row, which the processor finds by itself.
      if slot &+ 2 <= end { source.child(slot &+ 2).prefetch() }
      let (child, childCopy) = copyChild(slot, of: source, to: target, like: firstChild)
      let bound = source.upperBound(slot, end: end, max: max)
      // Most nodes of a tree that have children have leaves: for them no call.
      let isCopied =
        child.child(0).isLeaf
        ? copyLeaves(of: child, max: bound, to: childCopy) : copyBelow(child, max: bound, to: childCopy)
      guard isCopied else {
        giveBackChildren(of: target, built: slot, end: end, max: max)
        return false
      }
    }
    return true
  }

  @inline(__always)
  private func copyLeaves(of source: Node, max: UInt64, to target: Node) -> Bool {
    let end = source.end(max: max)
    let count = end &+ 1
    switch request(count, into: target.slots) {
    case .refused: return false
    case .run(let first):
      if copyRun(of: count, of: source, from: first, to: target) { return true }
      writeAddresses(of: count, from: first, to: target)
    case .scattered: break
    }
    let firstLeaf = Node(source.child(0), in: original.geometry)
    for slot in 0...end { copyChild(slot, of: source, to: target, like: firstLeaf) }
    return true
  }

  /// Copies all leaves below a node at once to a run of nodes. False, with nothing done, where they do not follow each
  /// other in memory: those of a copy do, and nearly all of a tree that was filled in ascending order.
  @inline(__always)
  private func copyRun(of count: Int, of source: Node, from first: UnsafeMutableRawPointer, to target: Node) -> Bool {
    guard source.childrenAreRun(count) else { return false }
    memcpy(first, source.child(0).base, count &* Node.byteCount)
    target.adoptRun(count, from: first, inPlaceOfChildrenOf: source)
    if TreeCounts.areKept {
      for slot in 0..<count {
        original.header.counts.visit(source.child(slot).base)
        original.header.counts.visit(target.child(slot).base)
      }
    }
    return true
  }

  private func writeAddresses(of count: Int, from first: UnsafeMutableRawPointer, to target: Node) {
    for slot in 0..<count { target.setSlot(slot, UInt64(UInt(bitPattern: first + slot &* Node.byteCount))) }
  }

  /// Copies a child, which is of the kind of another, into the memory whose address is in the slot of the parent's
  /// copy, and hangs it there.
  @inline(__always) @discardableResult
  private func copyChild(_ slot: Int, of source: Node, to target: Node, like other: Node) -> (child: Node, copy: Node) {
    let word = source.slot(slot)
    let child = Node(base: NodeReference(word: word).base, like: other)
    let address = NodeReference(word: target.slot(slot))
    let childCopy = Node(base: address.base, like: other)
    original.header.counts.visit(child.base)
    original.header.counts.visit(childCopy.base)
    target.setSlot(slot, address.word | word & 0xff)
    childCopy.overwrite(with: child)
    childCopy.setParent(ParentLink(parent: target.base, slot: slot))
    return (child, childCopy)
  }

  // MARK: Nodes

  /// One bulk request: all children of a node at once. Nobody else sees the copy, so that a second try needs no new
  /// walk. Kernel: `mas_dup_alloc()`.
  @inline(__always)
  private func request(_ count: Int, into addresses: UnsafeMutablePointer<UInt64>) -> NodePool.CopyRequest {
    var request = copy.header.pool.request(count, into: addresses)
    if case .refused = request {
      if policy == .mustNotSleep { return .refused }
      request = copy.header.pool.request(count, into: addresses)
      if case .refused = request { return .refused }
    }
    copy.header.nodesTaken &+= count
    copy.header.nodesPlanned &+= count
    return request
  }

  /// Gives the children of a half-built node back: whole subtrees below the first `built`, bare memory from there on.
  /// Kernel: `mas_dup_free()`.
  private func giveBackChildren(of target: Node, built: Int, end: Int, max: UInt64) {
    for slot in 0...end {
      if slot < built {
        giveBackSubtree(copy.node(target.child(slot)), max: target.upperBound(slot, end: end, max: max))
      } else {
        copy.header.pool.giveBack(target.child(slot).base)
      }
    }
  }

  private func giveBackSubtree(_ node: Node, max: UInt64) {
    copy.forEachChild(of: node, max: max) { slot, child, end in
      giveBackSubtree(child, max: node.upperBound(slot, end: end, max: max))
    }
    copy.header.pool.giveBack(node.base)
  }
}
