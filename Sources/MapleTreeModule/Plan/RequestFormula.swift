import RangeMapCore

/// How many nodes a version of the tree asks for before a store.
///
/// Each is an upper bound on what the store takes. What they have learned from each other is which stores take none,
/// and how far up the tree the others can reach.
package enum RequestFormula: String, CaseIterable, Hashable, Sendable {
  /// The worst case of any store, whatever this one is. Kernel: `mas_preallocate()` of 6.1.
  case linux61 = "6.1"
  /// By what the store does to its leaf, before a NULL is extended. The second version of the series "Reduce
  /// preallocations for maple tree" of June 2023, patch 14.
  case seriesV2 = "series v2"
  /// By the kind of the store. Kernel: `mas_prealloc_calc()` of 6.12.
  case linux612 = "6.12"
  /// By the kind of the store and the levels that it can reach. Kernel: `mas_prealloc_calc()` of 6.16.
  case linux616 = "6.16"

  /// The versions that ask by it.
  package var versions: String { self == .linux616 ? "6.16 to 7.3" : rawValue }

  /// The nodes that are asked for.
  package func nodes(for store: Forecast) -> Int {
    let height = store.height
    switch self {
    case .linux61: return 1 + 3 * height
    case .seriesV2: return Self.seriesV2(store)
    case .linux612, .linux616:
      var domain = ConcreteDomain()
      let buildsLeaf = store.kind == .newRoot || !store.fitsRootPointer
      return self == .linux612
        ? NodeDemand.nodes(
          for: store.kind, height: height, usesReadCopyUpdate: store.usesReadCopyUpdate, buildsLeaf: buildsLeaf,
          in: &domain)
        : NodeDemand.nodesByReach(
          for: store.kind, height: height, vacant: store.vacantHeight, sufficient: store.sufficientHeight,
          usesReadCopyUpdate: store.usesReadCopyUpdate, buildsLeaf: buildsLeaf, in: &domain)
    }
  }

  /// A single exact pass over the leaf. Readers are not thought of where the leaf grows behind its end, and the bound
  /// of a rebalance is generous by one.
  private static func seriesV2(_ store: Forecast) -> Int {
    if store.coversAll || store.height == 0 { return 1 }
    guard let leaf = store.leaf else { return 1 + 3 * store.height }
    let newEnd = leaf.newEnd
    if leaf.beginsAtSlot && leaf.endsAtSlot && leaf.slot == leaf.lastSlot { return 0 }
    if newEnd == leaf.end && leaf.lastSlot - leaf.slot == 1 { return 0 }
    if newEnd == leaf.end + 1 && leaf.slot == leaf.end { return 0 }
    if newEnd >= Geometry.linux64.leaf.slots { return 1 + 2 * store.height }
    if leaf.isRoot { return 1 }
    return newEnd - 1 <= Geometry.linux64.leaf.minimum ? 2 * store.height - 1 : 1
  }
}
