/// The family that an obligation belongs to, as `maplecheck prove` names it.
package enum ProofFamily: String, CaseIterable, Codable, Hashable, Sendable {
  case bounds
  case teardown
  case duplicate = "dup"
}

/// Something to be proved: a claim, what it rests on, and how it is tried.
package struct Obligation {
  package let name: String
  package let family: ProofFamily
  /// The claim in one sentence.
  package let claim: String
  /// What the proof may rest on. A proof that uses another premise is at fault.
  package let premises: [Premise]
  /// The premises that are taken away, each alone. The claim must then be broken.
  package let weakened: [Premise]
  /// What must come out; nil for the formulas of a file, which `models/expected.json` pins.
  package let expected: ProofVerdict?
  /// About how many questions the solver is asked, beyond those that obligations of the group before this one have
  /// asked. Nothing depends on it but the order of work.
  package let cost: Int
  let group: ProofGroup
  private let attempt: (inout SharedExplorations, Premise?) throws -> ProofReport

  /// - Parameter attempt: Tries the claim with all premises, or without one. Without one, a single case that breaks the
  ///   claim is enough. It throws `ExplorationError`, `SolverError` or `WitnessError`.
  init(
    _ name: String, _ family: ProofFamily, _ claim: String, premises: [Premise], weakened: [Premise],
    expected: ProofVerdict? = .proved, cost: Int, group: ProofGroup,
    attempt: @escaping (inout SharedExplorations, Premise?) throws -> ProofReport
  ) {
    self.name = name
    self.family = family
    self.claim = claim
    self.premises = premises
    self.weakened = weakened
    self.expected = expected
    self.cost = cost
    self.group = group
    self.attempt = attempt
  }

  /// Proves the claim, and sees it fail without each premise that it says it needs. What comes out does not depend on
  /// obligations of other groups.
  ///
  /// - Throws: `ExplorationError`, `SolverError`, `WitnessError`. A solver that gives up is a verdict, not an error.
  package func prove(_ shared: inout SharedExplorations) throws -> ProofReport {
    let start = shared.clock()
    let asked = shared.explorer.log.count
    var report = try result(&shared, without: nil)
    let strange = report.premises.first { $0.isUsed && !premises.contains($0.premise) }
    for premise in weakened where report.verdict.holds {
      report.weaken(premise, try result(&shared, without: premise))
    }
    if let strange { report.fault = "the proof used '\(strange.premise.rawValue)', which the manifest does not name" }
    report.name = name
    report.claim = claim
    report.family = family
    report.questions = shared.explorer.log.count - asked
    report.seconds = shared.clock() - start
    return report
  }

  private func result(_ shared: inout SharedExplorations, without premise: Premise?) throws -> ProofReport {
    do {
      return try attempt(&shared, premise)
    } catch let error as ExplorationError {
      guard error.isLimit else { throw error }
      var report = ProofReport()
      report.giveUp("\(error)")
      return report
    }
  }
}

extension Obligation: Encodable {
  private enum CodingKeys: CodingKey {
    case name, family, claim, premises, weakened, expected, cost
  }
}
