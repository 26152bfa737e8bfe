import MapleTreeModule
import RangeMapCore

/// What a store into a leaf is planned as.
struct LeafOutcome {
  var kind: StoreKind
  var asked: Int
}

/// A store that stays in one leaf, of which nothing is known but the rules of the walk.
struct LeafStore {
  let world: StoreWorld
  let site: SymbolicAscent
  let end: SymbolicNumber
  let slot: SymbolicNumber
  let lastSlot: SymbolicNumber
  let begins: SymbolicTruth
  let ends: SymbolicTruth
  let storesNull: SymbolicTruth

  init(_ world: StoreWorld, in domain: inout SymbolicDomain) {
    self.world = world
    var site = SymbolicAscent(world)
    site.descend(in: &domain)
    end = site.end(.left, world.leafLevel, in: &domain)
    self.site = site
    slot = domain.number("store-slot")
    lastSlot = domain.number("store-last-slot")
    begins = domain.truth("store-begins-at-slot")
    ends = domain.truth("store-ends-at-slot")
    storesNull = domain.truth("store-of-null")
    domain.assume(.slotsInOrder, (slot .>= 0) .& (slot .<= lastSlot) .& (lastSlot .<= end), in: world)
  }

  var facts: LeafFacts<SymbolicNumber> {
    let isRoot = world.height == 1
    let coversAll: SymbolicTruth = isRoot ? (slot .== 0) .& begins .& (lastSlot .== end) .& ends : .constant(false)
    return LeafFacts(
      end: end, slot: slot, lastSlot: lastSlot, beginsAtSlot: begins, endsAtSlot: ends, coversAll: coversAll,
      storesNull: storesNull, isRoot: .constant(isRoot), usesReadCopyUpdate: .constant(world.usesReadCopyUpdate),
      isBulk: .constant(world.isBulk))
  }

  /// The kind, and what the tree asks for it.
  mutating func outcome(in domain: inout SymbolicDomain) -> LeafOutcome {
    let facts = facts
    let kind = facts.kind(leaf: world.shape(world.leafLevel), rule: world.rebuildRule, in: &domain)
    let asked = NodeDemand.nodes(
      for: kind, height: SymbolicNumber(world.height), usesReadCopyUpdate: .constant(world.usesReadCopyUpdate),
      buildsLeaf: .!storesNull, in: &domain)
    return LeafOutcome(kind: kind, asked: asked.constantValue ?? (domain.decide(asked .== 0) ? 0 : 1))
  }
}
