import MapleTreeModule
import RangeMapCore

/// What one path through the plans of a store comes to.
package struct StorePath: Hashable, Sendable {
  package var kind: StoreKind
  /// The nodes that the store takes.
  package var taken: Int
  /// The nodes that the tree asks for before it.
  package var asked: Int
  /// The level below the deepest internal node on the walk that has room for a child more; 0 where none has.
  /// Kernel: `vacant_height` of 6.16.
  package var vacant: Int
  /// The level below the deepest internal node on the walk that can lose a child. Kernel: `sufficient_height` of 6.16.
  package var sufficient: Int
  /// The branches that were carried out.
  package var marks: [PlanMark]
}

/// Runs the plans of all stores into a tree of a kind and height, as the tree itself runs them, over unknowns.
struct StoreExploration {
  let world: StoreWorld
  /// Whether paths are told apart by the vacant and the sufficient height, which makes them many more.
  var tellsHeights = false

  /// A store into a tree that has no node.
  func storeWithoutNode(in domain: inout SymbolicDomain) -> StorePath {
    let buildsLeaf = NodeDemand.rootStoreBuildsLeaf(
      storesNull: domain.truth("store-of-null"), isOfFirstIndexAlone: domain.truth("store-at-first-index-alone"),
      looksLikeNode: domain.truth("word-looks-like-node"))
    let taken = domain.decide(buildsLeaf) ? 1 : 0
    return path(.rootStore, taken: taken, buildsLeaf: buildsLeaf, heights: (0, 0), marks: [], in: &domain)
  }

  /// A store that stays in one leaf: what kind it is, and what it takes.
  ///
  /// - Parameter ascends: false to leave the kinds out that change more than the leaf; nothing else depends on the
  ///   height.
  func storeInLeaf(ascends: Bool = true, in domain: inout SymbolicDomain) -> StorePath? {
    let store = LeafStore(world, in: &domain)
    return carryOut(store, ascends: ascends, in: &domain)
  }

  /// The erasure of one entry, whose slot is not its leaf's last one, or is the last of the tree.
  func eraseInLeaf(in domain: inout SymbolicDomain) -> StorePath {
    let store = LeafStore(world, in: &domain)
    let takesBefore = domain.truth("slot-before-is-null")
    let takesBehind = domain.truth("slot-behind-is-null")
    domain.assume(
      .oneEntryErased,
      (store.lastSlot - store.slot .== SymbolicNumber(one: takesBefore) + SymbolicNumber(one: takesBehind))
        .& store.begins .& store.ends .& store.storesNull)
    guard let path = carryOut(store, ascends: true, in: &domain) else { preconditionFailure("it was told to go up") }
    return path
  }

  /// The erasure of the last entry of a leaf that is not right-most: the NULL would end the leaf, so that it spans to
  /// the next one.
  func eraseAtLeafEnd(below common: Int, in domain: inout SymbolicDomain) -> StorePath {
    var site = SymbolicAscent(world)
    site.descendApart(below: common, in: &domain)
    let leafLevel = world.leafLevel
    for level in common..<leafLevel {
      let left = site.slot(.left, level, in: &domain)
      let right = site.slot(.right, level, in: &domain)
      let next =
        level == common ? right .== left + 1 : (left .== site.end(.left, level, in: &domain)) .& (right .== 0)
      domain.assume(.leavesBesideEachOther, next)
    }
    let slot = site.slot(.left, leafLevel, in: &domain)
    domain.assume(.oneEntryErased, slot .== site.end(.left, leafLevel, in: &domain))
    domain.assume(.oneEntryErased, site.slot(.right, leafLevel, in: &domain) .== 0)
    let takesBefore = domain.truth("slot-before-is-null") .& (slot .> 0)
    let behind = SymbolicNumber(one: domain.truth("first-slot-of-next-is-null"))
    let count = NodeFill.spanningCount(
      before: slot - SymbolicNumber(one: takesBefore), keepsPart: .constant(false), behind: behind,
      end: site.end(.right, leafLevel, in: &domain))
    site.carryOut(.spanning, count: count, in: &domain)
    return path(
      .spanningStore, taken: site.nodesTaken, buildsLeaf: .constant(true), heights: (0, 0), marks: site.marks,
      in: &domain)
  }

