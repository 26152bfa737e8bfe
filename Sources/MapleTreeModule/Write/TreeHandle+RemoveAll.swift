/// The end of all nodes at once.
extension TreeHandle {
  /// Empties the tree. Kernel: `__mt_destroy()`.
  /// - Complexity: O(1) if nobody else can have a node, else O(n).
  func removeEverything() {
    beginChange()
    let root = NodeReference.inRoot(rootWord)
    setRootWord(0)
    header.height = 0
    header.isUnderfilled = false
    if let root, !takeBackAllNodes() { discardSubtree(node(root), max: .max) }
    endChange()
  }

  /// Gives all nodes back without a look at them. False, with nothing done, if readers may be in them or some belong
  /// to a reserve.
  private func takeBackAllNodes() -> Bool {
    let isAlone = !usesReadCopyUpdate && header.pool.liveNodes == header.reachableNodes
    guard isAlone && header.pool.takeBackAll() else { return false }
    header.reachableNodes = 0
    return true
  }
}
