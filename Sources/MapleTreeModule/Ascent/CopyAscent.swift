import RangeMapCore

/// What a store that changes several levels does with a level that does not come out right.
public enum CopyKind: Hashable, Sendable {
  /// A level that is too full shares with a sibling that has room. Kernel: `split_data()`.
  case split
  /// A level that keeps too little joins its sibling, the next one if there is one. Kernel: `rebalance_data()`.
  case rebalance
  /// A level that keeps too little joins the nearest node, whoever its parent is. Kernel: `spanning_data()`.
  case spanning
}

/// The way up of 7.3. Each level is counted first, joined with a neighbour if it needs one, and then copied to one, two
/// or three nodes.
extension SplitPlan {
  /// Carries a split, a rebalance or a spanning store out. Kernel: `struct maple_copy`, from 7.1.
  ///
  /// - Parameter count: the items of the leaf, or of the two leaves at the ends, with the store.
  @inline(__always)
  public static func copy<Site: AscentSite>(
    _ site: inout Site, _ kind: CopyKind, leafLevel: Int, count: Number, in domain: inout Domain
  ) where Site.Domain == Domain {
    var level = leafLevel
    var count = count
    while let built = copyLevel(&site, kind, leafLevel: leafLevel, level: level, count: count, in: &domain) {
      level -= 1
      count = joinedCount(site, level: level, built: Number(built), in: &domain)
      site.joinParents(level, count: count, in: &domain)
    }
  }

  /// Copies one level, and returns how many nodes there are now for the level above; nil if the tree is whole again.
  /// Kernel: one round of `mas_wr_split()`, `mas_wr_rebalance()` or `mas_wr_spanning_store()`.
  @inline(__always)
  public static func copyLevel<Site: AscentSite>(
    _ site: inout Site, _ kind: CopyKind, leafLevel: Int, level: Int, count: Number, in domain: inout Domain
  ) -> Int? where Site.Domain == Domain {
    let joined = joinNeighbour(&site, kind, level: level, count: count, in: &domain)
    let division = copyDivision(
      count: joined ?? count, isLeaf: site.isLeaf(level), shape: site.shape(level),
      isNull: { item, domain in site.isNull(item, level, in: &domain) }, in: &domain)
    let built = build(&site, level: level, count: joined ?? count, division, in: &domain)
    if domain.decide(site.coversAll(level, in: &domain)) {
      if built == 1 {
        if level > 0 { site.mark(.rootLostLevels) }
        site.finish(asRootOf: leafLevel - level + 1)
      } else {
        if level == 0 { site.mark(kind == .split ? .splitGrewRoot : .rootGrewWhileSpanning) }
        site.buildRoot(in: &domain)
        site.finish(asRootOf: leafLevel - level + 2)
      }
      return nil
    }
    guard built == 1 && joined == nil && domain.decide(site.waysMeet(level, in: &domain)) else { return built }
    if kind == .split { site.mark(.splitEndedInAncestor) }
    site.finish(replacing: level)
    return nil
  }

  /// Takes the content of a neighbour into the items, and returns how many there are now; nil if none is taken.
  @inline(__always)
  private static func joinNeighbour<Site: AscentSite>(
    _ site: inout Site, _ kind: CopyKind, level: Int, count: Number, in domain: inout Domain
  ) -> Number? where Site.Domain == Domain {
    if kind == .split {
      guard domain.decide(count .> Number(site.shape(level).slots)), level > 0 else { return nil }
      guard let side = siblingToShareWith(&site, level: level, count: count, in: &domain) else {
        site.mark(.splitDivided)
        return nil
      }
      site.mark(side == .left ? .splitPushedLeft : .splitPushedRight)
      return count + 1 + site.takeNeighbour(side, of: level, through: level - 1, count: count, in: &domain)
    }
    let tooLittle = isInsufficient(count: count, shape: site.shape(level))
    let hasNeighbour: Truth = .!site.coversAll(level, in: &domain)
    guard domain.decide(hasNeighbour .& tooLittle) else { return nil }
    return kind == .rebalance
      ? joinSibling(&site, leafLevel: level, count: count, in: &domain)
      : takeNeighbour(&site, level: level, count: count, in: &domain)
  }

  /// The sibling with which two nodes would hold all: the left one if both would do. Kernel: `push_data_sib()`.
  @inline(__always)
  private static func siblingToShareWith<Site: AscentSite>(
    _ site: inout Site, level: Int, count: Number, in domain: inout Domain
  ) -> Side? where Site.Domain == Domain {
    let slot = site.slot(.left, level - 1, in: &domain)
    if domain.decide(slot .> 0), sharesWithRoom(&site, .left, level: level, count: count, in: &domain) { return .left }
    let end = site.end(.left, level - 1, in: &domain)
    if domain.decide(slot .< end), sharesWithRoom(&site, .right, level: level, count: count, in: &domain) {
      return .right
    }
    return nil
  }

  @inline(__always)
  private static func sharesWithRoom<Site: AscentSite>(
    _ site: inout Site, _ side: Side, level: Int, count: Number, in domain: inout Domain
  ) -> Bool where Site.Domain == Domain {
    let siblingEnd = site.siblingEnd(side, of: level, in: &domain)
    return domain.decide(twoNodesHold(count: count, siblingEnd: siblingEnd, shape: site.shape(level)))
  }
}

extension SplitPlan {
  /// Whether two nodes hold a node's items and its sibling's with a slot to spare. Kernel: `data_fits()`.
  @inlinable @inline(__always)
  public static func twoNodesHold(count: Number, siblingEnd: Number, shape: Geometry.Shape) -> Truth {
    count + siblingEnd + 1 .< Number(2 * shape.slots)
  }

  /// Divides the items of a level: in the middle; in thirds if two nodes do not hold them, or would only by ending the
  /// first with a NULL. Kernel: `dst_setup()` and `cp_data_write()`.
  @inlinable @inline(__always)
  public static func copyDivision(
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
  @inlinable @inline(__always)
  static func beforeNull(
    _ cut: Number, isLeaf: Bool, isNull: IsNull, in domain: inout Domain
  ) -> Cut<Number> {
    guard isLeaf && domain.decide(isNull(cut, &domain)) else { return Cut(last: cut) }
    return Cut(last: cut - 1, moved: .cutMovedLeftOffNull)
  }
}
