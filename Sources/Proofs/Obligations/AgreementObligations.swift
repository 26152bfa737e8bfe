import MapleTreeModule

/// That the sums of the steps are what the exploration of all paths finds, up to the height to which both are made.
enum AgreementObligations {
  static func all(tracksGaps: Bool) -> [Obligation] {
    LevelInduction.Family.allCases.map { obligation($0, tracksGaps: tracksGaps) }
  }

  private static func obligation(_ family: LevelInduction.Family, tracksGaps: Bool) -> Obligation {
    let kind = family.kind
    let heights = 2...ExploringProver.exploredHeights.upperBound
    return Obligation(
      "agreement/\(kind)/\(tracksGaps ? "gaps" : "plain")", .bounds,
      "Up to \(heights.upperBound) levels the steps of a \(kind) sum up to what all its paths take at most.",
      premises: Premise.ofLevels + [.builtBelow, .noRootBelow, .splitOfFullLeaf, .leafKeepsTooLittle],
      weakened: [.leafCapacity], cost: 50, group: .stores(kind, .toTheRoot)
    ) { shared, premise in
      var report = ProofReport()
      report.bound = "height \(heights.upperBound)"
      let world = LevelObligations.world(tracksGaps: tracksGaps, without: premise)
      let sums = try shared.prover.sums(family, in: world)
      report.use(sums.premises)
      if let broken = sums.broken { report.break(by: ProofWitness(broken)) }
      for height in heights where !report.verdict.isBroken {
        let cell = WitnessCase(
          kind: kind, height: height, tracksGaps: tracksGaps, usesReadCopyUpdate: true, algorithm: .toTheRoot)
        guard let needed = try shared.prover.needed(cell, algorithm: .toTheRoot, tellsHeights: false) else {
          report.giveUp("height \(height) was not explored")
          return report
        }
        let sum = sums.greatest(height: height)
        report.paths += needed.paths
        report.details.append(ProofDetail("height \(height)", "\(needed.greatest) explored, \(sum) by levels"))
        report.premiseWitness = ProofWitness(needed.witness)
        if needed.greatest != sum {
          report.break(by: ProofWitness("height \(height): \(needed.greatest) explored, \(sum) by levels"))
        }
      }
      report.boundWitness = report.premiseWitness
      return report
    }
  }
}
