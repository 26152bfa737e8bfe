import MapleTreeModule
import RangeMapCore

/// That a store adds at most one item to the root, and that a new root has two. `HeightGrowth` follows from both.
enum GrowthObligations {
  static func all(tracksGaps: Bool) -> [Obligation] {
    [
      obligation("root-item", "A store adds at most one item to a root.", .pathsPart, tracksGaps) { $0.addsOne },
      obligation("new-root", "A new root has two items.", .nodeCapacity, tracksGaps) { $0.newRootHasTwo },
    ]
  }

  private struct Root {
    var addsOne: Bool
    var newRootHasTwo: Bool
  }

  private static func obligation(
    _ name: String, _ claim: String, _ weakened: Premise, _ tracksGaps: Bool, _ holds: @escaping (Root) -> Bool
  ) -> Obligation {
    Obligation(
      "growth/\(name)/\(tracksGaps ? "gaps" : "plain")", .bounds, claim,
      premises: Premise.ofLevels + [.builtBelow, .noRootBelow], weakened: [weakened], cost: 20, group: .named("growth")
    ) { shared, premise in
      let world = StoreWorld(
        tracksGaps: tracksGaps, usesReadCopyUpdate: true, rebuildRule: .toTheRoot, height: 2, without: premise)
      var report = ProofReport()
      // The root's own step of a split, and of a rebuild in which the ways part there or below.
      for (isSplit, part) in [(true, false), (false, false), (false, true)] {
        try report.explore(
          with: shared.explorer, stopsWhenBroken: premise != nil,
          { root(world, isSplit: isSplit, part: part, in: &$0) },
          holds: holds)
      }
      return report
    }
  }

  private static func root(_ world: StoreWorld, isSplit: Bool, part: Bool, in domain: inout SymbolicDomain) -> Root {
    var site = SymbolicAscent(world)
    if part { site.descendApart(below: 0, in: &domain) } else { site.descend(in: &domain) }
    let built = domain.number("built-below")
    domain.assume(.builtBelow, (built .>= 1) .& (built .<= SymbolicNumber(part ? 3 : 2)), in: world)
    let end = site.end(.right, 0, in: &domain)
    let count = site.joinedCount(level: 0, built: built, in: &domain)
    let addsOne = domain.decide(count .<= end + 2)
    let covers = (site.slot(.left, 0, in: &domain) .== 0) .& (site.slot(.right, 0, in: &domain) .== end)
    domain.assume(.noRootBelow, (built .>= 2) .| .!covers, in: world)
    if isSplit {
      domain.assume(.builtBelow, built .== 2, in: world)
      _ = site.splitLevel(leafLevel: 1, level: 0, count: count, in: &domain)
    } else {
      _ = site.rebuildLevel(leafLevel: 1, level: 0, count: count, in: &domain)
    }
    // A root over the nodes that were built: those, and the root itself.
    let grew = site.newHeight == 3
    return Root(addsOne: addsOne, newRootHasTwo: !grew || site.nodesTaken == 3)
  }
}
