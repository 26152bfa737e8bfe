import RangeMapCore

/// Stores that reach over more than one leaf.
extension StoreWrite {
  /// Joins what the first leaf holds before the store, the store, and what the last leaf holds behind it.
  /// Kernel: `mas_wr_spanning_store()`.
  mutating func storeSpanning(_ reserve: inout NodeReserve) {
    if first == 0 && last == .max {
      tree.header.marks.hit(.spanningReplacedAll)
      return replaceAll(&reserve)
    }
    let left = tree.leftPath
    let right = tree.rightPath
    let leafLevel = left.walk(to: first, from: tree)
    walkRight(leafLevel: leafLevel)
    setLeaf(left[leafLevel])
    let rightNode = tree.node(right[leafLevel].node)
    var behind = right[leafLevel].slot
    if word == 0 { behind = extendNull(rightNode, right[leafLevel]) }
    if first == 0 && last == .max {
      tree.header.marks.hit(.spanningReplacedAll)
      return replaceAll(&reserve)
    }
    var count = fillItemsBefore()
    let rightEnd = right[leafLevel]
    // The comparison is of indices, not of slots: a right leaf that the store covers to its end has nothing left.
    if rightEnd.max <= last { behind = rightEnd.end + 1 }
    count = tree.items.copy(
      rightNode, from: behind, through: rightEnd.end, end: rightEnd.end, max: rightEnd.max, to: count)
    assert(
      count
        == SplitPlan<ConcreteDomain>.spanningCount(
          before: slot, keepsPart: slotFirst < first, behind: behind, end: rightEnd.end),
      "the plan and the items differ")
    var domain = ConcreteDomain()
    var ascent = TreeAscent(tree, isBulk: isBulk, reserve: reserve)
    if copiesByLevel {
      SplitPlan.copy(&ascent, .spanning, leafLevel: leafLevel, count: count, in: &domain)
    } else {
      SplitPlan.rebuild(&ascent, leafLevel: leafLevel, count: count, in: &domain)
    }
    reserve = ascent.reserve
  }

  /// Walks the right path to the first index behind the store, but not out of the node in which the store was found to
  /// span.
  private func walkRight(leafLevel: Int) {
    let left = tree.leftPath
    let right = tree.rightPath
    var level = 0
    while true {
      let entry = left[level]
      let bound = tree.node(entry.node).upperBound(entry.slot, end: entry.end, max: entry.max)
      if StoreWrite.spans(last: last, bound: bound, isNull: word == 0) { break }
      level += 1
    }
    let target = last < left[level].max ? last + 1 : last
    right.copy(left, through: level)
    right[level].slot = tree.node(left[level].node).slotIndex(holding: target)
    _ = right.descend(from: level, to: target, tree)
  }

  /// Makes the leaf at the end of a path the one that the store begins in.
  private mutating func setLeaf(_ entry: PathEntry) {
    leaf = tree.node(entry.node)
    min = entry.min
    max = entry.max
    end = entry.end
    slot = entry.slot
    slotFirst = leaf.lowerBound(slot, min: min)
    slotLast = leaf.upperBound(slot, end: end, max: max)
    content = leaf.slot(slot)
  }

  /// Takes the NULLs before and behind a spanning NULL in, and returns the first slot of the right leaf that is left.
  /// Kernel: `mas_extend_spanning_null()`.
  private mutating func extendNull(_ right: Node, _ entry: PathEntry) -> Int {
    if content == 0 {
      first = slotFirst
    } else if first == slotFirst && slot > 0 && leaf.slot(slot - 1) == 0 {
      slot -= 1
      first = leaf.lowerBound(slot, min: min)
      slotFirst = first
      content = 0
    }
    guard right.slot(entry.slot) == 0 else { return entry.slot }
    last = Swift.max(last, right.upperBound(entry.slot, end: entry.end, max: entry.max))
    return entry.slot + 1
  }
}
