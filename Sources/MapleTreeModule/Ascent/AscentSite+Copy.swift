import RangeMapCore

/// The way up of 7.3. Each level is counted first, joined with a neighbour if it needs one, and then copied to one, two
/// or three nodes.
extension AscentSite {
  /// Copies one level, and returns how many nodes there are now for the level above; nil if the tree is whole again.
  /// Kernel: one round of `mas_wr_split()`, `mas_wr_rebalance()` or `mas_wr_spanning_store()`; `struct maple_copy`,
  /// from 7.1.
  @inline(__always)
  package mutating func copyLevel(
    _ kind: AscentKind, leafLevel: Int, level: Int, count: Number, in domain: inout Domain
  ) -> Int? {
    let joined = joinNeighbour(kind, level: level, count: count, in: &domain)
    let division = CutPlan.copyDivision(
      count: joined ?? count, isLeaf: isLeaf(level), shape: shape(level),
      isNull: { item, domain in isNull(item, level, in: &domain) }, in: &domain)
    let built = build(division, level: level, count: joined ?? count, in: &domain)
    if domain.decide(coversAll(level, in: &domain)) {
      if built == 1 {
        if level > 0 { mark(.rootLostLevels) }
        finish(asRootOf: leafLevel - level + 1)
      } else {
        if level == 0 { mark(kind == .split ? .splitGrewRoot : .rootGrewWhileSpanning) }
        buildRoot(in: &domain)
        finish(asRootOf: leafLevel - level + 2)
      }
      return nil
    }
    guard built == 1 && joined == nil && domain.decide(waysMeet(level, in: &domain)) else { return built }
    if kind == .split { mark(.splitEndedInAncestor) }
    finish(replacing: level)
    return nil
  }

  /// Takes the content of a neighbour into the items, and returns how many there are now; nil if none is taken.
  @inline(__always)
  private mutating func joinNeighbour(
    _ kind: AscentKind, level: Int, count: Number, in domain: inout Domain
  ) -> Number? {
    if kind == .split {
      guard domain.decide(count .> Number(shape(level).slots)), level > 0 else { return nil }
      guard let side = sideToShareWith(level: level, count: count, in: &domain) else {
        mark(.splitDivided)
        return nil
      }
      mark(side == .left ? .splitPushedLeft : .splitPushedRight)
      return count + 1 + takeNeighbour(side, of: level, through: level - 1, count: count, in: &domain)
    }
    let tooLittle = NodeFill.isInsufficient(count: count, shape: shape(level))
    let hasNeighbour: Truth = .!coversAll(level, in: &domain)
    guard domain.decide(hasNeighbour .& tooLittle) else { return nil }
    return kind == .rebalance
      ? joinSibling(leafLevel: level, count: count, in: &domain)
      : joinNearest(level: level, count: count, in: &domain)
  }

  /// The sibling with which two nodes would hold all. Kernel: `push_data_sib()`.
  @inline(__always)
  private mutating func sideToShareWith(level: Int, count: Number, in domain: inout Domain) -> Side? {
    siblingWithRoom(level: level, in: &domain) { site, siblingEnd, _ in
      NodeFill.twoNodesHold(count: count, siblingEnd: siblingEnd, shape: site.shape(level))
    }
  }
}
