/// What came of an obligation.
public enum ProofVerdict: String, CaseIterable, Codable, Hashable, Sendable {
  /// It holds in every case up to the bound that the report names.
  case proved
  /// It does not hold; the report has a case that shows it.
  case violated
  /// The solver did not say: neither is known. Its exit status is its own.
  case undecided
}

/// The family an obligation belongs to, as `maplecheck prove` names it.
public enum ObligationKind: String, CaseIterable, Codable, Hashable, Sendable {
  case bounds
  case teardown
  case duplicate = "dup"
}

/// The effort that a prover may spend.
public struct ProofLimits: Codable, Hashable, Sendable {
  /// The most time of one query, in milliseconds.
  public var queryMilliseconds: Int
  /// The most steps of the solver for one query; 0 for no limit. Unlike time it is the same on every machine.
  public var querySteps: Int
  /// The most paths of one exploration.
  public var paths: Int

  public init(queryMilliseconds: Int = 30_000, querySteps: Int = 0, paths: Int = 100_000) {
    self.queryMilliseconds = queryMilliseconds
    self.querySteps = querySteps
    self.paths = paths
  }
}

/// A row of a report that is not the same for all families: a name and a value, for people and for programs.
public struct ObligationDetail: Codable, Hashable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A case that shows something, and the script that replays it.
public struct ProofWitness: Codable, Hashable, Sendable {
  /// The case in a few words.
  public var summary: String
  /// The script, which was replayed with the result that it is a witness of; nil where no script can say it.
  public var script: String?

  public init(_ summary: String, script: String? = nil) {
    self.summary = summary
    self.script = script
  }
}

/// A premise that was taken away on purpose, and what was left of the proof.
public struct WeakenedPremise: Codable, Hashable, Sendable {
  public var name: String
  public var verdict: ProofVerdict
  /// A case that the premise kept out.
  public var witness: ProofWitness?

  public init(name: String, verdict: ProofVerdict, witness: ProofWitness? = nil) {
    self.name = name
    self.verdict = verdict
    self.witness = witness
  }
}

/// What came of one obligation, and what a reader needs to believe it.
public struct ObligationReport: Codable, Hashable, Sendable {
  /// For example `D/nothing-left` or `split-store/3/gaps`.
  public var name: String
  public var kind: ObligationKind
  public var verdict: ProofVerdict
  /// The paths through the code that were explored. The same on every machine.
  public var paths: Int
  /// The questions that the solver was asked.
  public var solverCalls: Int
  /// Wall-clock time. Nothing is decided by it.
  public var seconds: Double
  /// The bound in words, such as `5 vmas`; nil where there is none.
  public var bound: String?
  /// A case at the bound itself. A bounded proof without one has not reached what it claims.
  public var boundWitness: ProofWitness?
  /// A case in which all premises hold.
  public var premiseWitness: ProofWitness?
  /// The names of the premises that the solver's proofs used, sorted.
  public var premises: [String]
  public var weakened: [WeakenedPremise]
  /// Of a violated obligation, the case that shows it.
  public var counterexample: ProofWitness?
  public var details: [ObligationDetail]
  /// Decided by running all cases, with no solver and so without premises.
  public var isExhaustive: Bool
  /// What is wrong with the prover itself, such as a case that does not replay. The verdict is then worth nothing.
  public var fault: String?

  public init(
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
  public var weaknesses: [String] {
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
