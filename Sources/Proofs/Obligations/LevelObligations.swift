import MapleTreeModule

/// The steps of the proofs for all heights: what a level of a way up takes at most, and that it hands up what the next
/// one takes for granted.
enum LevelObligations {
  static func all(tracksGaps: Bool) -> [Obligation] {
    LevelInduction.Family.allCases.flatMap { family in
      LevelInduction.Place.allCases.map { obligation(family, $0, tracksGaps: tracksGaps) }
    }
  }

  /// What a level may take if the ascent goes on, and if it ends there.
  private static func allowed(_ family: LevelInduction.Family, _ place: LevelInduction.Place) -> (on: Int?, ends: Int) {
    switch (family, place) {
    case (.split, .root): (nil, 3)
    case (.split, _): (2, 3)
    case (.rebalance, .root): (nil, 1)
    case (.rebalance, _): (2, 1)
    case (.spanning, .root): (nil, 3)
    case (.spanning, _): (3, 1)
    }
  }

  static func world(tracksGaps: Bool, without: Premise? = nil) -> StoreWorld {
    StoreWorld(
      tracksGaps: tracksGaps, usesReadCopyUpdate: true, rebuildRule: .toTheRoot, height: 3, without: without)
  }

  private static func obligation(
    _ family: LevelInduction.Family, _ place: LevelInduction.Place, tracksGaps: Bool
  ) -> Obligation {
    let allowed = allowed(family, place)
    let on = allowed.on.map { "\($0) nodes and hands up what the next level expects, or \(allowed.ends)" }
    return Obligation(
      "level/\(family.rawValue)/\(place.rawValue)/\(tracksGaps ? "gaps" : "plain")", .bounds,
      "A \(family.rawValue) takes at most \(on ?? "\(allowed.ends)") and ends at \(place.article) \(place.rawValue).",
      premises: Premise.ofLevels + [.builtBelow, .noRootBelow, .splitOfFullLeaf, .leafKeepsTooLittle],
      weakened: [place == .leaf ? .leafCapacity : .nodeCapacity], cost: 20,
      group: .stores(family.kind, .toTheRoot)
    ) { shared, premise in
      func fails(_ outcome: LevelInduction.Outcome) -> Bool {
        outcome.broken != nil || (outcome.goesOn ?? 0) > (allowed.on ?? 0) || (outcome.ends ?? 0) > allowed.ends
      }
      let world = world(tracksGaps: tracksGaps, without: premise)
      let outcome =
        premise == nil
        ? try shared.prover.outcome(family, place, in: world)
        : try LevelInduction(world: world, explorer: shared.explorer).outcome(family, place, until: fails)
      var report = ProofReport()
      if fails(outcome) { report.break(by: ProofWitness(outcome.broken ?? outcome.last ?? "more nodes than allowed")) }
      report.paths = outcome.summary.paths
      report.use(outcome.summary.premises)
      report.premiseWitness = outcome.witness.map { ProofWitness($0) }
      report.details = [
        ProofDetail("nodes if it goes on", outcome.goesOn.map { "\($0)" } ?? "never"),
        ProofDetail("nodes if it ends", outcome.ends.map { "\($0)" } ?? "never"),
      ]
      return report
    }
  }
}

extension LevelInduction.Place {
  fileprivate var article: String { self == .root ? "the" : "a" }
}
