import MapleTreeModule

/// All obligations about node counts but for the formula files: the steps for all heights, their agreement with the
/// full explorations, the growth of the height, bulk mode's divisions, the stores of fork, and the nodes of a tree that
/// is duplicated.
public struct BoundProofs {
  public var limits: ProofLimits
  public var log: QueryLog?

  public init(limits: ProofLimits = ProofLimits(), log: QueryLog? = nil) {
    self.limits = limits
    self.log = log
  }

  /// Proves the obligations of some kinds, in a fixed order.
  ///
  /// - Parameters:
  ///   - clock: seconds since some moment; nothing is decided by it.
  ///   - report: told each as it is done.
  /// - Throws: `ExplorationError`, `SolverError`. A solver that gives up is a verdict, not an error.
  public func run(
    _ kinds: Set<ObligationKind> = [.bounds, .duplicate], clock: () -> Double = { 0 },
    report: (ObligationReport) -> Void = { _ in }
  ) throws -> [ObligationReport] {
    let explorer = PathExplorer(limits: limits, log: log)
    var prover = ExploringProver(limits: limits, log: log)
    var reports: [ObligationReport] = []
    func add(_ prove: () throws -> [ObligationReport?]) throws {
      let start = clock()
      let found = try prove().compactMap(\.self)
      let seconds = clock() - start
      for var obligation in found {
        obligation.seconds = seconds / Double(found.count)
        reports.append(obligation)
        report(obligation)
      }
    }
    for tracksGaps in [false, true] {
      if kinds.contains(.bounds) {
        for family in LevelInduction.Family.allCases {
          for place in LevelInduction.Place.allCases {
            try add { [try LevelProofs(explorer: explorer).report(family, place, tracksGaps: tracksGaps)] }
          }
        }
        for kind in StoreKind.allCases {
          try add { [try LevelProofs(explorer: explorer).agreement(kind, tracksGaps: tracksGaps, prover: &prover)] }
          try add { [try ReachProofs(explorer: explorer).report(kind, tracksGaps: tracksGaps, prover: &prover)] }
        }
        try add { try GrowthProofs(explorer: explorer).reports(tracksGaps: tracksGaps) }
      }
      if kinds.contains(.duplicate) {
        try add { try NodeCountProofs(limits: limits, log: log).reports(tracksGaps: tracksGaps) }
      }
    }
    if kinds.contains(.bounds) {
      let entries = EntryProofs(explorer: explorer)
      try add { BulkProofs().reports() }
      for height in 1...4 {
        try add { [try entries.replacement(height: height)] }
        if height > 1 { try add { [try entries.erasure(height: height)] } }
      }
    }
    return reports
  }
}
