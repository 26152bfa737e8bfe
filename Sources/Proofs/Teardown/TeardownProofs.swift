import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import SMT
import Scenarios

/// The proofs about fork's failure and the teardown of its child: for each design, that a law holds in every address
/// space of so many vmas, whatever fails and whoever looks; or a script that breaks it.
package enum TeardownProofs {
  /// The vmas of the bound that is claimed.
  package static let bound = 5

  /// The proofs about each design as a unit, in their order.
  ///
  /// - Complexity: linear in designs; about exponential in the number of vmas.
  package static var units: [ProofUnit] {
    ForkDesignName.allCases.map { design in
      ProofUnit(name: design.rawValue, family: .teardown, group: .fork(design)) { shared in
        let exploration = TeardownExploration(design: design, vmas: bound, explorer: shared.explorer)
        return try DesignProof(exploration: exploration).reports().map { .obligation($0) }
      }
    }
  }
}

/// The proofs about one design.
struct DesignProof {
  let exploration: TeardownExploration

  private var design: ForkDesignName { exploration.design }
  private var vmas: Int { exploration.vmas }

  /// What was seen while all paths were explored.
  struct Sighting {
    var points: Set<TeardownPoint> = []
    /// The moments at which an observer could look, in the case at the bound.
    var looks = 0
    var premiseWitness: ProofWitness?
    var boundWitness: ProofWitness?
    var faults: [String] = []
  }

  func reports(_ questions: [TeardownQuestion] = TeardownQuestion.all) throws -> [ObligationReport] {
    let start = ContinuousClock.now
    var sighting = Sighting()
    let found: (answers: [TeardownQuestion: TeardownExploration.Answer], summary: ExplorationSummary?)
    do {
      found = try exploration.explore(asking: questions) { try note($0, &sighting) }
    } catch ExplorationError.undecided(let reason) {
      return questions.map { undecided($0, reason) }
    } catch ExplorationError.tooManyPaths(let limit) {
      return questions.map { undecided($0, "more than \(limit) paths") }
    }
    let asked = found.answers.values.reduce(0) { $0 + $1.seconds }
    let shared = max(0, start.duration(to: .now).seconds - asked) / Double(questions.count)
    let missing = Set(expectedPoints).subtracting(sighting.points)
    if !missing.isEmpty { sighting.boundWitness = nil }
    var reports: [TeardownQuestion: ObligationReport] = [:]
    for question in questions {
      guard let answer = found.answers[question] else { preconditionFailure("each question has an answer") }
      var report = ObligationReport(
        name: name(question), kind: .teardown, verdict: .proved, paths: found.summary?.paths ?? 0,
        solverCalls: answer.calls, seconds: answer.seconds + shared, bound: "\(vmas) vmas",
        boundWitness: sighting.boundWitness, premiseWitness: sighting.premiseWitness,
        premises: Set(answer.premises).union(found.summary?.premises ?? []).sorted(), fault: sighting.faults.first)
      report.details = [
        ObligationDetail("points of failure reached", "\(sighting.points.count) of \(expectedPoints.count)"),
        ObligationDetail("moments to look at the bound", "\(sighting.looks)"),
      ]
      conclude(question, answer, &report)
      reports[question] = report
    }
    try weaken(&reports)
    return questions.compactMap { reports[$0] }
  }

  private func name(_ question: TeardownQuestion) -> String { "\(design.rawValue)/\(question.name)" }

  private func undecided(_ question: TeardownQuestion, _ reason: String) -> ObligationReport {
    ObligationReport(
      name: name(question), kind: .teardown, verdict: .undecided, bound: "\(vmas) vmas",
      details: [ObligationDetail("reason", reason)])
  }

  /// Every point at which a fork in the design can fail.
  private var expectedPoints: [TeardownPoint] {
    TeardownPoint.all(vmas: vmas).filter { point in
      guard case .vma(_, let step) = point else { return true }
      return design == .oneByOne ? step != .erase : step != .store
    }
  }

  // MARK: Verdicts

  private func conclude(
    _ question: TeardownQuestion, _ answer: TeardownExploration.Answer, _ report: inout ObligationReport
  ) {
    if let doubt = answer.doubt {
      report.verdict = .undecided
      report.details.append(ObligationDetail("reason", doubt))
    } else if let found = answer.counterexample {
      report.verdict = .violated
      if let script = found.counterexample(question) {
        report.counterexample = ProofWitness("\(found.summary) breaks \(question.law.rawValue)", script: script.text)
      } else {
        report.fault = "the case does not replay: \(found.summary)"
      }
    }
  }

