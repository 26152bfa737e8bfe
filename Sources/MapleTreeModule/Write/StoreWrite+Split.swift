import RangeMapCore

/// Stores that a leaf has no room for.
extension StoreWrite {
  /// Splits upward from the leaf. Kernel: `mas_wr_split()`.
  mutating func split(_ reserve: inout NodeReserve) {
    let leafLevel = tree.leftPath.walk(to: first, from: tree)
    tree.rightPath.copy(tree.leftPath, through: leafLevel)
    let count = fillItems()
    assert(count == newEnd + 1, "the plan and the items differ")
    var domain = ConcreteDomain()
    var ascent = TreeAscent(tree, isBulk: isBulk, reserve: reserve)
    if copiesByLevel {
      SplitPlan.copy(&ascent, .split, leafLevel: leafLevel, count: count, in: &domain)
    } else {
      SplitPlan.split(&ascent, leafLevel: leafLevel, count: count, in: &domain)
    }
    reserve = ascent.reserve
  }
}
