import RangeMapCore

/// What a store's plan knows of the leaf that it lands in, after a NULL was extended over its neighbours.
///
/// Kernel: the fields of `struct ma_wr_state` that `mas_wr_store_type()` reads.
public struct LeafFacts<Number: PlanNumber> {
  /// The last used slot of the leaf.
  public var end: Number
  /// The slot that holds the store's first index.
  public var slot: Number
  /// The slot that holds the store's last index.
  public var lastSlot: Number
  /// Whether the store begins where `slot` begins.
  public var beginsAtSlot: Number.Truth
  /// Whether the store ends where `lastSlot` ends.
  public var endsAtSlot: Number.Truth
  /// Whether the store covers all of the index space.
  public var coversAll: Number.Truth
  /// Whether a NULL is stored.
  public var storesNull: Number.Truth
  /// Whether the leaf is the root.
  public var isRoot: Number.Truth
  /// Whether readers may be in the leaf.
  public var usesReadCopyUpdate: Number.Truth
  /// Whether the tree is being built in ascending order.
  public var isBulk: Number.Truth

  public init(
    end: Number, slot: Number, lastSlot: Number, beginsAtSlot: Number.Truth, endsAtSlot: Number.Truth,
    coversAll: Number.Truth, storesNull: Number.Truth, isRoot: Number.Truth, usesReadCopyUpdate: Number.Truth,
    isBulk: Number.Truth
  ) {
    self.end = end
    self.slot = slot
    self.lastSlot = lastSlot
    self.beginsAtSlot = beginsAtSlot
    self.endsAtSlot = endsAtSlot
    self.coversAll = coversAll
    self.storesNull = storesNull
    self.isRoot = isRoot
    self.usesReadCopyUpdate = usesReadCopyUpdate
    self.isBulk = isBulk
  }
}

/// How a store into one leaf is carried out.
public enum StorePlan {
  /// The last slot that the leaf would use after the store: cutting a slot in its middle adds two, each edge that is
  /// met saves one, each slot that is swallowed saves one. Kernel: `mas_wr_new_end()`.
  @inlinable @inline(__always)
  public static func newEnd<Number: PlanNumber>(_ facts: LeafFacts<Number>) -> Number {
    facts.end + 2 - (facts.lastSlot - facts.slot) - Number(one: facts.beginsAtSlot) - Number(one: facts.endsAtSlot)
  }

  /// The kind of a store that stays in one leaf. Kernel: `mas_wr_store_type()`, behind its walk.
  @inlinable @inline(__always)
  public static func kind<Domain: PlanDomain>(
    _ facts: LeafFacts<Domain.Number>, newEnd: Domain.Number, leaf: Geometry.Shape,
    rule: RebuildRule, in domain: inout Domain
  ) -> StoreKind {
    let coversSlot = facts.beginsAtSlot .& facts.endsAtSlot .& (facts.slot .== facts.lastSlot)
    // A leaf of one NULL is an empty tree: it goes.
    if domain.decide(facts.coversAll .& facts.storesNull) { return .newRoot }
    if domain.decide(coversSlot) { return .exactFit }
    if domain.decide(facts.coversAll) { return .newRoot }
    if domain.decide(newEnd .< Domain.Number(leaf.minimum)) {
      if !domain.decide(facts.isRoot .| facts.isBulk) { return .rebalance }
      return rule == .copiedByLevel ? kindInSmallRoot(facts, newEnd: newEnd, in: &domain) : .nodeStore
    }
    if domain.decide(newEnd .>= Domain.Number(leaf.slots)) { return .splitStore }
    // Readers may have the old end in hand.
    let hasNoReaders: Domain.Truth = .!facts.usesReadCopyUpdate
    if domain.decide(hasNoReaders .& (facts.slot .== facts.end)) { return .append }
    let movesOneBound: Domain.Truth = (facts.lastSlot - facts.slot) .== 1
    let mayMove: Domain.Truth = hasNoReaders .| movesOneBound
    if domain.decide((newEnd .== facts.end) .& mayMove) { return .slotStore }
    return .nodeStore
  }

