import MapleTreeModule
import RangeMapCore

/// What one level of an ascent can take, for every tree: the step of a proof for all heights.
///
/// The step runs the plan's own `splitLevel` and `rebuildLevel` in the middle of a tree of which nothing is known but
/// the premises and what the level below hands up: how many nodes stand there for the old ones. What it hands up in its
/// turn must be what the next level takes for granted.
struct LevelInduction {
  /// The trees; their height does not matter.
  let world: StoreWorld
  let explorer: PathExplorer

  /// Where a level stands.
  enum Place: String, CaseIterable {
    case leaf, middle, root
  }

  /// What the ascents of one kind hand from level to level.
  enum Family: String, CaseIterable {
    case split = "split-store"
    case rebalance
    case spanning = "spanning-store"

    /// The stores of the family.
    var kind: StoreKind {
      switch self {
      case .split: .splitStore
      case .rebalance: .rebalance
      case .spanning: .spanningStore
      }
    }

    /// Nil for kinds that change no more than a leaf.
    init?(kind: StoreKind) {
      switch kind {
      case .splitStore: self = .split
      case .rebalance: self = .rebalance
      case .spanningStore: self = .spanning
      case .rootStore, .newRoot, .exactFit, .append, .slotStore, .nodeStore: return nil
      }
    }
  }

  /// What a level can come to.
  struct Outcome {
    /// The greatest numbers of nodes taken where the ascent goes on, and where it ends.
    var goesOn: Int?
    var ends: Int?
    /// The first path on which the next level's premise would not hold.
    var broken: String?
    /// A path.
    var witness: String?
    /// The path after which enough was found.
    var last: String?
    var summary = ExplorationSummary(paths: 0, premises: [])
  }

  /// Explores one level.
  ///
  /// - Parameter isEnough: asked after each path: whether what was found tells all that is wanted.
  func outcome(
    _ family: Family, _ place: Place, until isEnough: (Outcome) -> Bool = { _ in false }
  ) throws -> Outcome {
    var outcome = Outcome()
    for areApart in [false, true] where isPossible(family, place, areApart: areApart) && !isEnough(outcome) {
      func note(_ path: ExploredPath<Step>) throws -> PathExplorer.Answer {
        if path.result.goesOn {
          outcome.goesOn = max(outcome.goesOn ?? 0, path.result.taken)
        } else {
          outcome.ends = max(outcome.ends ?? 0, path.result.taken)
        }
        if !path.result.keepsPremise && outcome.broken == nil { outcome.broken = try path.text() }
        if outcome.witness == nil { outcome.witness = try path.text() }
        guard isEnough(outcome) else { return .goOn }
        outcome.last = try path.text()
        return .stop
      }
      let summary = try explorer.search({ step(family, place, areApart: areApart, in: &$0) }, asking: note)
      outcome.summary = outcome.summary + summary
    }
    return outcome
  }

  private struct Step {
    var taken: Int
    var goesOn: Bool
    var keepsPremise: Bool
  }

  /// A split's ways never part before a push; both ways go through one root; a spanning store's leaves are two.
  private func isPossible(_ family: Family, _ place: Place, areApart: Bool) -> Bool {
    switch family {
    case .split: !areApart
    case .rebalance: place == .middle || !areApart
    case .spanning: place == .leaf ? areApart : place == .middle || !areApart
    }
  }

  private func step(_ family: Family, _ place: Place, areApart: Bool, in domain: inout SymbolicDomain) -> Step {
    // A level has one ancestor here, which stands for the one in which a neighbour is found.
    var world = world
    world.height = place == .leaf ? 2 : place == .middle ? 3 : 2
    let level = place == .root ? 0 : 1
    var site = SymbolicAscent(world)
    site.checksLaws = true
    let differ = !areApart && family != .split && place != .leaf && domain.decide(domain.truth("slots-differ"))
    if areApart { site.descendApart(below: 0, in: &domain) }
    if !areApart && differ { site.descendApart(below: level, in: &domain) }
    if !areApart && !differ { site.descend(in: &domain) }
    let count =
      place == .leaf
      ? itemsOfLeaf(family, &site, in: &domain)
      : joinedCount(family, &site, level: level, areApart: areApart, differ: differ, in: &domain)
    let built: Int?
    switch family {
    case .split:
      built = site.splitLevel(leafLevel: world.leafLevel, level: level, count: count, in: &domain)
    case .rebalance, .spanning:
      built = site.rebuildLevel(leafLevel: world.leafLevel, level: level, count: count, in: &domain)
    }
    let isKept = built.map { handsUp(family, $0, site, level: level, in: &domain) } ?? true
    return Step(taken: site.nodesTaken, goesOn: built != nil, keepsPremise: isKept && site.brokenLaws.isEmpty)
  }

