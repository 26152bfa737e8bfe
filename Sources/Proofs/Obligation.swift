/// What came of an obligation.
package enum ProofVerdict: String, CaseIterable, Codable, Hashable, Sendable {
  /// It holds in every case up to the bound that the report names.
  case proved
  /// It does not hold; the report has a case that shows it.
  case violated
  /// The solver did not say: neither is known. Its exit status is its own.
  case undecided
}

/// The family an obligation belongs to, as `maplecheck prove` names it.
package enum ObligationKind: String, CaseIterable, Codable, Hashable, Sendable {
  case bounds
  case teardown
  case duplicate = "dup"
}

/// The effort that a prover may spend.
package struct ProofLimits: Codable, Hashable, Sendable {
  /// The most time of one query, in milliseconds.
  package var queryMilliseconds: Int
  /// The most steps of the solver for one query; 0 for no limit. Unlike time it is the same on every machine.
  package var querySteps: Int
  /// The most paths of one exploration.
  package var paths: Int

  package init(queryMilliseconds: Int = 30_000, querySteps: Int = 0, paths: Int = 100_000) {
    self.queryMilliseconds = queryMilliseconds
    self.querySteps = querySteps
    self.paths = paths
  }
}

/// A row of a report that is not the same for all families: a name and a value, for people and for programs.
package struct ObligationDetail: Codable, Hashable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A case that shows something, and the script that replays it.
package struct ProofWitness: Codable, Hashable, Sendable {
  /// The case in a few words.
  package var summary: String
  /// The script, which was replayed with the result that it is a witness of; nil where no script can say it.
  package var script: String?

  package init(_ summary: String, script: String? = nil) {
    self.summary = summary
    self.script = script
  }
}

/// A premise that was taken away on purpose, and what was left of the proof.
package struct WeakenedPremise: Codable, Hashable, Sendable {
  package var name: String
  package var verdict: ProofVerdict
  /// A case that the premise kept out.
  package var witness: ProofWitness?

  package init(name: String, verdict: ProofVerdict, witness: ProofWitness? = nil) {
    self.name = name
    self.verdict = verdict
    self.witness = witness
  }
}

/// What came of one obligation, and what a reader needs to believe it.
package struct ObligationReport: Codable, Hashable, Sendable {
  /// For example `D/nothing-left` or `split-store/3/gaps`.
  package var name: String
  package var kind: ObligationKind
  package var verdict: ProofVerdict
  /// The paths through the code that were explored. The same on every machine.
  package var paths: Int
  /// The questions that the solver was asked.
  package var solverCalls: Int
  /// Wall-clock time. Nothing is decided by it.
  package var seconds: Double
  /// The bound in words, such as `5 vmas`; nil where there is none.
  package var bound: String?
  /// A case at the bound itself. A bounded proof without one has not reached what it claims.
  package var boundWitness: ProofWitness?
  /// A case in which all premises hold.
  package var premiseWitness: ProofWitness?
  /// The names of the premises that the solver's proofs used, sorted.
  package var premises: [String]
  package var weakened: [WeakenedPremise]
  /// Of a violated obligation, the case that shows it.
  package var counterexample: ProofWitness?
  package var details: [ObligationDetail]
  /// Decided by running all cases, with no solver and so without premises.
  package var isExhaustive: Bool
  /// What is wrong with the prover itself, such as a case that does not replay. The verdict is then worth nothing.
  package var fault: String?

  package init(
    name: String, kind: ObligationKind, verdict: ProofVerdict, paths: Int = 0, solverCalls: Int = 0,
    seconds: Double = 0, bound: String? = nil, boundWitness: ProofWitness? = nil,
    premiseWitness: ProofWitness? = nil, premises: [String] = [], weakened: [WeakenedPremise] = [],
    counterexample: ProofWitness? = nil, details: [ObligationDetail] = [], isExhaustive: Bool = false,
    fault: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.verdict = verdict
    self.paths = paths
    self.solverCalls = solverCalls
    self.seconds = seconds
    self.bound = bound
    self.boundWitness = boundWitness
    self.premiseWitness = premiseWitness
    self.premises = premises
    self.weakened = weakened
    self.counterexample = counterexample
    self.details = details
    self.isExhaustive = isExhaustive
    self.fault = fault
  }
}

extension ObligationReport {
  /// Why the verdict says less than it seems to, in words; empty where it stands.
  ///
  /// A proof counts if a path was explored, its premises can hold, its bound is reached, its proofs used a premise, and
  /// each premise that was taken away broke it. A violation counts if there is a case that shows it.
  package var weaknesses: [String] {
    if let fault { return [fault] }
    switch verdict {
    case .undecided: return ["the solver did not decide it"]
    case .violated: return counterexample == nil ? ["no case shows the violation"] : []
    case .proved:
      var found: [String] = []
      if paths == 0 { found.append("no path was explored") }
      if !isExhaustive, premiseWitness == nil { found.append("no case shows that the premises can hold") }
      if bound != nil, boundWitness == nil { found.append("no case reaches the bound") }
      if !isExhaustive, premises.isEmpty { found.append("the proof used no premise") }
      if weakened.isEmpty { found.append("no premise was taken away to see the proof fail") }
      for premise in weakened where premise.verdict != .violated {
        found.append("without the premise '\(premise.name)' the verdict is \(premise.verdict.rawValue), not violated")
      }
      return found
    }
  }
}
