import RangeMapCore

/// Where 7.3 cuts.
extension CutPlan {
  /// Divides the items of a level: in the middle; in thirds if two nodes do not hold them, or would only by ending the
  /// first with a NULL. Kernel: `dst_setup()` and `cp_data_write()`.
  @inline(__always)
  package static func copyDivision(
    count: Number, isLeaf: Bool, shape: Geometry.Shape, isNull: IsNull, in domain: inout Domain
  ) -> Division<Number> {
    if domain.decide(count .<= Number(shape.slots)) { return .one }
    let middle = (count - 1).divided(by: 2)
    if domain.decide(count .< Number(2 * shape.slots)) {
      return .two(cut: beforeNull(middle, isLeaf: isLeaf, isNull: isNull, in: &domain))
    }
    if domain.decide(count .== Number(2 * shape.slots)) && !(isLeaf && domain.decide(isNull(middle, &domain))) {
      return .two(cut: Cut(last: middle))
    }
    let third = (count + 2).divided(by: 3)
    return .three(
      cut: beforeNull(third, isLeaf: isLeaf, isNull: isNull, in: &domain),
      second: beforeNull(third + third + 1, isLeaf: isLeaf, isNull: isNull, in: &domain))
  }

  /// Moves a cut off a NULL, which a leaf must not end with: always to the left.
  @inline(__always)
  static func beforeNull(
    _ cut: Number, isLeaf: Bool, isNull: IsNull, in domain: inout Domain
  ) -> Cut<Number> {
    guard isLeaf && domain.decide(isNull(cut, &domain)) else { return Cut(last: cut) }
    return Cut(last: cut - 1, moved: .cutMovedLeftOffNull)
  }
}
