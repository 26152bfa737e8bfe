import RangeMapCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Duplication. Kernel: `mtree_dup()`.
extension MapleTree {
  /// Makes an empty tree of the same kind a copy of this one, node by node; entries are copied as words.
  ///
  /// Both locks are held, the destination's taken first. Nothing of the copy can be seen before it is whole.
  /// - Throws: `kindsDiffer`, `destinationNotEmpty`, `outOfMemory`; the destination is then as it was.
  /// - Complexity: O(nodes): one allocation for the root and one for the children of each internal node.
  public func duplicate(
    into destination: borrowing MapleTree, policy: AllocationPolicy = .maySleep
  ) throws(RangeMapError) {
    let copy = destination.header
    precondition(copy != header, "a tree cannot be duplicated into itself")
    try copy.locked { () throws(RangeMapError) in
      try header.locked { () throws(RangeMapError) in
        try header.duplicate(into: copy, policy: policy)
      }
    }
  }
}

extension UnsafeMutablePointer where Pointee == TreeHeader {
  fileprivate func duplicate(into copy: Header, policy: AllocationPolicy) throws(RangeMapError) {
    guard currentConfiguration == copy.currentConfiguration else { throw .kindsDiffer }
    guard copy.rootWord == 0 else { throw .destinationNotEmpty }
    copy.pointee.nodesTaken = 0
    copy.pointee.nodesPlanned = 0
    guard let root = NodeReference.inRoot(rootWord) else {
      copy.setRootWord(rootWord)
      copy.beginChange()
      return
    }
    var address: UInt64 = 0
    guard copy.requestNodes(1, policy, &address) != .refused else { throw .outOfMemory }
    let rootCopy = Node(base: NodeReference(word: address).base, kind: root.kind, in: pointee.geometry)
    let rootSource = node(root)
    rootCopy.overwrite(with: rootSource)
    rootCopy.setParent(copy.rootLink)
    guard rootSource.isLeaf || copyBelow(rootSource, max: .max, to: rootCopy, copy, policy) else {
      copy.pointee.pool.giveBack(rootCopy.base)
      throw .outOfMemory
    }
    copy.pointee.reachableNodes = copy.pointee.nodesTaken
    copy.pointee.height = pointee.height
    copy.pointee.isUnderfilled = pointee.isUnderfilled
    copy.pointee.cyclicAllocationWrapped = pointee.cyclicAllocationWrapped
    copy.beginChange()
    copy.setRootWord(rootCopy.reference.rootWord)
  }

  /// Copies all below an internal node, depth first, and hangs it below that node's copy, which has its bytes already. On failure
  /// all that was allocated below is given back, and false returned: of the children to the right nothing but their
  /// memory is there yet. Kernel: `mas_dup_build()`, `mas_dup_free()`.
  private func copyBelow(
    _ source: Node, max: UInt64, to target: Node, _ copy: Header, _ policy: AllocationPolicy
  ) -> Bool {
    let end = source.end(max: max)
    let count = DuplicatePlan.nodes(forChildrenOfNodeWithEnd: end)
    let request = copy.requestNodes(count, policy, target.slots)
    if request == .refused { return false }
    if source.child(0).isLeaf {
      if request != .run || !copyRunOfLeaves(count, of: source, to: target) {
        for slot in 0...end { copyChild(slot, of: source, to: target) }
      }
      return true
    }
    source.child(0).prefetch()
    for slot in 0...end {
      prefetch(behind: slot, of: source, end: end)
      let (child, childCopy) = copyChild(slot, of: source, to: target)
      let bound = source.upperBound(slot, end: end, max: max)
      guard copyBelow(child, max: bound, to: childCopy, copy, policy) else {
        giveBackChildren(of: target, built: slot, end: end, max: max, copy)
        return false
      }
    }
    return true
  }

  /// Asks for what will be read while the child in a slot is copied with all below it: the child after the next, and the first
  /// children of the next one. Else each would be waited for, since only its parent tells where it is.
  @inline(__always)
  private func prefetch(behind slot: Int, of source: Node, end: Int) {
    if slot &+ 2 <= end { source.child(slot &+ 2).prefetch() }
    if slot == end { return }
    let next = Node(source.child(slot &+ 1), in: pointee.geometry)
    next.child(0).prefetch()
    next.child(1).prefetch()
  }

  /// Copies a child into the memory whose address is in the slot of the parent's copy, and hangs it there.
  @inline(__always) @discardableResult
  private func copyChild(_ slot: Int, of source: Node, to target: Node) -> (child: Node, copy: Node) {
    let word = source.slot(slot)
    let child = node(NodeReference(word: word))
    let copy = node(NodeReference(word: target.slot(slot) | word & 0xff))
    target.setSlot(slot, copy.reference.word)
    copy.overwrite(with: child)
    copy.setParent(ParentLink(parent: target.base, slot: slot))
    return (child, copy)
  }

  /// Copies all leaves below a node at once into a run of nodes, the first of which is in the first slot of the node's copy. False, with
  /// nothing done, where they do not follow each other in memory: those of a copy do, and nearly all of a tree that was
  /// filled in ascending order.
  @inline(__always)
  private func copyRunOfLeaves(_ count: Int, of source: Node, to target: Node) -> Bool {
    let first = source.slot(0)
    var scatter: UInt64 = 0
    var expected = first
    for slot in 0..<count {
      scatter |= source.slot(slot) ^ expected
      expected &+= UInt64(Node.byteCount)
    }
    if scatter != 0 { return false }
    var leaf = NodeReference(word: target.slots[0]).base
    memcpy(leaf, NodeReference(word: first).base, count &* Node.byteCount)
    for slot in 0..<count {
      let copied = NodeReference(leaf, .leaf)
      target.setSlot(slot, copied.word)
      node(copied).setParent(ParentLink(parent: target.base, slot: slot))
      leaf += Node.byteCount
    }
    #if MAPLE_COUNTS
      for slot in 0..<count { pointee.counts.visit(source.child(slot).base) }
    #endif
    return true
  }

  /// Gives the children of a half-built node back: whole subtrees below the first `built`, bare memory from there on.
  private func giveBackChildren(of target: Node, built: Int, end: Int, max: UInt64, _ copy: Header) {
    for slot in 0...end {
      if slot < built {
        copy.giveBackSubtree(target.child(slot), max: target.upperBound(slot, end: end, max: max))
      } else {
        copy.pointee.pool.giveBack(target.child(slot).base)
      }
    }
  }

  private func giveBackSubtree(_ reference: NodeReference, max: UInt64) {
    let node = self.node(reference)
    if !node.isLeaf {
      let end = node.end(max: max)
      for slot in 0...end { giveBackSubtree(node.child(slot), max: node.upperBound(slot, end: end, max: max)) }
    }
    pointee.pool.giveBack(node.base)
  }

  /// One bulk request for the nodes of a copy. Nobody else sees the copy, so that a second try needs no new walk.
  private func requestNodes(
    _ count: Int, _ policy: AllocationPolicy, _ addresses: UnsafeMutablePointer<UInt64>
  ) -> NodePool.CopyRequest {
    var request = pointee.pool.request(count, into: addresses)
    if request == .refused && policy != .mustNotSleep { request = pointee.pool.request(count, into: addresses) }
    if request == .refused { return .refused }
    pointee.nodesTaken += count
    pointee.nodesPlanned += count
    return request
  }
}
