import RangeMapCore

/// The way up of a spanning store and of a rebalance before 7.3: every level is built anew up to the root, or to where
/// one node is left.
extension AscentSite {
  /// Builds one level anew, and returns how many nodes there are now for the level above; nil if the tree is whole
  /// again. Kernel: `mas_spanning_rebalance()`.
  @inline(__always)
  package mutating func rebuildLevel(leafLevel: Int, level: Int, count: Number, in domain: inout Domain) -> Int? {
    var count = count
    let shape = shape(level)
    let tooLittle = NodeFill.isInsufficient(count: count, shape: shape)
    if rebuildRule == .untilTheWaysMeet && level < leafLevel && level > 0 {
      let fitsOne: Truth = (count .<= Number(shape.slots)) .& .!tooLittle
      if domain.decide(waysMeet(level, in: &domain) .& fitsOne) {
        mark(.dividedIntoOne)
        build(level, from: 0, through: count - 1, in: &domain)
        finish(replacing: level)
        return nil
      }
    }
    let hasNeighbour: Truth = .!coversAll(level, in: &domain)
    if domain.decide(hasNeighbour .& tooLittle) { count = joinNearest(level: level, count: count, in: &domain) }
    let division = CutPlan.division(
      last: count - 1, isLeaf: isLeaf(level), isBulk: isBulk, shape: shape,
      isNull: { item, domain in isNull(item, level, in: &domain) }, in: &domain)
    let built = build(division, level: level, count: count, in: &domain)
    if built == 1 && domain.decide(coversAll(level, in: &domain)) {
      if level > 0 { mark(.rootLostLevels) }
      finish(asRootOf: leafLevel - level + 1)
      return nil
    }
    guard level > 0 else {
      mark(.rootGrewWhileSpanning)
      buildRoot(in: &domain)
      finish(asRootOf: leafLevel + 2)
      return nil
    }
    return built
  }

  /// Takes the content of the leaf beside the one at hand into the items, and returns how many there are now: the next
  /// one if there is one.
  @inline(__always)
  package mutating func joinSibling(leafLevel: Int, count: Number, in domain: inout Domain) -> Number {
    let parent = leafLevel - 1
    let isLast = slot(.right, parent, in: &domain) .>= end(.right, parent, in: &domain)
    let side: Side = domain.decide(isLast) ? .left : .right
    return count + 1 + takeNeighbour(side, of: leafLevel, through: parent, count: count, in: &domain)
  }

  /// Takes the content of the next node on the right into the items, else of the next on the left, which may have other
  /// parents, and returns how many items there are now. Kernel: `mast_spanning_rebalance()`, and `spanning_sib()` of
  /// 7.3.
  @inline(__always)
  mutating func joinNearest(level: Int, count: Number, in domain: inout Domain) -> Number {
    var ancestor = level - 1
    while ancestor >= 0 {
      let rightSlot = slot(.right, ancestor, in: &domain)
      let rightEnd = end(.right, ancestor, in: &domain)
      var side: Side?
      if domain.decide(rightSlot .< rightEnd) {
        side = .right
      } else if domain.decide(slot(.left, ancestor, in: &domain) .> 0) {
        side = .left
      }
      if let side {
        if ancestor < level - 1 { mark(.neighbourIsCousin) }
        mark(side == .right ? .neighbourTakenRight : .neighbourTakenLeft)
        return count + 1 + takeNeighbour(side, of: level, through: ancestor, count: count, in: &domain)
      }
      ancestor -= 1
    }
    return count
  }
}
