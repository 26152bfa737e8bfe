/// How many nodes a duplicate takes. Kernel: `mas_dup_alloc()`.
public enum DuplicatePlan {
  /// The nodes for the children of one node: all at once, one for each used slot.
  @inlinable @inline(__always)
  public static func nodes<Number: PlanNumber>(forChildrenOfNodeWithEnd end: Number) -> Number { end + 1 }

  /// The nodes for the children of `count` nodes whose last used slots add up to `ends`: the same, summed over the nodes.
  @inlinable @inline(__always)
  public static func nodes<Number: PlanNumber>(ofLevelWithEnds ends: Number, count: Number) -> Number { ends + count }
}
