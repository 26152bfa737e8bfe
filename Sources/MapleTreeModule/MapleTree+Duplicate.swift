import RangeMapCore

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
    guard copy.requestNodes(1, policy, &address) else { throw .outOfMemory }
    let rootCopy = Node(base: NodeReference(word: address).base, kind: root.kind, in: pointee.geometry)
    guard copyBelow(node(root), max: .max, to: rootCopy, copy, policy) else {
      copy.pointee.pool.giveBack(rootCopy.base)
      throw .outOfMemory
    }
    rootCopy.setParent(copy.rootLink)
    copy.pointee.reachableNodes = copy.pointee.nodesTaken
    copy.pointee.height = pointee.height
    copy.pointee.isUnderfilled = pointee.isUnderfilled
    copy.pointee.cyclicAllocationWrapped = pointee.cyclicAllocationWrapped
    copy.beginChange()
    copy.setRootWord(rootCopy.reference.rootWord)
  }

  /// Copies a node and all below it, depth first. On failure all that was allocated below is given back, and false returned:
  /// of the children to the right nothing but their memory is there yet. Kernel: `mas_dup_build()`, `mas_dup_free()`.
  private func copyBelow(
    _ source: Node, max: UInt64, to target: Node, _ copy: Header, _ policy: AllocationPolicy
  ) -> Bool {
    target.overwrite(with: source)
    if source.isLeaf { return true }
    let end = source.end(max: max)
    let count = DuplicatePlan.nodes(forChildrenOfNodeWithEnd: end)
    let allocated = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { addresses in
      guard let first = addresses.baseAddress, copy.requestNodes(count, policy, first) else { return false }
      for slot in 0...end { target.setSlot(slot, addresses[slot] | source.slot(slot) & 0xff) }
      return true
    }
    guard allocated else { return false }
    for slot in 0...end {
      let child = node(target.child(slot))
      let bound = source.upperBound(slot, end: end, max: max)
      guard copyBelow(node(source.child(slot)), max: bound, to: child, copy, policy) else {
        giveBackChildren(of: target, built: slot, end: end, max: max, copy)
        return false
      }
      child.setParent(ParentLink(parent: target.base, slot: slot))
    }
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
  private func requestNodes(_ count: Int, _ policy: AllocationPolicy, _ addresses: UnsafeMutablePointer<UInt64>) -> Bool
  {
    if !pointee.pool.request(count, into: addresses) {
      guard policy != .mustNotSleep, pointee.pool.request(count, into: addresses) else { return false }
    }
    pointee.nodesTaken += count
    pointee.nodesPlanned += count
    return true
  }
}
