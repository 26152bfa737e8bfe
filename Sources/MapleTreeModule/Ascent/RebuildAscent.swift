import RangeMapCore

/// How far up a rebuild goes.
public enum RebuildRule: String, CaseIterable, Hashable, Sendable {
  /// To the root, which copies every ancestor. Kernel: up to 6.15.
  case toTheRoot = "6.12"
  /// To the first node in which the ways to both ends meet, if its content fits one node and is enough for it. Kernel:
  /// from 6.16.
  case untilTheWaysMeet = "6.16"
  /// As from 6.16 on, and each level is copied at once to as many nodes as it needs, by one rule for all stores.
  /// Kernel: from 7.1.
  case copiedByLevel = "7.3"

  /// The way of the newest kernel, which a tree has if nothing else is said.
  @inlinable @inline(__always)
  public static var newest: RebuildRule { .copiedByLevel }

  /// Whether a store asks for nodes by the levels that it can reach, which its walk notes.
  @inlinable @inline(__always)
  public var asksByReach: Bool { self != .toTheRoot }
}

/// The way up of a spanning store and of a rebalance: every level is built anew up to the root, or to where one node is
/// left.
extension SplitPlan {
  /// Carries a rebuild out. Kernel: `mas_spanning_rebalance()`.
  ///
  /// - Parameter count: the items that the leaves from the left path's to the right path's keep, with the store.
  @inline(__always)
  public static func rebuild<Site: AscentSite>(
    _ site: inout Site, leafLevel: Int, count: Number, in domain: inout Domain
  ) where Site.Domain == Domain {
    var level = leafLevel
    var count = count
    while let built = rebuildLevel(&site, leafLevel: leafLevel, level: level, count: count, in: &domain) {
      level -= 1
      count = joinedCount(site, level: level, built: Number(built), in: &domain)
      site.joinParents(level, count: count, in: &domain)
    }
  }

  /// Builds one level anew, and returns how many nodes there are now for the level above; nil where the tree is whole
  /// again.
  @inline(__always)
  public static func rebuildLevel<Site: AscentSite>(
    _ site: inout Site, leafLevel: Int, level: Int, count: Number, in domain: inout Domain
  ) -> Int? where Site.Domain == Domain {
    var count = count
    let shape = site.shape(level)
    let tooLittle = isInsufficient(count: count, shape: shape)
    if site.rebuildRule == .untilTheWaysMeet && level < leafLevel && level > 0 {
      let fitsOne: Truth = (count .<= Number(shape.slots)) .& .!tooLittle
      if domain.decide(site.waysMeet(level, in: &domain) .& fitsOne) {
        site.mark(.dividedIntoOne)
        site.build(level, from: 0, through: count - 1, in: &domain)
        site.finish(replacing: level)
        return nil
      }
    }
    let hasNeighbour: Truth = .!site.coversAll(level, in: &domain)
    if domain.decide(hasNeighbour .& tooLittle) {
      count = takeNeighbour(&site, level: level, count: count, in: &domain)
    }
    let built = divide(&site, level: level, count: count, in: &domain)
    if built == 1 && domain.decide(site.coversAll(level, in: &domain)) {
      if level > 0 { site.mark(.rootLostLevels) }
      site.finish(asRootOf: leafLevel - level + 1)
      return nil
    }
    guard level > 0 else {
      site.mark(.rootGrewWhileSpanning)
      site.buildRoot(in: &domain)
      site.finish(asRootOf: leafLevel + 2)
      return nil
    }
    return built
  }

  /// Carries a rebalance out: joins a leaf that would keep too little with the leaf beside it, the next where there is
  /// one, and rebuilds. Kernel: `mas_rebalance()`.
  ///
  /// - Parameter count: the items that the leaf keeps.
  @inline(__always)
  public static func rebalance<Site: AscentSite>(
    _ site: inout Site, leafLevel: Int, count: Number, in domain: inout Domain
  ) where Site.Domain == Domain {
    let joined = joinSibling(&site, leafLevel: leafLevel, count: count, in: &domain)
    rebuild(&site, leafLevel: leafLevel, count: joined, in: &domain)
  }

  /// Takes the content of the leaf beside the one at hand into the items, and returns how many there are now.
  @inline(__always)
  public static func joinSibling<Site: AscentSite>(
    _ site: inout Site, leafLevel: Int, count: Number, in domain: inout Domain
  ) -> Number where Site.Domain == Domain {
    let parent = leafLevel - 1
    let isLast = site.slot(.right, parent, in: &domain) .>= site.end(.right, parent, in: &domain)
    let side: Side = domain.decide(isLast) ? .left : .right
    return count + 1 + site.takeNeighbour(side, of: leafLevel, through: parent, count: count, in: &domain)
  }

  /// Takes the content of the next node on the right into the items, else of the next on the left, which may have other
  /// parents. Kernel: `mast_spanning_rebalance()`, and `spanning_sib()` of 7.3.
  @inline(__always)
  static func takeNeighbour<Site: AscentSite>(
    _ site: inout Site, level: Int, count: Number, in domain: inout Domain
  ) -> Number where Site.Domain == Domain {
    var ancestor = level - 1
    while ancestor >= 0 {
      let rightSlot = site.slot(.right, ancestor, in: &domain)
      let rightEnd = site.end(.right, ancestor, in: &domain)
      if domain.decide(rightSlot .< rightEnd) {
        if ancestor < level - 1 { site.mark(.neighbourIsCousin) }
        site.mark(.neighbourTakenRight)
        return count + 1 + site.takeNeighbour(.right, of: level, through: ancestor, count: count, in: &domain)
      }
      if domain.decide(site.slot(.left, ancestor, in: &domain) .> 0) {
        if ancestor < level - 1 { site.mark(.neighbourIsCousin) }
        site.mark(.neighbourTakenLeft)
        return count + 1 + site.takeNeighbour(.left, of: level, through: ancestor, count: count, in: &domain)
      }
      ancestor -= 1
    }
    return count
  }

  /// Divides the items as a rebuild does, builds the nodes, and returns how many.
  @inline(__always)
  private static func divide<Site: AscentSite>(
    _ site: inout Site, level: Int, count: Number, in domain: inout Domain
  ) -> Int where Site.Domain == Domain {
    let division = division(
      last: count - 1, isLeaf: site.isLeaf(level), isBulk: site.isBulk, shape: site.shape(level),
      isNull: { item, domain in site.isNull(item, level, in: &domain) }, in: &domain)
    return build(&site, level: level, count: count, division, in: &domain)
  }

  /// Builds one, two or three nodes of the items, and returns how many.
  @inline(__always)
  static func build<Site: AscentSite>(
    _ site: inout Site, level: Int, count: Number, _ division: Division<Number>, in domain: inout Domain
  ) -> Int where Site.Domain == Domain {
    switch division {
    case .one:
      site.mark(.dividedIntoOne)
      site.build(level, from: 0, through: count - 1, in: &domain)
      return 1
    case .two(let cut):
      site.mark(.dividedIntoTwo)
      buildTwo(&site, level: level, count: count, cut: cut, in: &domain)
      return 2
    case .three(let cut, let second):
      site.mark(.dividedIntoThree)
      if let moved = cut.moved { site.mark(moved) }
      if let moved = second.moved { site.mark(moved) }
      site.build(level, from: 0, through: cut.last, in: &domain)
      site.build(level, from: cut.last + 1, through: second.last, in: &domain)
      site.build(level, from: second.last + 1, through: count - 1, in: &domain)
      return 3
    }
  }
}
