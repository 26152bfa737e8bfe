import MapleTreeModule

/// The steps of the proofs for all heights as obligations: what a level takes at most, and that it hands up what the
/// next one takes for granted.
struct LevelProofs {
  let explorer: PathExplorer

  static func name(_ family: LevelInduction.Family, _ place: LevelInduction.Place, tracksGaps: Bool) -> String {
    "level/\(family.rawValue)/\(place.rawValue)/\(tracksGaps ? "gaps" : "plain")"
  }

  /// What the families' levels may take where the ascent goes on, and where it ends there.
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

  func report(
    _ family: LevelInduction.Family, _ place: LevelInduction.Place, tracksGaps: Bool, prover: inout ExploringProver
  ) throws -> ObligationReport {
    let world = StoreWorld(
      tracksGaps: tracksGaps, usesReadCopyUpdate: true, rebuildRule: .toTheRoot, height: 3)
    let outcome = try prover.levels.outcome(family, place, in: world)
    let allowed = Self.allowed(family, place)
    let holds =
      outcome.broken == nil && (outcome.goesOn ?? 0) <= (allowed.on ?? 0) && (outcome.ends ?? 0) <= allowed.ends
    var report = ObligationReport(
      name: Self.name(family, place, tracksGaps: tracksGaps), kind: .bounds,
      verdict: holds ? .proved : .violated)
    report.paths = outcome.summary.paths
    report.solverCalls = outcome.summary.solverCalls
    report.premises = outcome.summary.premises
    report.premiseWitness = ProofWitness(outcome.witness ?? "none")
    report.counterexample = outcome.broken.map { ProofWitness($0) }
    report.details = [
      ObligationDetail("nodes where it goes on", outcome.goesOn.map { "\($0)" } ?? "never"),
      ObligationDetail("nodes where it ends", outcome.ends.map { "\($0)" } ?? "never"),
    ]
    report.weakened = try weakened(family, place, world, outcome, allowed)
    return report
  }

  /// The first of the premises that were used without which the step does not hold.
  private func weakened(
    _ family: LevelInduction.Family, _ place: LevelInduction.Place, _ world: StoreWorld,
    _ outcome: LevelInduction.Outcome, _ allowed: (on: Int?, ends: Int)
  ) throws -> [WeakenedPremise] {
    for premise in BoundPremise.allCases where outcome.summary.premises.contains(premise.rawValue) {
      var without = world
      without.without = premise
      func fails(_ weak: LevelInduction.Outcome) -> Bool {
        weak.broken != nil || (weak.goesOn ?? 0) > (allowed.on ?? 0) || (weak.ends ?? 0) > allowed.ends
      }
      let weak = try LevelInduction(world: without, explorer: explorer).outcome(family, place, until: fails)
      guard fails(weak) else { continue }
      return [
        WeakenedPremise(
          name: premise.rawValue, verdict: .violated, witness: weak.last.map { ProofWitness($0) })
      ]
    }
    return []
  }

  /// That the sums of the steps say what the full explorations found.
  func agreement(
    _ family: LevelInduction.Family, tracksGaps: Bool, prover: inout ExploringProver
  ) throws -> ObligationReport {
    let kind = family.kind
    let world = StoreWorld(
      tracksGaps: tracksGaps, usesReadCopyUpdate: true, rebuildRule: .toTheRoot, height: 3)
    let sums = try prover.levels.sums(family, in: world)
    var report = ObligationReport(
      name: "agreement/\(kind)/\(tracksGaps ? "gaps" : "plain")", kind: .bounds, verdict: .proved)
    report.bound = "height \(ExploringProver.exploredHeights.upperBound)"
    report.premises = sums.premises
    for height in 2...ExploringProver.exploredHeights.upperBound {
      let cell = WitnessCase(
        kind: kind, height: height, tracksGaps: tracksGaps, usesReadCopyUpdate: true, algorithm: .toTheRoot)
      guard let needed = try prover.needed(cell, algorithm: .toTheRoot, tellsHeights: false) else {
        report.verdict = .undecided
        return report
      }
      report.paths += needed.paths
      report.solverCalls += needed.solverCalls
      let sum = sums.greatest(height: height)
      report.details.append(ObligationDetail("height \(height)", "\(needed.greatest) explored, \(sum) by levels"))
      report.premiseWitness = ProofWitness(needed.witness)
      if needed.greatest != sum {
        report.verdict = .violated
        report.counterexample = ProofWitness("height \(height): \(needed.greatest) explored, \(sum) by levels")
      }
    }
    report.boundWitness = report.premiseWitness
    report.weakened = try disagreement(family, world, sums)
    return report
  }

  /// Without a premise in the steps alone the two differ.
  private func disagreement(
    _ family: LevelInduction.Family, _ world: StoreWorld, _ sums: LevelSums
  ) throws -> [WeakenedPremise] {
    for premise in BoundPremise.allCases where sums.premises.contains(premise.rawValue) {
      var without = world
      without.without = premise
      let weak = try Self.unbrokenSums(LevelInduction(world: without, explorer: explorer), family)
      if weak == nil || weak?.greatest(height: 4) != sums.greatest(height: 4) {
        return [WeakenedPremise(name: premise.rawValue, verdict: .violated)]
      }
    }
    return []
  }

  /// The sums of the levels; nil if one of them is broken, which is enough to know.
  private static func unbrokenSums(_ induction: LevelInduction, _ family: LevelInduction.Family) throws -> LevelSums? {
    var outcomes: [LevelInduction.Outcome] = []
    for place in [LevelInduction.Place.leaf, .middle, .root] {
      let outcome = try induction.outcome(family, place) { $0.broken != nil }
      if outcome.broken != nil { return nil }
      outcomes.append(outcome)
    }
    return LevelSums(leaf: outcomes[0], middle: outcomes[1], root: outcomes[2])
  }
}