  /// The kind of a store that leaves little in a leaf without siblings: without readers it grows, or moves one bound,
  /// in place. Kernel: `mas_wr_store_type()` of 7.3.
  @inlinable @inline(__always)
  static func kindInSmallRoot<Domain: PlanDomain>(
    _ facts: LeafFacts<Domain.Number>, newEnd: Domain.Number, in domain: inout Domain
  ) -> StoreKind {
    let staysInPlace: Domain.Truth = .!facts.usesReadCopyUpdate .& .!facts.isBulk
    guard domain.decide(staysInPlace) else { return .nodeStore }
    if domain.decide(facts.slot .== facts.end) { return .append }
    let movesOneBound: Domain.Truth = (facts.lastSlot - facts.slot) .== 1
    return domain.decide((newEnd .== facts.end) .& movesOneBound) ? .slotStore : .nodeStore
  }
}

/// How many nodes a store asks for before it changes anything. Kernel: `mas_prealloc_calc()`.
public enum NodeDemand {
  /// The demand of a kind of store in a tree of `height` levels.
  ///
  /// - Parameter buildsLeaf: for `rootStore` and `newRoot`: whether a leaf is built at all.
  @inlinable @inline(__always)
  public static func nodes<Domain: PlanDomain>(
    for kind: StoreKind, height: Domain.Number, usesReadCopyUpdate: Domain.Truth, buildsLeaf: Domain.Truth,
    in domain: inout Domain
  ) -> Domain.Number {
    switch kind {
    case .exactFit, .append, .slotStore: 0
    case .rootStore, .newRoot: Domain.Number(one: buildsLeaf)
    case .nodeStore: Domain.Number(one: usesReadCopyUpdate)
    case .splitStore: height + height + 1
    case .rebalance: height + height - 1
    case .spanningStore: height + height + height + 1
    }
  }

  /// The demand by the levels that a store can reach. A child that is lost can cost its ancestors one too, so a
  /// rebalance and a spanning store end only where a node can spare one. Kernel: `mas_prealloc_calc()` from 6.16.
  ///
  /// - Parameters:
  ///   - vacant: the depth below the lowest internal node on the way that has a slot to spare, 0 if none has.
  ///   - sufficient: the depth below the lowest internal node on the way that can lose a child, 0 if none can.
  @inlinable @inline(__always)
  public static func nodesByReach<Domain: PlanDomain>(
    for kind: StoreKind, height: Domain.Number, vacant: Domain.Number, sufficient: Domain.Number,
    usesReadCopyUpdate: Domain.Truth, buildsLeaf: Domain.Truth, in domain: inout Domain
  ) -> Domain.Number {
    switch kind {
    case .exactFit, .append, .slotStore, .rootStore, .newRoot, .nodeStore:
      return nodes(
        for: kind, height: height, usesReadCopyUpdate: usesReadCopyUpdate, buildsLeaf: buildsLeaf, in: &domain)
    case .splitStore:
      let levels = height - vacant
      return levels + levels + 1
    case .rebalance, .spanningStore:
      let levels = domain.decide(sufficient .< vacant) ? height - sufficient : height - vacant
      return kind == .rebalance ? levels + levels + 1 : levels + levels + levels + 1
    }
  }

  /// Whether a store into a tree without a node builds a leaf: an entry for index 0 alone becomes the root itself,
  /// unless its word would be taken for a node there. Kernel: `mas_store_root()`.
  @inlinable @inline(__always)
  public static func rootStoreBuildsLeaf<Truth: PlanTruth>(
    storesNull: Truth, isOfFirstIndexAlone: Truth, looksLikeNode: Truth
  ) -> Truth {
    .!storesNull .& (.!isOfFirstIndexAlone .| looksLikeNode)
  }

  /// The nodes in reserve for `count` entries that are stored in ascending order, a NULL after each, in leaves and
  /// internal nodes that keep two slots free. Kernel: `mas_expected_entries()`.
  public static func forBulk(expecting count: UInt64, leaf: Geometry.Shape, parent: Geometry.Shape) -> UInt64 {
    let items = max(count, count.multipliedReportingOverflow(by: 2).partialValue &+ 1)
    let leaves = roundedUp(items, by: UInt64(max(leaf.slots - 2, 1)))
    return leaves &+ roundedUp(leaves, by: UInt64(max(parent.slots - 2, 1))) &+ 3
  }

  private static func roundedUp(_ value: UInt64, by divisor: UInt64) -> UInt64 {
    value.isMultiple(of: divisor) ? value / divisor : value / divisor + 1
  }
}
