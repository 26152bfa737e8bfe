import AddressSpaceModel
import ArgumentParser
import Harness
import Operations
import RangeMapCore
import Scenarios

/// What `maplecheck check` checks.
enum CheckTarget: String, CaseIterable, ExpressibleByArgument {
  /// A map of ranges.
  case tree
  /// Fork's duplication of an address space, on a map of ranges.
  case fork
}

extension ForkDesignName: ExpressibleByArgument {}

/// What came of `maplecheck check fork`.
struct ForkCheckReport: Encodable {
  var subject: String
  var designs: [String]
  var seed: UInt64
  var scenarios: UInt64 = 0
  var forks: UInt64 = 0
  var failedForks: UInt64 = 0
  var seconds = 0.0
  var wasInterrupted = false
  /// The laws that were broken, in words, and the shrunk script that breaks them.
  var violations: [String] = []
  var script: String?

  var status: ExitStatus {
    if script != nil { return .violation }
    return forks == 0 || wasInterrupted ? .undecided : .clean
  }

  /// The result for people.
  var text: String {
    let start = """
      fork        designs \(designs.joined(separator: ", ")) on \(subject), seed \(seed)
      scenarios   \(scenarios) in \(CheckReport.decimal(seconds)) s
      forks       \(forks), of them \(failedForks) that failed

      """
    guard let script else { return start + "found       nothing\n" }
    return start + "\nviolation: \(violations.joined(separator: "\n  "))\nscript:\n\(script)"
  }
}

/// Generated address spaces and forks, on any subject, until the time is up, Ctrl-C, or a law is broken.
struct ForkCheckWork: SubjectWork {
  var seed: UInt64
  var designs: [ForkDesignName]
  /// Seconds, and forks; what is used up first ends the work.
  var timeLimit: Double?
  var forkLimit: UInt64?
  var subject = ""
  var skippedKinds: Set<OperationKind> = []

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> ForkCheckReport {
    var campaign = ForkCampaign(seed: seed, designs: designs)
    var report = ForkCheckReport(subject: subject, designs: designs.map(\.rawValue), seed: seed)
    let start = ContinuousClock.now
    func isUsedUp() -> Bool {
      Interruption.isRequested || campaign.forks >= forkLimit ?? .max
        || (ContinuousClock.now - start).seconds >= timeLimit ?? .infinity
    }
    while report.script == nil && !isUsedUp() {
      guard let finding = campaign.step(makeMap: makeSubject) else { continue }
      let shrunk = finding.shrunk(makeMap: makeSubject)
      report.violations = shrunk.violations.map { "\($0)" }
      report.script = shrunk.scenario.text
    }
    report.scenarios = campaign.scenarios
    report.forks = campaign.forks
    report.failedForks = campaign.failedForks
    report.seconds = (ContinuousClock.now - start).seconds
    report.wasInterrupted = Interruption.isRequested
    return report
  }
}

/// A fork script on any subject: what it expects must come.
struct ForkReplayWork: SubjectWork {
  var scenario: ForkScenario
  var skippedKinds: Set<OperationKind> = []

  /// Whether a file is a fork script, by its first word.
  static func isForkScript(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("fork ".utf8)) }

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> ForkReplayReport {
    ForkReplayReport(scenario.run(makeMap: makeSubject), of: scenario)
  }
}

/// What came of one fork script.
struct ForkReplayReport: Encodable {
  var file = ""
  let kind = "fork"
  var forks: Int
  /// Calls before the forks that were refused.
  var refusedCalls: Int
  var violations: [String]
  /// Whether the script's last line says so; without one, whether nothing was violated.
  var isExpected: Bool
  /// Why nothing is shown, where that is so.
  var undecided: [String] = []

  init(_ report: ForkReport, of scenario: ForkScenario) {
    forks = report.forks
    refusedCalls = report.refusedCalls
    violations = report.violation?.violations.map { "\($0)" } ?? []
    let verdict = report.verdict(on: scenario.expectation)
    isExpected = verdict == .asExpected
    if case .undecided(let reasons) = verdict { undecided = reasons }
  }

  var status: ExitStatus { isExpected ? .clean : undecided.isEmpty ? .violation : .undecided }

  var text: String {
    let found = violations.isEmpty ? "nothing found" : violations.joined(separator: "\n  ")
    let verdict = isExpected ? "as expected" : undecided.isEmpty ? "NOT as expected" : "NOT decided"
    let refused = refusedCalls == 0 ? "" : ", \(refusedCalls) \(refusedCalls == 1 ? "call" : "calls") refused"
    return "\(file): \(forks) \(forks == 1 ? "fork" : "forks")\(refused), \(verdict): \(found)\n"
      + undecided.map { "  \($0)\n" }.joined()
  }
}