  /// What is left of proofs without the rules that they need.
  private func weaken(_ reports: inout [TeardownQuestion: ObligationReport]) throws {
    for rule in TeardownRule.allCases {
      let questions = TeardownQuestion.all.filter {
        reports[$0]?.verdict == .proved && $0.neededRules(design).contains(rule)
      }
      if questions.isEmpty { continue }
      let start = ContinuousClock.now
      let answers: [TeardownQuestion: TeardownExploration.Answer]
      do {
        answers = try exploration.explore(
          without: rule, asking: questions, part: rule == .freesTables ? .pageTables : .allElse,
          stopsWhenSettled: true
        ).answers
      } catch is ExplorationError {
        answers = [:]
      }
      let seconds = start.duration(to: .now).seconds / Double(questions.count)
      for question in questions {
        let answer = answers[question]
        reports[question]?.weakened.append(try weakened(question, rule, answer))
        reports[question]?.solverCalls += answer?.calls ?? 0
        reports[question]?.seconds += seconds
      }
    }
  }

  private func weakened(
    _ question: TeardownQuestion, _ rule: TeardownRule, _ answer: TeardownExploration.Answer?
  ) throws -> WeakenedPremise {
    guard let answer, answer.doubt == nil else { return WeakenedPremise(name: rule.rawValue, verdict: .undecided) }
    guard let found = answer.counterexample else { return WeakenedPremise(name: rule.rawValue, verdict: .proved) }
    var weakened = WeakenedPremise(name: rule.rawValue, verdict: .violated, witness: ProofWitness(found.summary))
    if let defect = rule.defect {
      let laws = try found.replay(question.observer, without: rule).realLaws
      if !laws.contains(question.law) { weakened.verdict = .undecided }
      weakened.witness?.summary +=
        laws.contains(question.law)
        ? ", replayed in code with the defect \(defect)" : ", which does not replay with the defect \(defect)"
    } else if let other = rule.designWithout {
      var replayed = found
      replayed.design = other
      if let script = replayed.counterexample(question) {
        weakened.witness?.script = script.text
      } else {
        weakened.verdict = .undecided
      }
    }
    return weakened
  }

  // MARK: Witnesses

  /// Takes note of a path: of its point of failure, and of cases that show that the premises and the bound are met.
  private func note(_ path: SymbolicTeardown, _ sighting: inout Sighting) throws {
    sighting.points.insert(path.failedPoint)
    let isAtBound = path.scenario.vmas.reduce(SymbolicNumber.yes) { $0 .& $1.isInherited }
    if sighting.premiseWitness == nil, path.failedPoint == .none {
      sighting.premiseWitness = try witness(path, isAtBound, "a fork of \(vmas) vmas that succeeds", &sighting)
    }
    if sighting.boundWitness == nil, path.failedPoint == .pageTable(vmas - 1, level: 0) {
      sighting.boundWitness = try witness(
        path, isAtBound .& (path.looks.last?.happens ?? SymbolicNumber.no),
        "a fork that fails at the last page table of vma \(vmas), seen at its last moment", &sighting)
    }
  }

  /// A case of a path, replayed: the code fails where the model does, after as many copies, and ends with the same.
  private func witness(
    _ path: SymbolicTeardown, _ condition: SymbolicTruth, _ summary: String, _ sighting: inout Sighting
  ) throws -> ProofWitness? {
    guard case .satisfiable(let model)? = try path.possibility(of: condition) else { return nil }
    let found = try path.readCase(model, design)
    let replay = try found.replay()
    guard replay.agrees, replay.real.copiedCount == vmas else {
      sighting.faults.append("a witness does not replay: \(found.summary)")
      return nil
    }
    sighting.looks = max(sighting.looks, replay.real.observableSteps)
    let expectation = replay.realLaws.first.map { ForkExpectation.violation($0) } ?? .clean
    return ProofWitness(summary, script: found.script(nil, expecting: expectation).text)
  }
}

extension TeardownCase {
  /// The case in a few words.
  var summary: String {
    let count = scenario.vmas.count
    return "design \(design.rawValue), \(count) \(count == 1 ? "vma" : "vmas"), \(point)"
  }
}

extension TeardownPoint: CustomStringConvertible {
  var description: String {
    switch self {
    case .none: "no failure"
    case .lock: "a failure to lock"
    case .begin: "a failure of the tree's duplicate or its nodes"
    case .hook: "a failure of the hook"
    case .vma(let place, let step): "a failure of \(step) at vma \(place + 1)"
    case .pageTable(let place, let level): "a failure of a page table of level \(level) at vma \(place + 1)"
    }
  }
}