  /// The items of the leaf, or of the two leaves, with the store and what is taken in for it.
  private func itemsOfLeaf(
    _ family: Family, _ site: inout SymbolicAscent, in domain: inout SymbolicDomain
  ) -> SymbolicNumber {
    let count = site.leafCount(family, in: &domain)
    return family == .rebalance
      ? site.joinSibling(leafLevel: site.world.leafLevel, count: count, in: &domain) : count
  }

  /// The items of an internal level, with what the premise says of the nodes that were built below.
  private func joinedCount(
    _ family: Family, _ site: inout SymbolicAscent, level: Int, areApart: Bool, differ: Bool,
    in domain: inout SymbolicDomain
  ) -> SymbolicNumber {
    let built = domain.number("built-below")
    let leftSlot = site.slot(.left, level, in: &domain)
    let rightSlot = site.slot(.right, level, in: &domain)
    switch family {
    case .split: domain.assume(.builtBelow, built .== 2)
    case .spanning:
      domain.assume(.builtBelow, (built .>= 1) .& (built .<= SymbolicNumber(areApart || differ ? 3 : 2)))
    case .rebalance:
      // As many nodes as stood there, or fewer.
      let width =
        areApart
        ? site.end(.left, level, in: &domain) - leftSlot + rightSlot + 2 : rightSlot - leftSlot + 1
      domain.assume(.builtBelow, (built .>= 1) .& (built .<= 2) .& (built .<= width))
    }
    // One node that covers all is a root: the level below did not hand it up.
    let coversAllBelow =
      site.coversAll(level, in: &domain) .& (leftSlot .== 0)
      .& (rightSlot .== site.end(.right, level, in: &domain))
    domain.assume(.noRootBelow, (built .>= 2) .| .!coversAllBelow)
    return site.joinedCount(level: level, built: built, in: &domain)
  }

  /// Whether what a level hands up is what the next one takes for granted.
  private func handsUp(
    _ family: Family, _ built: Int, _ site: SymbolicAscent, level: Int, in domain: inout SymbolicDomain
  ) -> Bool {
    // One node that covers all is a root, and is not handed up.
    if built == 1 && domain.decide(site.coversAll(level, in: &domain)) { return false }
    return switch family {
    case .split: built == 2
    // Three only where the ways part here or below, so that two slots or more of the level above are replaced.
    case .spanning: built <= 2 || (built == 3 && !site.meets(level))
    case .rebalance:
      built <= 2
        && (built == 1 || !site.meets(level)
          || domain.decide(site.slot(.left, level - 1, in: &domain) .< site.slot(.right, level - 1, in: &domain)))
    }
  }
}

extension SymbolicAscent {
  /// The items of the leaf, or of the two leaves, with the store.
  mutating func leafCount(
    _ family: LevelInduction.Family, in domain: inout SymbolicDomain
  ) -> SymbolicNumber {
    let leafLevel = world.leafLevel
    let shape = world.shape(leafLevel)
    switch family {
    case .split:
      let count = domain.number("count")
      let greatest = end(.left, leafLevel, in: &domain) + 3
      domain.assume(.splitOfFullLeaf, (count .> SymbolicNumber(shape.slots)) .& (count .<= greatest), in: world)
      return count
    case .rebalance:
      let count = domain.number("count")
      domain.assume(.leafKeepsTooLittle, (count .>= 1) .& (count .<= SymbolicNumber(shape.minimum)), in: world)
      return count
    case .spanning:
      let after = domain.number("first-kept-right-slot")
      let rightEnd = end(.right, leafLevel, in: &domain)
      domain.assume(.slotsInOrder, (after .>= 0) .& (after .<= rightEnd + 1), in: world)
      return NodeFill.spanningCount(
        before: slot(.left, leafLevel, in: &domain), keepsPart: domain.truth("keeps-part-of-left-slot"),
        behind: after, end: rightEnd)
    }
  }
}

/// What an ascent takes at any height, as the sum of what its levels take.
struct LevelSums {
  /// All three, unless one is broken.
  var levels: [LevelInduction.Place: LevelInduction.Outcome] = [:]

  var paths: Int { levels.values.reduce(0) { $0 + $1.summary.paths } }
  var premises: Set<Premise> { levels.values.reduce(into: []) { $0.formUnion($1.summary.premises) } }
  /// The first path of a level on which the next one's premise would not hold.
  var broken: String? { LevelInduction.Place.allCases.lazy.compactMap { levels[$0]?.broken }.first }

  /// The greatest number of nodes in a tree of `height` levels, 2 or more: the ascent ends in the leaf, at a level
  /// between, or at the root.
  func greatest(height: Int) -> Int {
    let below = levels[.leaf]?.goesOn ?? 0
    let level = levels[.middle]?.goesOn ?? 0
    var greatest = levels[.leaf]?.ends ?? 0
    for count in 0..<(height - 2) { greatest = max(greatest, below + count * level + (levels[.middle]?.ends ?? 0)) }
    return max(greatest, below + (height - 2) * level + (levels[.root]?.ends ?? 0))
  }
}
