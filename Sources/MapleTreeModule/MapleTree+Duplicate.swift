import RangeMapCore

/// Duplication.
extension MapleTree {
  /// Makes an empty tree of the same kind a copy of this one, node by node; entries are copied as words.
  /// Kernel: `mtree_dup()`.
  ///
  /// Both locks are held, the destination's taken first. Nothing of the copy can be seen before it is whole.
  /// - Throws: `kindsDiffer`, `destinationNotEmpty`, `outOfMemory`; the destination is then as it was.
  /// - Complexity: O(nodes): one allocation for the root and one for the children of each internal node.
  public func duplicate(
    into destination: borrowing MapleTree, policy: AllocationPolicy = .maySleep
  ) throws(RangeMapError) {
    let copy = destination.handle
    precondition(copy != handle, "a tree cannot be duplicated into itself")
    try copy.locked { () throws(RangeMapError) in
      try handle.locked { () throws(RangeMapError) in
        try TreeDuplication(of: handle, into: copy, policy: policy).run()
      }
    }
  }
}
