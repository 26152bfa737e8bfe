import RangeMapCore

/// How many items nodes get, and whether they hold them.
package enum NodeFill<Number: PlanNumber> {
  /// Whether the content of a node and of its sibling fit two nodes with so much to spare that a cut may move off a
  /// NULL. Kernel: the test in `mas_push_data()`.
  @inline(__always)
  package static func fitsBesideSibling(
    last: Number, siblingEnd: Number, isLeaf: Bool, isRightmost: Number.Truth, shape: Geometry.Shape
  ) -> Number.Truth {
    let space = Number(2 * shape.slots - 2 - (isLeaf ? 1 : 0)) - Number(one: isRightmost)
    return last + siblingEnd .< space
  }

  /// Whether two nodes hold a node's items and its sibling's with a slot to spare. Kernel: `data_fits()`.
  @inline(__always)
  package static func twoNodesHold(count: Number, siblingEnd: Number, shape: Geometry.Shape) -> Number.Truth {
    count + siblingEnd + 1 .< Number(2 * shape.slots)
  }

  /// Whether joined content of `count` items is too little for a node that is not the root, so that a neighbour's is
  /// taken in. Kernel: `mast_sufficient()`.
  @inline(__always)
  package static func isInsufficient(count: Number, shape: Geometry.Shape) -> Number.Truth {
    count .<= Number(shape.minimum)
  }

  /// Whether a last leaf of `count` items, built in bulk mode, is evened out with the leaf before it.
  /// Kernel: `mas_destroy()`.
  @inline(__always)
  package static func needsEvening(count: Number, leaf: Geometry.Shape) -> Number.Truth {
    count .< Number(leaf.minimum - 1)
  }

  /// The items that the two leaves at the ends of a spanning store keep, with the store.
  ///
  /// - Parameters:
  ///   - before: the slots of the left leaf before the one that the store begins in.
  ///   - keepsPart: whether a part of that slot stays before the store.
  ///   - behind: the first slot of the right leaf that is not all covered.
  ///   - end: the last slot of the right leaf.
  @inline(__always)
  package static func spanningCount(before: Number, keepsPart: Number.Truth, behind: Number, end: Number) -> Number {
    before + Number(one: keepsPart) + 1 + (end - behind) + 1
  }
}
