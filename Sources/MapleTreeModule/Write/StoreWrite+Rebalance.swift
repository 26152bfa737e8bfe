import RangeMapCore

/// Stores that leave too little in a leaf.
extension StoreWrite {
  /// Joins the leaf with the one beside it, and rebuilds what is above. Kernel: `mas_wr_rebalance()`.
  mutating func rebalance(_ reserve: inout NodeReserve) {
    let leafLevel = tree.leftPath.walk(to: first, from: tree)
    tree.rightPath.copy(tree.leftPath, through: leafLevel)
    let count = fillItems()
    assert(count == newEnd + 1, "the plan and the items differ")
    var domain = ConcreteDomain()
    var ascent = TreeAscent(tree, isBulk: isBulk, reserve: reserve)
    if copiesByLevel {
      SplitPlan.copy(&ascent, .rebalance, leafLevel: leafLevel, count: count, in: &domain)
    } else {
      SplitPlan.rebalance(&ascent, leafLevel: leafLevel, count: count, in: &domain)
    }
    reserve = ascent.reserve
  }
}
