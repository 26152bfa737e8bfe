import MapleTreeModule

/// All obligations about node counts but for the formula files: the steps for all heights, their agreement with the
/// full explorations, the growth of the height, bulk mode's divisions, the stores of fork, and the nodes of a tree that
/// is duplicated.
package struct BoundProofs {
  package var limits: ProofLimits
  package var log: QueryLog?

  package init(limits: ProofLimits = ProofLimits(), log: QueryLog? = nil) {
    self.limits = limits
    self.log = log
  }

  /// Proves the obligations of some kinds, in a fixed order.
  ///
  /// - Parameters:
  ///   - clock: seconds since some moment; nothing is decided by it.
  ///   - report: told each as it is done.
  /// - Throws: `ExplorationError`, `SolverError`. A solver that gives up is a verdict, not an error.
  package func run(
    _ kinds: Set<ObligationKind> = [.bounds, .duplicate], clock: @escaping () -> Double = { 0 },
    report: (ObligationReport) -> Void = { _ in }
  ) throws -> [ObligationReport] {
    var shared = SharedExplorations(limits: limits, log: log, clock: clock)
    var reports: [ObligationReport] = []
    for unit in Self.units where kinds.contains(unit.family) {
      for case .obligation(let found) in try unit.run(&shared) {
        reports.append(found)
        report(found)
      }
    }
    return reports
  }

  /// The obligations as units, in their order.
  package static var units: [ProofUnit] { [false, true].flatMap(units(tracksGaps:)) + otherUnits }

  private static func units(tracksGaps: Bool) -> [ProofUnit] {
    let mode = tracksGaps ? "gaps" : "plain"
    let levels = LevelInduction.Family.allCases.flatMap { family in
      LevelInduction.Place.allCases.map { place in
        let name = LevelProofs.name(family, place, tracksGaps: tracksGaps)
        return ProofUnit(name, .bounds, .stores(family.kind, .toTheRoot)) {
          [try LevelProofs(explorer: $0.explorer).report(family, place, tracksGaps: tracksGaps, prover: &$0.prover)]
        }
      }
    }
    let agreements = LevelInduction.Family.allCases.flatMap { family in
      [
        ProofUnit("agreement/\(family.kind)/\(mode)", .bounds, .stores(family.kind, .toTheRoot)) {
          [try LevelProofs(explorer: $0.explorer).agreement(family, tracksGaps: tracksGaps, prover: &$0.prover)]
        },
        ProofUnit("reach/\(family.kind)/\(mode)", .bounds, .stores(family.kind, .copiedByLevel)) {
          [try ReachProofs(explorer: $0.explorer).report(family, tracksGaps: tracksGaps, prover: &$0.prover)]
        },
      ]
    }
    return levels + agreements + [
      ProofUnit("growth/\(mode)", .bounds, .growth) {
        try GrowthProofs(explorer: $0.explorer).reports(tracksGaps: tracksGaps)
      },
      ProofUnit("nodes/\(mode)", .duplicate, .duplicate) {
        try NodeCountProofs(limits: $0.explorer.limits, log: $0.explorer.log).reports(tracksGaps: tracksGaps)
      },
    ]
  }

  private static var otherUnits: [ProofUnit] {
    [ProofUnit("bulk", .bounds, .bulk) { _ in BulkProofs().reports() }]
      + (1...4).flatMap { height in
        let replacement = ProofUnit("entry/replace-after-duplicate/height-\(height)", .bounds, .entries(height: height))
        {
          [try EntryProofs(explorer: $0.explorer).replacement(height: height)]
        }
        let erasure = ProofUnit("entry/erase-one/height-\(height)", .bounds, .entries(height: height)) {
          [try EntryProofs(explorer: $0.explorer).erasure(height: height)]
        }
        return height > 1 ? [replacement, erasure] : [replacement]
      }
  }
}
