import RangeMapCore

/// How many nodes a store asks for before it changes anything. Kernel: `mas_prealloc_calc()`.
package enum NodeDemand {
  /// The demand of a kind of store in a tree of `height` levels.
  ///
  /// - Parameter buildsLeaf: for `rootStore` and `newRoot`: whether a leaf is built at all.
  @inline(__always)
  package static func nodes<Domain: PlanDomain>(
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
  @inline(__always)
  package static func nodesByReach<Domain: PlanDomain>(
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
  @inline(__always)
  package static func rootStoreBuildsLeaf<Truth: PlanTruth>(
    storesNull: Truth, isOfFirstIndexAlone: Truth, looksLikeNode: Truth
  ) -> Truth {
    .!storesNull .& (.!isOfFirstIndexAlone .| looksLikeNode)
  }

  /// The nodes in reserve for `count` entries that are stored in ascending order, a NULL after each, in leaves and
  /// internal nodes that keep two slots free. Kernel: `mas_expected_entries()`.
  package static func forBulk(expecting count: UInt64, leaf: Geometry.Shape, parent: Geometry.Shape) -> UInt64 {
    let items = max(count, count.multipliedReportingOverflow(by: 2).partialValue &+ 1)
    let leaves = roundedUp(items, by: UInt64(max(leaf.slots - 2, 1)))
    return leaves &+ roundedUp(leaves, by: UInt64(max(parent.slots - 2, 1))) &+ 3
  }

  private static func roundedUp(_ value: UInt64, by divisor: UInt64) -> UInt64 {
    value.isMultiple(of: divisor) ? value / divisor : value / divisor + 1
  }
}
