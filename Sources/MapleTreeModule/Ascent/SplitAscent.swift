import RangeMapCore

/// The way up of a split: each level is pushed into a sibling, or cut in two, until the content of one fits.
extension SplitPlan {
  /// Carries a split out. Kernel: `mas_split()`.
  ///
  /// - Parameter count: the items of the leaf with the store, one more than fit it or two.
  @inline(__always)
  public static func split<Site: AscentSite>(
    _ site: inout Site, leafLevel: Int, count: Number, in domain: inout Domain
  ) where Site.Domain == Domain {
    var level = leafLevel
    var count = count
    while let built = splitLevel(&site, leafLevel: leafLevel, level: level, count: count, in: &domain) {
      level -= 1
      count = joinedCount(site, level: level, built: Number(built), in: &domain)
      site.joinParents(level, count: count, in: &domain)
    }
  }

  /// Splits one level, and returns how many nodes there are now for the level above; nil where the tree is whole again.
  @inline(__always)
  public static func splitLevel<Site: AscentSite>(
    _ site: inout Site, leafLevel: Int, level: Int, count: Number, in domain: inout Domain
  ) -> Int? where Site.Domain == Domain {
    let last = count - 1
    if domain.decide(last .< Number(site.shape(level).slots)) {
      site.mark(.splitEndedInAncestor)
      site.build(level, from: 0, through: last, in: &domain)
      site.finish(replacing: level)
      return nil
    }
    if level > 0, let side = sideWithRoom(site: &site, level: level, last: last, in: &domain) {
      push(&site, level: level, into: side, count: count, in: &domain)
      return nil
    }
    let cut = divideCut(
      last: last, isLeaf: site.isLeaf(level), isBulk: site.isBulk, shape: site.shape(level),
      isNull: { item, domain in site.isNull(item, level, in: &domain) }, in: &domain)
    site.mark(domain.decide(site.isBulk) ? .splitInBulkMode : .splitDivided)
    buildTwo(&site, level: level, count: count, cut: cut, in: &domain)
    guard level > 0 else {
      site.mark(.splitGrewRoot)
      site.buildRoot(in: &domain)
      site.finish(asRootOf: leafLevel + 2)
      return nil
    }
    return 2
  }

  /// The sibling with room for what one node cannot hold: the left one where both have it. Kernel: `mas_push_data()`.
  @inline(__always)
  private static func sideWithRoom<Site: AscentSite>(
    site: inout Site, level: Int, last: Number, in domain: inout Domain
  ) -> Side? where Site.Domain == Domain {
    let slot = site.slot(.left, level - 1, in: &domain)
    if domain.decide(slot .> 0), fits(&site, level: level, last: last, beside: .left, in: &domain) { return .left }
    let end = site.end(.left, level - 1, in: &domain)
    if domain.decide(slot .< end), fits(&site, level: level, last: last, beside: .right, in: &domain) { return .right }
    return nil
  }

  @inline(__always)
  private static func fits<Site: AscentSite>(
    _ site: inout Site, level: Int, last: Number, beside side: Side, in domain: inout Domain
  ) -> Bool where Site.Domain == Domain {
    let siblingEnd = site.siblingEnd(side, of: level, in: &domain)
    return domain.decide(
      fitsBesideSibling(
        last: last, siblingEnd: siblingEnd, isLeaf: site.isLeaf(level),
        isRightmost: site.isRightmost(level, in: &domain), shape: site.shape(level)))
  }

  /// Ends a split by a push: two nodes replace a node and its sibling, and the parent is written anew with as many
  /// children.
  @inline(__always)
  private static func push<Site: AscentSite>(
    _ site: inout Site, level: Int, into side: Side, count: Number, in domain: inout Domain
  ) where Site.Domain == Domain {
    site.mark(side == .left ? .splitPushedLeft : .splitPushedRight)
    let siblingEnd = site.takeNeighbour(side, of: level, through: level - 1, count: count, in: &domain)
    let target = pushCut(last: count - 1, siblingEnd: siblingEnd, left: side == .left, shape: site.shape(level))
    let joined = count + siblingEnd + 1
    let cut = offNull(
      target, last: joined - 1, shape: site.shape(level),
      isNull: { item, domain in site.isNull(item, level, in: &domain) }, in: &domain)
    replacePair(&site, level: level, count: joined, cut: cut, in: &domain)
  }

  /// Divides the joined items of two nodes beside each other anew, and writes their parent anew.
  @inline(__always)
  public static func replacePair<Site: AscentSite>(
    _ site: inout Site, level: Int, count: Number, cut: Cut<Number>, in domain: inout Domain
  ) where Site.Domain == Domain {
    buildTwo(&site, level: level, count: count, cut: cut, in: &domain)
    let total = joinedCount(site, level: level - 1, built: 2, in: &domain)
    site.joinParents(level - 1, count: total, in: &domain)
    site.build(level - 1, from: 0, through: total - 1, in: &domain)
    site.finish(replacing: level - 1)
  }

  /// Builds the two nodes that a cut makes.
  @inline(__always)
  static func buildTwo<Site: AscentSite>(
    _ site: inout Site, level: Int, count: Number, cut: Cut<Number>, in domain: inout Domain
  ) where Site.Domain == Domain {
    if let moved = cut.moved { site.mark(moved) }
    site.build(level, from: 0, through: cut.last, in: &domain)
    site.build(level, from: cut.last + 1, through: count - 1, in: &domain)
  }

  /// The items of a level if `built` nodes stand in the place of the old ones below.
  @inline(__always)
  public static func joinedCount<Site: AscentSite>(
    _ site: Site, level: Int, built: Number, in domain: inout Domain
  ) -> Number where Site.Domain == Domain {
    let before = site.slot(.left, level, in: &domain)
    let behind = site.end(.right, level, in: &domain) - site.slot(.right, level, in: &domain)
    return before + built + behind
  }
}
