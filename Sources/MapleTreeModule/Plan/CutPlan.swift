import RangeMapCore

/// Where content is cut: after its item `last`, the last one of the left node.
package struct Cut<Number> {
  package var last: Number
  /// How it was moved off a NULL, if it was.
  package var moved: PlanMark?

  @inline(__always)
  package init(last: Number, moved: PlanMark? = nil) {
    self.last = last
    self.moved = moved
  }
}

/// Into how many nodes joined content is divided, and where.
package enum Division<Number> {
  case one
  case two(cut: Cut<Number>)
  case three(cut: Cut<Number>, second: Cut<Number>)
}

/// Where the content of nodes is cut, and into how many nodes.
///
/// In all of these, `last` is the position of the last item of the content, and `isNull` tells whether the item at a
/// position is NULL, which only a leaf's can be.
package enum CutPlan<Domain: PlanDomain> {
  package typealias Number = Domain.Number
  package typealias Truth = Domain.Truth
  package typealias IsNull = (_ item: Number, _ domain: inout Domain) -> Truth

  /// Moves a cut off a NULL, which a leaf must not end with: right if the left node has room and the right one keeps
  /// enough, else left. Kernel: `mab_no_null_split()`.
  @inline(__always)
  package static func offNull(
    _ cut: Number, last: Number, shape: Geometry.Shape, isNull: IsNull, in domain: inout Domain
  ) -> Cut<Number> {
    guard domain.decide(isNull(cut, &domain)) else { return Cut(last: cut) }
    let movesRight = (cut .< Number(shape.slots - 1)) .& (last - cut .> Number(shape.minimum))
    return domain.decide(movesRight)
      ? Cut(last: cut + 1, moved: .cutMovedRightOffNull) : Cut(last: cut - 1, moved: .cutMovedLeftOffNull)
  }

  /// The cut after a push, in the joined items: the left node gets all but one slot full, or the right one about as
  /// much.
  @inline(__always)
  package static func pushCut(last: Number, siblingEnd: Number, left: Bool, shape: Geometry.Shape) -> Number {
    left ? Number(shape.slots - 2) : last + siblingEnd - Number(shape.slots - 2)
  }

  /// The cut of a node into two: in the middle, or, in bulk mode, as far right as leaves the right one sufficient.
  /// Kernel: `mab_calc_split()`.
  @inline(__always)
  package static func divideCut(
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

  /// Divides the content that a spanning store or a rebalance joined. A middle node is needed if two full ones do
  /// not hold it, or would not if the cut moved off a NULL. Kernel: `mas_mab_to_node()`, `mab_middle_node()`.
  @inline(__always)
  package static func division(
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

  /// The cut of a last leaf's joined items that is evened out: the left leaf keeps a little more than half; a NULL must
  /// not end it. Kernel: `mas_destroy_rebalance()`.
  @inline(__always)
  package static func eveningCut(leaf: Geometry.Shape, isNull: IsNull, in domain: inout Domain) -> Number {
    let middle = Number(leaf.slots / 2)
    return domain.decide(isNull(middle, &domain)) ? middle + 1 : middle
  }
}
