import RangeMapCore

/// The end of bulk mode.
extension TreeHandle {
  /// How many nodes bulk mode cut.
  var splitsInBulkMode: UInt64 { header.marks.count(.splitInBulkMode) }

  /// Evens the leaf that holds an index out with the one before it, if bulk mode left it with too few items.
  /// Kernel: `mas_destroy_rebalance()`.
  ///
  /// The leaf is right-most in a tree that was built in ascending order, so its count is no law: without the nodes for
  /// it, it stays as it is.
  func evenOutLastLeaf(at index: UInt64, _ reserve: inout NodeReserve) {
    guard NodeReference.inRoot(rootWord) != nil else { return }
    let path = leftPath
    let level = path.walk(to: index, from: self)
    let shape = geometry.leaf
    guard level > 0, path[level - 1].slot > 0, NodeFill.needsEvening(count: path[level].end + 1, leaf: shape) else {
      return
    }
    let parent = path[level - 1]
    let parentNode = node(parent.node)
    let leftMax = parentNode.pivot(parent.slot - 1)
    let left = node(parentNode.child(parent.slot - 1))
    let leftEnd = left.end(max: leftMax)
    var domain = ConcreteDomain()
    let cut = CutPlan.eveningCut(leaf: shape, isNull: { item, _ in left.slot(item) == 0 }, in: &domain)
    guard leftEnd > cut else { return }
    if reserve.count < 3 && !header.pool.request(3 - reserve.count, into: &reserve) { return }
    header.marks.hit(.bulkLeafEvenedOut)
    header.nodesPlanned = 3
    header.nodesTaken = 0
    beginChange()
    rightPath.copy(path, through: level)
    let here = path[level]
    var count = items.copy(
      node(here.node), from: 0, through: here.end, end: here.end, max: here.max, to: 0)
    var ascent = TreeAscent(self, isBulk: true, reserve: reserve)
    count += 1 + ascent.takeNeighbour(.left, of: level, through: level - 1, count: count, in: &domain)
    ascent.replacePair(level: level, count: count, cut: Cut(last: cut), in: &domain)
    reserve = ascent.reserve
    endChange()
  }
}
