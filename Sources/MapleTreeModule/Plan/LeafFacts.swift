import RangeMapCore

/// What a store's plan knows of the leaf that it lands in, after a NULL was extended over its neighbours.
///
/// Kernel: the fields of `struct ma_wr_state` that `mas_wr_store_type()` reads.
package struct LeafFacts<Number: PlanNumber> {
  /// The last used slot of the leaf.
  package var end: Number
  /// The slot that holds the store's first index.
  package var slot: Number
  /// The slot that holds the store's last index.
  package var lastSlot: Number
  /// Whether the store begins where `slot` begins.
  package var beginsAtSlot: Number.Truth
  /// Whether the store ends where `lastSlot` ends.
  package var endsAtSlot: Number.Truth
  /// Whether the store covers all of the index space.
  package var coversAll: Number.Truth
  /// Whether a NULL is stored.
  package var storesNull: Number.Truth
  /// Whether the leaf is the root.
  package var isRoot: Number.Truth
  /// Whether readers may be in the leaf.
  package var usesReadCopyUpdate: Number.Truth
  /// Whether the tree is being built in ascending order.
  package var isBulk: Number.Truth

  package init(
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

extension LeafFacts {
  /// The last slot that the leaf would use after the store: cutting a slot in its middle adds two, each edge that is
  /// met saves one, each slot that is swallowed saves one. Kernel: `mas_wr_new_end()`.
  @inline(__always)
  package var newEnd: Number { end + 2 - (lastSlot - slot) - Number(one: beginsAtSlot) - Number(one: endsAtSlot) }

  /// The kind of a store that stays in one leaf. Kernel: `mas_wr_store_type()`, after its walk.
  @inline(always)
  package func kind<Domain: PlanDomain>(
    leaf: Geometry.Shape, rule: RebuildRule, in domain: inout Domain
  ) -> StoreKind where Domain.Number == Number {
    let newEnd = newEnd
    let coversSlot = beginsAtSlot .& endsAtSlot .& (slot .== lastSlot)
    // A leaf of one NULL is an empty tree: it goes.
    if domain.decide(coversAll .& storesNull) { return .newRoot }
    if domain.decide(coversSlot) { return .exactFit }
    if domain.decide(coversAll) { return .newRoot }
    if domain.decide(newEnd .< Number(leaf.minimum)) {
      if !domain.decide(isRoot .| isBulk) { return .rebalance }
      return rule == .copiedByLevel ? kindInSmallRoot(in: &domain) : .nodeStore
    }
    if domain.decide(newEnd .>= Number(leaf.slots)) { return .splitStore }
    // Readers may have the old end in hand.
    let hasNoReaders: Number.Truth = .!usesReadCopyUpdate
    if domain.decide(hasNoReaders .& (slot .== end)) { return .append }
    let movesOneBound: Number.Truth = (lastSlot - slot) .== 1
    let mayMove: Number.Truth = hasNoReaders .| movesOneBound
    if domain.decide((newEnd .== end) .& mayMove) { return .slotStore }
    return .nodeStore
  }

  /// The kind of a store that leaves little in a leaf without siblings: without readers it grows, or moves one bound,
  /// in place. Kernel: `mas_wr_store_type()` of 7.3.
  @inline(__always)
  func kindInSmallRoot<Domain: PlanDomain>(in domain: inout Domain) -> StoreKind
  where Domain.Number == Number {
    let staysInPlace: Number.Truth = .!usesReadCopyUpdate .& .!isBulk
    guard domain.decide(staysInPlace) else { return .nodeStore }
    if domain.decide(slot .== end) { return .append }
    let movesOneBound: Number.Truth = (lastSlot - slot) .== 1
    return domain.decide((newEnd .== end) .& movesOneBound) ? .slotStore : .nodeStore
  }
}
