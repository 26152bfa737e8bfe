import MapleTreeModule

/// That the steps of 7.3 from level to level say, of each vacant and sufficient height, what the exploration of all
/// paths finds.
enum ReachObligations {
  /// What the steps are handed.
  static let steps: [Premise] = [
    .noRootBelow, .splitOfFullLeaf, .leafKeepsTooLittle, .slotsReplaced, .neighbourTakenBelow, .vacantHeight,
    .sufficientHeight,
  ]

  static func all(tracksGaps: Bool) -> [Obligation] {
    LevelInduction.Family.allCases.map { obligation($0, tracksGaps: tracksGaps) }
  }

  private static func obligation(_ family: LevelInduction.Family, tracksGaps: Bool) -> Obligation {
    let kind = family.kind
    let heights = 2...ExploringProver.exploredHeights(of: .copiedByLevel).upperBound
    return Obligation(
      "reach/\(kind)/\(tracksGaps ? "gaps" : "plain")", .bounds,
      "Up to \(heights.upperBound) levels the steps of a \(kind) of 7.3 say what all its paths take, "
        + "for each depth that a walk can note.",
      premises: Premise.ofLevels + steps, weakened: [.leafCapacity], cost: kind == .spanningStore ? 1_000 : 400,
      group: .copies
    ) { shared, premise in
      var report = ProofReport()
      report.bound = "height \(heights.upperBound)"
      var induction = ReachInduction(tracksGaps: tracksGaps, explorer: shared.explorer, without: premise)
      for height in heights where !report.verdict.isBroken {
        let cell = WitnessCase(
          kind: kind, height: height, tracksGaps: tracksGaps, usesReadCopyUpdate: true, algorithm: .copiedByLevel)
        guard let explored = try shared.prover.needed(cell, algorithm: .copiedByLevel, tellsHeights: true) else {
          report.giveUp("height \(height) was not explored")
          return report
        }
        guard let stepped = try induction.needed(family, height: height, tellsHeights: true) else {
          report.break(by: ProofWitness(induction.broken ?? "height \(height): no step leads to a store"))
          return report
        }
        report.paths += explored.paths
        report.premiseWitness = ProofWitness(explored.witness)
        report.details.append(
          ProofDetail("height \(height)", "\(explored.greatest) explored, \(stepped.greatest) by steps"))
        if let difference = difference(explored, stepped) {
          report.break(by: ProofWitness("height \(height): \(difference)"))
        }
      }
      report.use(induction.premises)
      report.boundWitness = report.premiseWitness
      return report
    }
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
}