  /// Carries a store into a leaf out.
  private func carryOut(_ store: LeafStore, ascends: Bool, in domain: inout SymbolicDomain) -> StorePath? {
    var site = store.site
    let facts = store.facts
    let storesNull = store.storesNull
    let newEnd: SymbolicNumber = facts.newEnd
    let kind = facts.kind(leaf: world.shape(world.leafLevel), rule: world.rebuildRule, in: &domain)
    let heights = heights(of: site, through: world.leafLevel, in: &domain)
    var taken = 0
    switch kind {
    case .exactFit, .append, .slotStore: break
    case .nodeStore: taken = world.usesReadCopyUpdate ? 1 : 0
    case .newRoot: taken = domain.decide(storesNull) ? 0 : 1
    case .splitStore where !ascends, .rebalance where !ascends: return nil
    case .splitStore:
      site.carryOut(.split, count: newEnd + 1, in: &domain)
      taken = site.nodesTaken
    case .rebalance:
      site.carryOut(.rebalance, count: newEnd + 1, in: &domain)
      taken = site.nodesTaken
    case .rootStore, .spanningStore: preconditionFailure("the plan of a leaf says \(kind)")
    }
    return path(
      kind, taken: taken, buildsLeaf: .!storesNull, heights: heights, marks: site.marks, in: &domain)
  }

  /// A store from one leaf to another, whose ways part in the node of level `common`.
  func storeAcross(below common: Int, in domain: inout SymbolicDomain) -> StorePath {
    var site = SymbolicAscent(world)
    site.descendApart(below: common, in: &domain)
    let leafLevel = world.leafLevel
    let heights = heights(of: site, through: common, in: &domain)
    let coversAll = domain.truth("store-covers-all")
    let before = site.slot(.left, leafLevel, in: &domain)
    let rightSlot = site.slot(.right, leafLevel, in: &domain)
    let rightEnd = site.end(.right, leafLevel, in: &domain)
    let storesNull = domain.truth("store-of-null")
    if domain.decide(coversAll) {
      let taken = domain.decide(storesNull) ? 0 : 1
      return path(
        .spanningStore, taken: taken, buildsLeaf: .!storesNull, heights: heights, marks: [.spanningReplacedAll],
        in: &domain)
    }
    // A NULL takes in the NULL before it, or the rest of the slot that it begins in; and on the right a NULL slot.
    let keepsPart = domain.truth("keeps-part-of-left-slot")
    let takesPrevious = storesNull .& .!keepsPart .& (before .> 0) .& domain.truth("previous-slot-is-null")
    let leftSlot = before - SymbolicNumber(one: takesPrevious)
    // From all of the slot that holds the first index behind the store, to nothing of the leaf.
    let behind = domain.number("first-kept-right-slot")
    domain.assume(.slotsInOrder, (behind .>= rightSlot) .& (behind .<= rightEnd + 1), in: world)
    let count = NodeFill.spanningCount(
      before: leftSlot, keepsPart: keepsPart, behind: behind, end: rightEnd)
    site.carryOut(.spanning, count: count, in: &domain)
    return path(
      .spanningStore, taken: site.nodesTaken, buildsLeaf: .constant(true), heights: heights, marks: site.marks,
      in: &domain)
  }

  private func path(
    _ kind: StoreKind, taken: Int, buildsLeaf: SymbolicTruth, heights: (vacant: Int, sufficient: Int),
    marks: [PlanMark], in domain: inout SymbolicDomain
  ) -> StorePath {
    let asked = NodeDemand.nodes(
      for: kind, height: SymbolicNumber(world.height), usesReadCopyUpdate: .constant(world.usesReadCopyUpdate),
      buildsLeaf: buildsLeaf, in: &domain)
    // A leaf is asked for where one is built: the path has decided that.
    let known = asked.constantValue ?? (domain.decide(asked .== 0) ? 0 : 1)
    return StorePath(
      kind: kind, taken: taken, asked: known, vacant: heights.vacant, sufficient: heights.sufficient, marks: marks)
  }

  /// The vacant and the sufficient height of the way down to a level, decided level by level.
  private func heights(
    of site: SymbolicAscent, through level: Int, in domain: inout SymbolicDomain
  ) -> (vacant: Int, sufficient: Int) {
    var vacant = 0
    var sufficient = 0
    guard tellsHeights else { return (0, 0) }
    for depth in 0..<level where depth < world.leafLevel {
      let end = site.end(.left, depth, in: &domain)
      let shape = world.shape(depth)
      if domain.decide(end .< SymbolicNumber(shape.slots - 1)) { vacant = depth + 1 }
      let least = depth == 0 ? 2 : shape.minimum + 1
      if domain.decide(end .> SymbolicNumber(least)) { sufficient = depth + 1 }
    }
    return (vacant, sufficient)
  }
}
