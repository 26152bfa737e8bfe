/// What came of an obligation.
package enum ProofVerdict: String, CaseIterable, Codable, Hashable, Sendable {
  /// The claim holds in every case up to the bound that the report names.
  case proved
  /// Of a formula: enough, and at every height some store takes all of it.
  case tight
  /// Of a formula: enough, and more than any store takes.
  case sound
  /// The claim does not hold; the report has a case that shows it.
  case violated
  /// Of a formula: some store takes more.
  case unsound
  /// The solver did not say: neither is known. Its exit status is its own.
  case undecided

  /// Whether the claim was proved.
  package var holds: Bool { self == .proved || self == .tight || self == .sound }
  /// Whether a case shows that the claim is wrong.
  package var isBroken: Bool { self == .violated || self == .unsound }
}

/// A row of a report that is not the same for all obligations: a name and a value, for people and for programs.
package struct ProofDetail: Codable, Hashable, Sendable {
  package var name: String
  package var value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A case that shows something, and the script that replays it.
package struct ProofWitness: Codable, Hashable, Sendable {
  /// The case in a few words.
  package var summary: String
  /// The script, which was replayed with the result that it is a witness of; nil if no script can say it.
  package var script: String?

  init(_ summary: String, script: String? = nil) {
    self.summary = summary
    self.script = script
  }
}

/// A premise of a proof: whether the solver used it, and what is left of the proof without it.
package struct PremiseUse: Codable, Hashable, Sendable {
  package var premise: Premise
  package var isUsed = false
  /// What comes out if the premise is taken away; nil if that was not tried.
  package var without: ProofVerdict?
  /// A case that the premise keeps out.
  package var witness: ProofWitness?

  /// Whether the proof fails without the premise.
  package var isNeeded: Bool { without?.isBroken == true }
}

/// What came of one obligation, and what a reader needs to believe it.
package struct ProofReport: Codable, Hashable, Sendable {
  /// For example `D/nothing-left` or `level/split-store/leaf/plain`.
  package internal(set) var name = ""
  /// The claim in one sentence.
  package internal(set) var claim = ""
  package internal(set) var family = ProofFamily.bounds
  package internal(set) var verdict = ProofVerdict.proved
  /// The paths through the code that were explored. The same on every machine.
  package internal(set) var paths = 0
  /// The questions that the solver was asked for this proof. What a proof before it explored is not asked again.
  package internal(set) var questions = 0
  /// Wall-clock time. Nothing is decided by it.
  package internal(set) var seconds = 0.0
  /// The bound in words, such as `5 vmas`; nil if there is none.
  package internal(set) var bound: String?
  /// A case at the bound itself. A bounded proof without one has not reached what it claims.
  package internal(set) var boundWitness: ProofWitness?
  /// A case in which all premises hold.
  package internal(set) var premiseWitness: ProofWitness?
  /// The premises that the proof used or that were taken away, in the order of `Premise`.
  package internal(set) var premises: [PremiseUse] = []
  /// If the claim is wrong, the case that shows it.
  package internal(set) var counterexample: ProofWitness?
  package internal(set) var details: [ProofDetail] = []
  /// Decided by running all cases, with no solver and so without premises.
  package internal(set) var isExhaustive = false
  /// Of a formula: what it asks for, and what stores take.
  package internal(set) var formula: FormulaFigures?
  /// What is wrong with the prover itself, such as a case that does not replay. The verdict is then worth nothing.
  package internal(set) var fault: String?

  /// Says that the solver did not decide, and why.
  mutating func giveUp(_ reason: String) {
    verdict = .undecided
    details.append(ProofDetail("reason", reason))
  }

  /// Notes a case that breaks the claim, unless one is known.
  mutating func `break`(by witness: @autoclosure () throws -> ProofWitness) rethrows {
    verdict = .violated
    if counterexample == nil { counterexample = try witness() }
  }

  /// Notes the premises that the solver's proofs used.
  mutating func use(_ names: some Sequence<Premise>) {
    for name in names { change(name) { $0.isUsed = true } }
  }

  /// Notes what is left without a premise.
  mutating func weaken(_ premise: Premise, _ without: ProofReport) {
    change(premise) {
      $0.without = without.verdict
      $0.witness = without.counterexample
    }
  }

  private mutating func change(_ premise: Premise, _ body: (inout PremiseUse) -> Void) {
    if !premises.contains(where: { $0.premise == premise }) {
      premises.append(PremiseUse(premise: premise))
      premises.sort { $0.premise.rawValue < $1.premise.rawValue }
    }
    for place in premises.indices where premises[place].premise == premise { body(&premises[place]) }
  }

  /// Explores `body` along every path, and notes whether all paths keep the claim.
  ///
  /// - Parameter stopsWhenBroken: Whether one path that breaks it is enough.
  /// - Throws: `ExplorationError`, and what `body` throws.
  mutating func explore<Result>(
    with explorer: PathExplorer, stopsWhenBroken: Bool = false, _ body: (inout SymbolicDomain) throws -> Result,
    holds: (Result) -> Bool
  ) throws {
    if stopsWhenBroken && verdict.isBroken { return }
    var report = self
    let summary = try explorer.search(body) { path in
      if report.premiseWitness == nil { report.premiseWitness = ProofWitness(try path.text()) }
      if !holds(path.result) { try report.break(by: ProofWitness(try path.text())) }
      return stopsWhenBroken && report.verdict.isBroken ? .stop : .goOn
    }
    report.paths += summary.paths
    report.use(summary.premises)
    self = report
  }
}

extension ProofReport {
  /// Why the verdict says less than it seems to, in words; empty if it stands.
  ///
  /// A proof counts if a path was explored, its premises can hold, its bound is reached, its proofs used a premise, and
  /// each premise that was taken away broke it. A formula has none taken away: its script passes with the nodes that a
  /// store takes, and fails with one less. A claim is broken if there is a case that shows it.
  package var weaknesses: [String] {
    if let fault { return [fault] }
    if verdict == .undecided { return ["the solver did not decide it"] }
    if verdict.isBroken { return counterexample == nil ? ["no case shows the violation"] : [] }
    var found: [String] = []
    if paths == 0 { found.append("no path was explored") }
    if !isExhaustive, premiseWitness == nil { found.append("no case shows that the premises can hold") }
    if bound != nil, boundWitness == nil { found.append("no case reaches the bound") }
    if formula != nil { return found }
    if !isExhaustive, !premises.contains(where: \.isUsed) { found.append("the proof used no premise") }
    let tried = premises.filter { $0.without != nil }
    if tried.isEmpty { found.append("no premise was taken away to see the proof fail") }
    for use in tried where !use.isNeeded {
      let verdict = use.without?.rawValue ?? ""
      found.append("without the premise '\(use.premise.rawValue)' the verdict is \(verdict), not violated")
    }
    return found
  }
}
