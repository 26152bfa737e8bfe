import RangeMapCore

/// How a store will be carried out.
struct StorePlan {
  let kind: StoreKind
  /// The last slot of the leaf after a store that stays in one.
  var newEnd = 0
  /// The nodes to take before.
  let demand: Int
}

/// The third step of a store: it plans, and changes nothing.
extension WriteState {
  /// Says how the store is carried out. Kernel: `mas_wr_store_type()`, `mas_prealloc_calc()`.
  @inline(always)
  func plan() -> StorePlan {
    switch landing {
    case .noNode: return plan(.rootStore, buildsLeaf: rootStoreBuildsLeaf)
    case .leaves: return plan(.spanningStore)
    case .leaf:
      var domain = ConcreteDomain()
      let facts = leafFacts
      let kind = facts.kind(leaf: tree.geometry.leaf, rule: tree.rebuildRule, in: &domain)
      return plan(kind, newEnd: facts.newEnd, buildsLeaf: word != 0)
    }
  }

  @inline(__always)
  private func plan(_ kind: StoreKind, newEnd: Int = 0, buildsLeaf: Bool = true) -> StorePlan {
    var domain = ConcreteDomain()
    let (height, usesReadCopyUpdate) = (tree.height, tree.usesReadCopyUpdate)
    let demand =
      tree.rebuildRule.asksByReach
      ? NodeDemand.nodesByReach(
        for: kind, height: height, vacant: reach.vacant, sufficient: reach.sufficient,
        usesReadCopyUpdate: usesReadCopyUpdate, buildsLeaf: buildsLeaf, in: &domain)
      : NodeDemand.nodes(
        for: kind, height: height, usesReadCopyUpdate: usesReadCopyUpdate, buildsLeaf: buildsLeaf, in: &domain)
    return StorePlan(kind: kind, newEnd: newEnd, demand: demand)
  }
}
