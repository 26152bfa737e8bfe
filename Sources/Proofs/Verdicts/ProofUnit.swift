import AddressSpaceModel
import MapleTreeModule

/// What comes of a proof: a row of the table of formulas, or an obligation.
package enum ProofOutcome: Codable, Hashable, Sendable {
  case row(BoundRow)
  case obligation(ObligationReport)
}

/// One proof, or a few that come together.
package struct ProofUnit {
  /// The name of the proof, or what the names of its proofs begin with.
  package let name: String
  package let family: ObligationKind
  package let group: ProofGroup
  private let prove: (inout SharedExplorations) throws -> [ProofOutcome]

  init(
    name: String, family: ObligationKind, group: ProofGroup,
    prove: @escaping (inout SharedExplorations) throws -> [ProofOutcome]
  ) {
    self.name = name
    self.family = family
    self.group = group
    self.prove = prove
  }

  /// Proves obligations, and counts the time of each alike.
  init(
    _ name: String, _ family: ObligationKind, _ group: ProofGroup,
    obligations: @escaping (inout SharedExplorations) throws -> [ObligationReport]
  ) {
    self.init(name: name, family: family, group: group) { shared in
      let start = shared.clock()
      let found = try obligations(&shared)
      let seconds = shared.clock() - start
      return found.map { report in
        var report = report
        report.seconds = seconds / Double(found.count)
        return .obligation(report)
      }
    }
  }

  /// Makes the proofs. What comes out does not depend on units of other groups.
  /// - Throws: `ExplorationError`, `SolverError`, `WitnessError`. A solver that gives up is a verdict, not an error.
  package func run(_ shared: inout SharedExplorations) throws -> [ProofOutcome] { try prove(&shared) }
}

/// What the proofs of one group have explored, so that none explores it again.
package struct SharedExplorations {
  let explorer: PathExplorer
  var prover: ExploringProver
  /// Seconds since some moment; nothing is decided by it.
  let clock: () -> Double

  package init(limits: ProofLimits = ProofLimits(), log: QueryLog? = nil, clock: @escaping () -> Double = { 0 }) {
    explorer = PathExplorer(limits: limits, log: log)
    prover = ExploringProver(limits: limits, log: log)
    self.clock = clock
  }
}
