import RangeMapCore

/// Stores that change several levels.
extension WriteState {
  /// Joins a leaf that has no room for the store, or keeps too little, with the store, and goes up. The walk noted no
  /// path, which few stores need. Kernel: `mas_wr_split()`, `mas_wr_rebalance()`.
  @inline(always)
  mutating func storeFromLeaf(_ kind: AscentKind, _ reserve: inout NodeReserve) {
    leafLevel = tree.leftPath.walk(to: first, from: tree)
    tree.rightPath.copy(tree.leftPath, through: leafLevel)
    let count = fillItems()
    assert(count == newEnd + 1, "the plan and the items differ")
    ascend(kind, count: count, &reserve)
  }

  /// Joins what the first leaf holds before the store, the store, and what the last leaf holds after it, and goes up.
  /// Kernel: `mas_wr_spanning_store()`.
  mutating func storeSpanning(_ reserve: inout NodeReserve) {
    if coversAll {
      tree.header.marks.hit(.spanningReplacedAll)
      return replaceAll(&reserve)
    }
    let right = tree.rightPath[leafLevel]
    // The comparison is of indices, not of slots: a right leaf that the store covers to its end has nothing left.
    if right.max <= last { firstKept = right.end + 1 }
    let count = tree.items.copy(
      tree.node(right.node), from: firstKept, through: right.end, end: right.end, max: right.max,
      to: fillItemsBefore())
    assert(
      count == NodeFill.spanningCount(before: slot, keepsPart: slotFirst < first, behind: firstKept, end: right.end),
      "the plan and the items differ")
    ascend(.spanning, count: count, &reserve)
  }

  /// Goes up from the items of the leaves.
  @inline(always)
  private mutating func ascend(_ kind: AscentKind, count: Int, _ reserve: inout NodeReserve) {
    var domain = ConcreteDomain()
    var ascent = TreeAscent(tree, isBulk: isBulk, reserve: reserve)
    ascent.ascend(kind, leafLevel: leafLevel, count: count, in: &domain)
    reserve = ascent.reserve
  }
}
