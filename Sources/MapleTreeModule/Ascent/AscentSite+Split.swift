import RangeMapCore

/// The way up of a split before 7.3: each level is pushed into a sibling, or cut in two, until the content of one fits.
extension AscentSite {
  /// Splits one level, and returns how many nodes there are now for the level above; nil if the tree is whole again.
  /// Kernel: `mas_split()`.
  ///
  /// - Parameter count: in the leaf, one item more than fits it or two.
  @inline(__always)
  package mutating func splitLevel(leafLevel: Int, level: Int, count: Number, in domain: inout Domain) -> Int? {
    let last = count - 1
    let shape = shape(level)
    if domain.decide(last .< Number(shape.slots)) {
      mark(.splitEndedInAncestor)
      build(level, from: 0, through: last, in: &domain)
      finish(replacing: level)
      return nil
    }
    if level > 0, let side = sideToPush(level: level, last: last, in: &domain) {
      push(level: level, into: side, count: count, in: &domain)
      return nil
    }
    let cut = CutPlan.divideCut(
      last: last, isLeaf: isLeaf(level), isBulk: isBulk, shape: shape,
      isNull: { item, domain in isNull(item, level, in: &domain) }, in: &domain)
    mark(domain.decide(isBulk) ? .splitInBulkMode : .splitDivided)
    buildTwo(level: level, count: count, cut: cut, in: &domain)
    guard level > 0 else {
      mark(.splitGrewRoot)
      buildRoot(in: &domain)
      finish(asRootOf: leafLevel + 2)
      return nil
    }
    return 2
  }

  /// The sibling with room for what one node cannot hold. Kernel: `mas_push_data()`.
  @inline(__always)
  private mutating func sideToPush(level: Int, last: Number, in domain: inout Domain) -> Side? {
    siblingWithRoom(level: level, in: &domain) { site, siblingEnd, domain in
      NodeFill.fitsBesideSibling(
        last: last, siblingEnd: siblingEnd, isLeaf: site.isLeaf(level),
        isRightmost: site.isRightmost(level, in: &domain), shape: site.shape(level))
    }
  }

  /// Ends a split by a push: two nodes replace a node and its sibling, and the parent is written anew with as many
  /// children.
  @inline(__always)
  private mutating func push(level: Int, into side: Side, count: Number, in domain: inout Domain) {
    mark(side == .left ? .splitPushedLeft : .splitPushedRight)
    let siblingEnd = takeNeighbour(side, of: level, through: level - 1, count: count, in: &domain)
    let target = CutPlan<Domain>.pushCut(
      last: count - 1, siblingEnd: siblingEnd, left: side == .left, shape: shape(level))
    let joined = count + siblingEnd + 1
    let cut = CutPlan.offNull(
      target, last: joined - 1, shape: shape(level),
      isNull: { item, domain in isNull(item, level, in: &domain) }, in: &domain)
    replacePair(level: level, count: joined, cut: cut, in: &domain)
  }

  /// Divides the joined items of two nodes beside each other anew, and writes their parent anew.
  @inline(__always)
  mutating func replacePair(level: Int, count: Number, cut: Cut<Number>, in domain: inout Domain) {
    buildTwo(level: level, count: count, cut: cut, in: &domain)
    let total = joinedCount(level: level - 1, built: 2, in: &domain)
    joinParents(level - 1, count: total, in: &domain)
    build(level - 1, from: 0, through: total - 1, in: &domain)
    finish(replacing: level - 1)
  }
}
