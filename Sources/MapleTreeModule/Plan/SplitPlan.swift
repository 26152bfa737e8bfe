import RangeMapCore

/// Where content is cut: after its item `last`, the last one of the left node.
public struct Cut<Number> {
  public var last: Number
  /// How it was moved off a NULL, if it was.
  public var moved: PlanMark?

  @inlinable @inline(__always)
  public init(last: Number, moved: PlanMark? = nil) {
    self.last = last
    self.moved = moved
  }
}

/// Where a node that is too full is cut.
///
/// In all of these, `last` is the position of the last item of the content, and `isNull` tells whether the item at a
/// position is NULL, which only a leaf's can be.
public enum SplitPlan<Domain: PlanDomain> {
  public typealias Number = Domain.Number
  public typealias Truth = Domain.Truth
  public typealias IsNull = (_ item: Number, _ domain: inout Domain) -> Truth

  /// Moves a cut off a NULL, which a leaf must not end with: right where the left node has room and the right one keeps
  /// enough, else left. Kernel: `mab_no_null_split()`.
  @inlinable @inline(__always)
  public static func offNull(
    _ cut: Number, last: Number, shape: Geometry.Shape, isNull: IsNull, in domain: inout Domain
  ) -> Cut<Number> {
    guard domain.decide(isNull(cut, &domain)) else { return Cut(last: cut) }
    let movesRight = (cut .< Number(shape.slots - 1)) .& (last - cut .> Number(shape.minimum))
    return domain.decide(movesRight)
      ? Cut(last: cut + 1, moved: .cutMovedRightOffNull) : Cut(last: cut - 1, moved: .cutMovedLeftOffNull)
  }

  /// Whether the content of a node and of its sibling fit two nodes with so much to spare that a cut may move off a
  /// NULL. Kernel: the test in `mas_push_data()`.
  @inlinable @inline(__always)
  public static func fitsBesideSibling(
    last: Number, siblingEnd: Number, isLeaf: Bool, isRightmost: Truth, shape: Geometry.Shape
  ) -> Truth {
    let space = Number(2 * shape.slots - 2 - (isLeaf ? 1 : 0)) - Number(one: isRightmost)
    return last + siblingEnd .< space
  }

  /// The cut after a push, in the joined items: the left node gets all but one slot full, or the right one about as
  /// much.
  @inlinable @inline(__always)
  public static func pushCut(last: Number, siblingEnd: Number, left: Bool, shape: Geometry.Shape) -> Number {
    left ? Number(shape.slots - 2) : last + siblingEnd - Number(shape.slots - 2)
  }

  /// The cut of a node into two: in the middle, or, in bulk mode, as far right as leaves the right one sufficient.
  /// Kernel: `mab_calc_split()`.
  @inlinable @inline(__always)
  public static func divideCut(
    last: Number, isLeaf: Bool, isBulk: Truth, shape: Geometry.Shape, isNull: IsNull, in domain: inout Domain
  ) -> Cut<Number> {
    if domain.decide(isBulk) {
      // Never one child alone: what empties it would find no sibling.
      let right = last - Number(Swift.max(shape.minimum, 2))
      let cut = domain.decide(right .< Number(shape.slots)) ? right : Number(shape.slots - 1)
      return Cut(last: isLeaf && domain.decide(isNull(cut, &domain)) ? cut - 1 : cut)
    }
    return offNull(last.divided(by: 2), last: last, shape: shape, isNull: isNull, in: &domain)
  }
}

/// Into how many nodes joined content is divided, and where.
public enum Division<Number> {
  case one
  case two(cut: Cut<Number>)
  case three(cut: Cut<Number>, second: Cut<Number>)
}

extension SplitPlan {
  /// Divides the content that a spanning store or a rebalance joined. A middle node is needed where two full ones do
  /// not hold it, or would not if the cut moved off a NULL. Kernel: `mas_mab_to_node()`, `mab_middle_node()`.
  @inlinable @inline(__always)
  public static func division(
    last: Number, isLeaf: Bool, isBulk: Truth, shape: Geometry.Shape, isNull: IsNull, in domain: inout Domain
  ) -> Division<Number> {
    if domain.decide(last .< Number(shape.slots)) { return .one }
    // More than this would not fit two nodes if bulk mode's cut moved off a NULL.
    if domain.decide(isBulk .& (last .<= Number(2 * shape.slots - 2))) {
      return .two(
        cut: divideCut(last: last, isLeaf: isLeaf, isBulk: isBulk, shape: shape, isNull: isNull, in: &domain))
    }
    let middle = last.divided(by: 2)
    let needsThree =
      (last .>= Number(2 * shape.slots)) .| (isNull(middle, &domain) .& (last .>= Number(2 * shape.slots - 1)))
    guard domain.decide(needsThree) else {
      return .two(cut: offNull(middle, last: last, shape: shape, isNull: isNull, in: &domain))
    }
    let third = last.divided(by: 3)
    return .three(
      cut: offNull(third, last: last, shape: shape, isNull: isNull, in: &domain),
      second: offNull(third + third, last: last, shape: shape, isNull: isNull, in: &domain))
  }

  /// Whether joined content of `count` items is too little for a node that is not the root, so that a neighbour's is
  /// taken in. Kernel: `mast_sufficient()`.
  @inlinable @inline(__always)
  public static func isInsufficient(count: Number, shape: Geometry.Shape) -> Truth {
    count .<= Number(shape.minimum)
  }

  /// Whether a last leaf of `count` items, built in bulk mode, is evened out with the leaf before it.
  /// Kernel: `mas_destroy()`.
  @inlinable @inline(__always)
  public static func needsEvening(count: Number, leaf: Geometry.Shape) -> Truth {
    count .< Number(leaf.minimum - 1)
  }

  /// The cut of a last leaf's joined items that is evened out: the left leaf keeps a little more than half; a NULL must
  /// not end it. Kernel: `mas_destroy_rebalance()`.
  @inlinable @inline(__always)
  public static func eveningCut(leaf: Geometry.Shape, isNull: IsNull, in domain: inout Domain) -> Number {
    let middle = Number(leaf.slots / 2)
    return domain.decide(isNull(middle, &domain)) ? middle + 1 : middle
  }

  /// The items that the two leaves at the ends of a spanning store keep, with the store.
  ///
  /// - Parameters:
  ///   - before: the slots of the left leaf before the one that the store begins in.
  ///   - keepsPart: whether a part of that slot stays before the store.
  ///   - behind: the first slot of the right leaf that is not all covered.
  ///   - end: the last slot of the right leaf.
  @inlinable @inline(__always)
  public static func spanningCount(before: Number, keepsPart: Truth, behind: Number, end: Number) -> Number {
    before + Number(one: keepsPart) + 1 + (end - behind) + 1
  }
}
