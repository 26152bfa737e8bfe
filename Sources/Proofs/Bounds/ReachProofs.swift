import MapleTreeModule

/// That the steps from level to level say of each vacant and sufficient height what the full explorations found.
struct ReachProofs {
  let explorer: PathExplorer

  func report(
    _ family: LevelInduction.Family, tracksGaps: Bool, prover: inout ExploringProver
  ) throws -> ObligationReport {
    let kind = family.kind
    let greatest = ExploringProver.exploredHeights(of: .copiedByLevel).upperBound
    var report = ObligationReport(
      name: "reach/\(kind)/\(tracksGaps ? "gaps" : "plain")", kind: .bounds, verdict: .proved)
    report.bound = "height \(greatest)"
    var induction = ReachInduction(tracksGaps: tracksGaps, explorer: explorer)
    for height in 2...greatest {
      let cell = WitnessCase(
        kind: kind, height: height, tracksGaps: tracksGaps, usesReadCopyUpdate: true, algorithm: .copiedByLevel)
      guard let explored = try prover.needed(cell, algorithm: .copiedByLevel, tellsHeights: true),
        let stepped = try induction.needed(family, height: height, tellsHeights: true)
      else {
        report.verdict = .undecided
        report.counterexample = induction.broken.map { ProofWitness($0) }
        return report
      }
      report.paths += explored.paths
      report.solverCalls += explored.solverCalls
      report.premiseWitness = ProofWitness(explored.witness)
      report.details.append(
        ObligationDetail("height \(height)", "\(explored.greatest) explored, \(stepped.greatest) by steps"))
      if let difference = Self.difference(explored, stepped) {
        report.verdict = .violated
        report.counterexample = ProofWitness("height \(height): \(difference)")
      }
    }
    report.premises = induction.premises.sorted()
    report.boundWitness = report.premiseWitness
    report.weakened = try weakened(family, tracksGaps: tracksGaps, premises: induction.premises, height: greatest)
    return report
  }

  /// The first group of stores of which fewer or more nodes were explored than the steps say.
  private static func difference(_ explored: NeededNodes, _ stepped: NeededNodes) -> String? {
    for group in explored.groups {
      let other = stepped.groups.first { $0.vacant == group.vacant && $0.sufficient == group.sufficient }
      if other?.nodes != group.nodes {
        return "vacant \(group.vacant), sufficient \(group.sufficient): \(group.nodes) nodes explored, "
          + (other.map { "\($0.nodes) by steps" } ?? "none by steps")
      }
    }
    return nil
  }

  /// The first premise without which the steps say otherwise, or build a node that breaks a law.
  private func weakened(
    _ family: LevelInduction.Family, tracksGaps: Bool, premises: Set<String>, height: Int
  ) throws -> [WeakenedPremise] {
    var whole = ReachInduction(tracksGaps: tracksGaps, explorer: explorer)
    let nodes = try whole.needed(family, height: height, tellsHeights: false)?.greatest
    for premise in BoundPremise.allCases where premises.contains(premise.rawValue) {
      var weak = ReachInduction(tracksGaps: tracksGaps, explorer: explorer, without: premise)
      if try weak.needed(family, height: height, tellsHeights: false)?.greatest == nodes { continue }
      return [
        WeakenedPremise(
          name: premise.rawValue, verdict: .violated, witness: ProofWitness(weak.broken ?? "more nodes than allowed"))
      ]
    }
    return []
  }
}
