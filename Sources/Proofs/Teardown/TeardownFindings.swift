import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import SMT
import Scenarios
import SeededDefects

/// What the forks of a design come to, with all rules or without one: the answers to some questions, and the cases that
/// show that the premises can hold and the bound is reached.
struct TeardownFindings {
  let exploration: TeardownExploration
  /// The rule that was taken away; nil for none.
  let rule: Premise?
  private var answers: [TeardownQuestion: TeardownExploration.Answer] = [:]
  private var summary = ExplorationSummary(paths: 0, premises: [])
  /// Why the paths could not be explored.
  private var reason: String?
  private var sighting = Sighting()

  /// What was seen while all paths were explored.
  private struct Sighting {
    var points: Set<TeardownPoint> = []
    /// The moments at which an observer could look, in the case at the bound.
    var looks = 0
    var premiseWitness: ProofWitness?
    var boundWitness: ProofWitness?
    var faults: [String] = []
  }

  private var design: ForkDesignName { exploration.design }
  private var vmas: Int { exploration.vmas }

  /// Explores all paths, or without a rule as many as show that each question is answered with no.
  init(_ exploration: TeardownExploration, asking questions: [TeardownQuestion], without rule: Premise?) throws {
    self.exploration = exploration
    self.rule = rule
    var sighting = Sighting()
    do {
      (answers, summary) = try exploration.explore(
        without: rule, asking: questions, parts: rule.map { $0 == .freesTables ? [.pageTables] : [.allElse] },
        stopsWhenSettled: rule != nil
      ) { if rule == nil { try Self.note($0, exploration, &sighting) } }
    } catch let error as ExplorationError {
      guard error.isLimit else { throw error }
      reason = "\(error)"
    }
    if !Set(expectedPoints).isSubset(of: sighting.points) { sighting.boundWitness = nil }
    self.sighting = sighting
  }

  /// Every point at which a fork in the design can fail.
  private var expectedPoints: [TeardownPoint] {
    TeardownPoint.all(vmas: vmas).filter { point in
      guard case .vma(_, let step) = point else { return true }
      return design == .oneByOne ? step != .erase : step != .store
    }
  }

  /// What came of a question that was asked.
  func report(of question: TeardownQuestion) throws -> ProofReport {
    var report = ProofReport()
    report.bound = "\(vmas) vmas"
    guard reason == nil, let answer = answers[question] else {
      report.giveUp(reason ?? "not asked")
      return report
    }
    report.paths = summary.paths
    report.use(Set(summary.premises).union(answer.premises))
    report.boundWitness = sighting.boundWitness
    report.premiseWitness = sighting.premiseWitness
    report.fault = sighting.faults.first
    report.details = [
      ProofDetail("points of failure reached", "\(sighting.points.count) of \(expectedPoints.count)"),
      ProofDetail("moments to look at the bound", "\(sighting.looks)"),
    ]
    if let doubt = answer.doubt {
      report.giveUp(doubt)
    } else if let found = answer.counterexample {
      report.break(by: ProofWitness(found.summary))
      if let script = try replayed(found, question) {
        report.counterexample = script
      } else if rule == nil {
        report.fault = "the case does not replay: \(found.summary)"
      } else {
        report.giveUp("the case does not replay: \(found.summary)")
      }
    }
    return report
  }

  /// A case that breaks a law, replayed in the code: as it is, with the defect that goes against the rule, or in the
  /// design that does without it. Nil if the replay does not break the law.
  private func replayed(_ found: TeardownCase, _ question: TeardownQuestion) throws -> ProofWitness? {
    let summary = "\(found.summary) breaks \(question.law.rawValue)"
    if let defect = rule?.defect {
      let laws = try found.replay(question.observer, without: rule).realLaws
      return laws.contains(question.law) ? ProofWitness("\(summary) with the defect \(defect)") : nil
    }
    var replayed = found
    if let other = rule?.designWithout { replayed.design = other }
    // A rule that no code goes against has no replay.
    if rule != nil && rule?.designWithout == nil { return ProofWitness(summary) }
    return replayed.counterexample(question).map { ProofWitness(summary, script: $0.text) }
  }

  // MARK: Witnesses

  /// Takes note of a path: of its point of failure, and of cases that show that the premises and the bound are met.
  private static func note(
    _ path: SymbolicTeardown, _ exploration: TeardownExploration, _ sighting: inout Sighting
  ) throws {
    let vmas = exploration.vmas
    sighting.points.insert(path.failedPoint)
    let isAtBound = path.scenario.vmas.reduce(SymbolicNumber.yes) { $0 .& $1.isInherited }
    if sighting.premiseWitness == nil, path.failedPoint == .none {
      sighting.premiseWitness = try witness(
        path, isAtBound, "a fork of \(vmas) vmas that succeeds", exploration, &sighting)
    }
    if sighting.boundWitness == nil, path.failedPoint == .pageTable(vmas - 1, level: 0) {
      sighting.boundWitness = try witness(
        path, isAtBound .& (path.looks.last?.happens ?? SymbolicNumber.no),
        "a fork that fails at the last page table of vma \(vmas), seen at its last moment", exploration, &sighting)
    }
  }

  /// A case of a path, replayed: the code fails where the model does, after as many copies, and ends with the same.
  private static func witness(
    _ path: SymbolicTeardown, _ condition: SymbolicTruth, _ summary: String, _ exploration: TeardownExploration,
    _ sighting: inout Sighting
  ) throws -> ProofWitness? {
    guard case .satisfiable(let model)? = try path.possibility(of: condition) else { return nil }
    let found = try path.readCase(model, exploration.design)
    let replay = try found.replay()
    guard replay.agrees, replay.real.copiedCount == exploration.vmas else {
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
