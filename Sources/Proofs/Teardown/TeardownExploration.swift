import AddressSpaceModel
import MapleTreeModule
import SMT

typealias SymbolicTeardown = TeardownSite<SymbolicDomain>

/// The parts of a question that are put to the solver one by one: page tables are by far the hardest.
enum TeardownPart: CaseIterable {
  case allElse
  case pageTables
}

/// All paths of a design's fork and teardown, with questions asked at the end of each.
struct TeardownExploration {
  let design: ForkDesignName
  /// The most vmas.
  let vmas: Int
  var geometry = TeardownGeometry.linux
  let explorer: PathExplorer

  /// A question's answer on the paths so far.
  struct Answer {
    var calls = 0
    var seconds = 0.0
    /// The premises that the solver's proofs used.
    var premises: Set<String> = []
    /// The first case found in which a law is broken.
    var counterexample: TeardownCase?
    /// Why the solver did not say, where it did not.
    var doubt: String?

    /// Whether there is nothing more to ask.
    var isSettled: Bool { counterexample != nil || doubt != nil }
  }

  private struct Finished: Error {}

  /// Explores all paths, or stops when all questions have counterexamples and `stopsWhenSettled` is set.
  ///
  /// - Parameters:
  ///   - rule: The rule that is not assumed; nil for none.
  ///   - each: Called at the end of each path.
  ///   - part: Which part of each law is asked about; both where nothing is said.
  /// - Throws: `ExplorationError`.
  func explore(
    without rule: TeardownRule? = nil, asking questions: [TeardownQuestion], part: TeardownPart? = nil,
    stopsWhenSettled: Bool = false, each: (SymbolicTeardown) throws -> Void = { _ in }
  ) throws -> (answers: [TeardownQuestion: Answer], summary: ExplorationSummary?) {
    var answers = Dictionary(uniqueKeysWithValues: questions.map { ($0, Answer()) })
    do {
      let summary = try explorer.explore { domain in
        let scenario = TeardownScenario(vmas: vmas, geometry, in: &domain)
        let rules = TeardownRules(without: rule, in: &domain)
        return SymbolicTeardown.run(
          SymbolicTeardown(scenario, rules: rules, geometry: geometry, domain: domain), design)
      } each: { path in
        for question in questions {
          guard var answer = answers[question], !answer.isSettled else { continue }
          for part in part.map({ [$0] }) ?? TeardownPart.allCases where !answer.isSettled {
            try path.result.ask(question, part, design, &answer)
          }
          answers[question] = answer
        }
        try each(path.result)
        if stopsWhenSettled, answers.values.allSatisfy(\.isSettled) { throw Finished() }
      }
      return (answers, summary)
    } catch is Finished {
      return (answers, nil)
    }
  }
}

extension TeardownSite where Domain == SymbolicDomain {
  /// Asks whether a law can be broken on this path.
  fileprivate func ask(
    _ question: TeardownQuestion, _ part: TeardownPart, _ design: ForkDesignName,
    _ answer: inout TeardownExploration.Answer
  ) throws {
    let start = ContinuousClock.now
    defer { answer.seconds += start.duration(to: .now).seconds }
    switch try possibility(of: isBroken(question, part)) {
    case nil: break
    case .satisfiable(let model)?:
      answer.calls += 1
      answer.counterexample = try readCase(model, design)
    case .unsatisfiable(let core)?:
      answer.calls += 1
      answer.premises.formUnion(core.names)
    case .unknown(let reason)?:
      answer.calls += 1
      answer.doubt = reason
    }
  }

  private func isBroken(_ question: TeardownQuestion, _ part: TeardownPart) -> SymbolicTruth {
    switch (question, part) {
    case (.law(.nothingLeft), .pageTables): areTablesLeft
    case (.law(.nothingLeft), .allElse): isAnythingElseLeft
    case (.law(let law), .allElse): isBroken(law)
    case (.observer(let observer), .allElse): isBroken(by: observer)
    case (_, .pageTables): .constant(false)
    }
  }

  /// Whether something can hold on this path; nil where it cannot whatever the solver would say.
  func possibility(of condition: SymbolicTruth) throws -> Verdict? {
    let run = domain.run
    let term: TruthTerm
    switch condition {
    case .constant(false): return nil
    case .constant(true): term = run.context.truth(true)
    case .term(let shared): term = shared.term
    }
    return try run.solver.withScope {
      try run.solver.add(term)
      let verdict = try run.solver.check()
      switch verdict {
      case .satisfiable: try run.log?.record(run.solver, isSatisfiable: true)
      case .unsatisfiable: try run.log?.record(run.solver, isSatisfiable: false)
      case .unknown: break
      }
      return verdict
    }
  }

  /// The case that a model describes.
  func readCase(_ model: Model, _ design: ForkDesignName) throws -> TeardownCase {
    TeardownCase(scenario: try scenario.values(in: model), point: failedPoint, design: design)
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
