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
    /// The premises that the solver's proofs used.
    var premises: Set<Premise> = []
    /// The first case found in which a law is broken.
    var counterexample: TeardownCase?
    /// Why the solver did not say.
    var doubt: String?

    /// Whether there is nothing more to ask.
    var isSettled: Bool { counterexample != nil || doubt != nil }
  }

  /// Explores all paths, or stops when all questions are settled and `stopsWhenSettled` is set.
  ///
  /// - Parameters:
  ///   - rule: The rule that is not assumed; nil for none.
  ///   - parts: Which parts of each law are asked about; nil for all.
  ///   - each: Called at the end of each path.
  /// - Throws: `ExplorationError`.
  func explore(
    without rule: Premise? = nil, asking questions: [TeardownQuestion], parts: [TeardownPart]? = nil,
    stopsWhenSettled: Bool = false, each: (SymbolicTeardown) throws -> Void = { _ in }
  ) throws -> (answers: [TeardownQuestion: Answer], summary: ExplorationSummary) {
    var answers = Dictionary(uniqueKeysWithValues: questions.map { ($0, Answer()) })
    let summary = try explorer.search { domain in
      let scenario = TeardownScenario(vmas: vmas, geometry, in: &domain)
      let rules = TeardownRules(without: rule, in: &domain)
      return SymbolicTeardown.run(
        SymbolicTeardown(scenario, rules: rules, geometry: geometry, domain: domain), design)
    } asking: { path in
      for question in questions {
        guard var answer = answers[question], !answer.isSettled else { continue }
        for part in parts ?? TeardownPart.allCases where !answer.isSettled {
          try path.result.ask(question, part, design, &answer)
        }
        answers[question] = answer
      }
      try each(path.result)
      return stopsWhenSettled && answers.values.allSatisfy(\.isSettled) ? .stop : .goOn
    }
    return (answers, summary)
  }
}

extension TeardownSite where Domain == SymbolicDomain {
  /// Asks whether a law can be broken on this path.
  fileprivate func ask(
    _ question: TeardownQuestion, _ part: TeardownPart, _ design: ForkDesignName,
    _ answer: inout TeardownExploration.Answer
  ) throws {
    switch try possibility(of: isBroken(question, part)) {
    case nil: break
    case .satisfiable(let model)?: answer.counterexample = try readCase(model, design)
    case .unsatisfiable(let core)?: answer.premises.formUnion(core.premises)
    case .unknown(let reason)?: answer.doubt = reason
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
    switch condition {
    case .constant(false): nil
    case .constant(true): try domain.run.verdict(if: domain.run.context.truth(true))
    case .term(let shared): try domain.run.verdict(if: shared.term)
    }
  }

  /// The case that a model describes.
  func readCase(_ model: Model, _ design: ForkDesignName) throws -> TeardownCase {
    TeardownCase(scenario: try scenario.values(in: model), point: failedPoint, design: design)
  }
}
