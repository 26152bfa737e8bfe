import AddressSpaceModel
import Harness
import Operations
import RangeMapCore
import Scenarios
import Workers

/// Scripts of forks, carried out by a model or by a kernel.
struct ForkWorld<Forks: ForkRunner>: ReplayedWorld {
  var firstSeed: UInt64 = 0
  /// The designs that generated forks choose from.
  var designs = [ForkDesignName.duplicateAndTearDown]
  /// Whether each run is a sweep over all failures of its forks.
  var sweepsOnly = false
  /// Scripts with the calls of one of which every run begins, in turn.
  var openings: [ForkScenario] = []
  var forks: Forks
  private let sequence = Sequence()

  init(forks: Forks) { self.forks = forks }

  var words: WorldWords {
    var words = WorldWords(
      operations: "forks", checked: forks.checked, runs: "scenarios", refused: "forks failed")
    words.replay = forks.replay
    return words
  }

  // MARK: Runs

  /// The scenarios of one seed, which one process makes.
  var runsPerPiece: Int { 64 }

  func seed(ofRun number: UInt64) -> UInt64 { firstSeed &+ number / UInt64(runsPerPiece) }

  var endsProcessWithFinding: Bool { false }

  /// The scenarios of a seed follow one another: the one that comes next is kept.
  private final class Sequence {
    var seed: UInt64 = 0
    var next: UInt64 = 0
    var generator: ForkScenarioGenerator?
  }

  private func scenario(ofRun number: UInt64) -> ForkScenario {
    let (seed, place) = (seed(ofRun: number), number % UInt64(runsPerPiece))
    if sequence.generator == nil || sequence.seed != seed || sequence.next > place {
      sequence.generator = ForkScenarioGenerator(
        seed: seed, designs: designs, isOfKernels: forks.isOfKernels, hasPlainCalls: forks.hasPlainCalls)
      (sequence.seed, sequence.next) = (seed, 0)
    }
    var scenario = ForkScenario()
    while sequence.next <= place, let next = sequence.generator?.next() {
      scenario = next
      sequence.next += 1
    }
    guard !openings.isEmpty else { return scenario }
    var begun = openings[Int(number % UInt64(openings.count))]
    begun.operations.removeAll { $0.kind == .fork }
    begun.operations += scenario.operations
    begun.expectation = nil
    return begun
  }

  func run(number: UInt64, _ context: RunContext) -> RunSummary<ForkScenario> {
    var summary = RunSummary<ForkScenario>()
    summary.runs = 1
    let adapted = forks.generated(scenario(ofRun: number))
    var scenario = adapted.scenario
    summary.skipped = adapted.lacking
    if sweepsOnly {
      summary.sweeps = 1
      scenario = forks.swept(scenario)
    }
    let report = forks.run(scenario, watch: context.watch, shouldStop: context.shouldStop, steps: nil)
    for lack in report.lacking { summary.skipped[lack, default: 0] += 1 }
    summary.operations = UInt64(report.forks)
    summary.refusals = UInt64(report.failedForks)
    summary.table = report.table
    summary.finding = scenario.violation(in: report).map { violation in
      // A sweep's script is long, and each of its forks leaves the parent as it was.
      let script = sweepsOnly ? scenario.upTo(violation.operationIndex) : scenario
      var violation = violation
      violation.operationIndex = min(violation.operationIndex, script.operations.count - 1)
      return Finding(script: script, violation: violation, seed: seed(ofRun: number))
    }
    return summary
  }

  func script(ofRun number: UInt64, at place: WorkerPlace) -> ForkScenario {
    let scenario = forks.generated(scenario(ofRun: number)).scenario
    return sweepsOnly && place.pass > 0 ? forks.swept(scenario).upTo(place.operation) : scenario
  }

  // MARK: Findings

  func violation(
    of script: ForkScenario, like wanted: Violation?, isThorough: Bool, watch: RunWatch
  ) -> Violation? {
    script.violation(in: forks.run(script, watch: watch), like: wanted?.forkLaw)
  }

  func shrunk(
    _ finding: Finding<ForkScenario>, limits: ShrinkLimits, isApart: Bool,
    find: @escaping (ForkScenario, Violation?, Bool) -> Violation?
  ) -> Finding<ForkScenario> {
    var limits = limits
    limits.attempts = min(limits.attempts, 5_000)
    return finding.shrunk(
      limits: limits, steps: isApart ? nil : forks.steps,
      precise: { isApart ? $0 : forks.precise($0) }, find: { find($0, $1, false) })
  }

  func shape(of finding: Finding<ForkScenario>) -> FindingShape {
    let trial = finding.script.trial(at: finding.violation.operationIndex)
    let failure = trial.flatMap { trial in
      trial.failure == .none ? nil : "\(trial.failure.steps.word) \(trial.failure.forever)"
    }
    return FindingShape(
      finding.violation,
      traits: [forks.hasDesigns ? trial?.design.rawValue : nil, failure, trial?.observation?.observer.rawValue]
        .compactMap(\.self),
      steps: finding.script.operations.map { .operation("\($0.kind)") })
  }

  /// The first of each law and design.
  func key(of finding: Finding<ForkScenario>) -> String {
    let trial = forks.hasDesigns ? finding.script.trial(at: finding.violation.operationIndex) : nil
    let design = trial?.design.rawValue
    return "\(finding.violation.name) \(design ?? "")"
  }

  var lines: [(heading: String, text: String)] {
    forks.hasDesigns ? [("designs", designs.map(\.rawValue).joined(separator: ", "))] : []
  }

  func lines(of summary: RunSummary<ForkScenario>) -> [(heading: String, text: String)] {
    if designs.count == 1 { return [] }
    let counts = designs.map { "\($0.rawValue) \(summary.table.forks(of: $0))" }.joined(separator: ", ")
    return [("tried", "forks of each design: \(counts)")]
  }

  /// What the design is, and the kinds of steps that the script lets fail, each once.
  func notes(on finding: Finding<ForkScenario>) -> [String] {
    var notes: [String] = []
    if forks.hasDesigns, let design = finding.script.trial(at: finding.violation.operationIndex)?.design {
      notes.append("design \(design.rawValue): \(design.message) (docs/FORK-SCRIPTS.md)")
    }
    for operation in finding.script.operations {
      guard operation.kind == .fork, case .of(let kind) = operation.trial.failure.steps else { continue }
      let note = "step \(kind.word): \(kind.message)"
      if !notes.contains(note) { notes.append(note) }
    }
    return notes
  }

  // MARK: Replay

  func replay(
    _ script: ForkScenario, withFailures: Bool, _ context: RunContext, steps: ReplaySteps?
  ) -> ReplayResult {
    let report = forks.run(script, watch: context.watch, shouldStop: { false }, steps: steps)
    var result = ReplayResult()
    result.operations = script.operations.count
    (result.calls, result.refusals) = (UInt64(report.forks), UInt64(report.refusedCalls))
    result.violation = script.violation(in: report)
    let verdict = report.verdict(on: script.expectation)
    result.isExpected = verdict == .asExpected
    if case .undecided(let reasons) = verdict { result.doubts = reasons }
    result.counts = [report.forks == 1 ? "1 fork" : "\(report.forks) forks"]
    if report.refusedCalls > 0 {
      result.counts.append("\(report.refusedCalls) \(report.refusedCalls == 1 ? "call" : "calls") refused")
    }
    guard withFailures && result.violation == nil && !context.shouldStop() else { return result }
    let swept = forks.swept(forks.adapted(script).scenario)
    let sweep = forks.run(swept, watch: context.watch, shouldStop: context.shouldStop, steps: nil)
    result.calls += UInt64(sweep.forks)
    result.counts.append("\(sweep.forks) more in a sweep, of which \(sweep.failedForks) failed")
    if let violation = swept.violation(in: sweep) {
      (result.violation, result.isInScript) = (violation, false)
      result.isExpected = false
    }
    return result
  }

  func replayedScript(of script: ForkScenario, at place: WorkerPlace) -> ForkScenario? {
    place.pass > 1 ? forks.swept(forks.adapted(script).scenario) : nil
  }
}

extension ForkScenario {
  /// The calls before an operation, and the operation.
  fileprivate func upTo(_ place: Int) -> ForkScenario {
    let operations = operations
    return without { $0 > place || $0 < place && operations[$0].isFork }
  }
}

extension FailureKind {
  /// The step in a sentence.
  fileprivate var message: String {
    switch self {
    case .lock: "takes a lock that a signal can interrupt"
    case .signal: "looks for a fatal signal"
    case .treeNode: "asks for a node of a tree, or for a whole duplicate"
    case .charge: "charges pages against the commit limit"
    case .vma: "makes a vma"
    case .policy: "copies a memory policy"
    case .userfaultContext: "makes a userfaultfd context"
    case .anonVma: "makes an anon_vma, or a link of its chain"
    case .hook: "calls the architecture, or a part that follows address spaces"
    case .pageTablePage: "takes a page for a page table"
    case .folio: "takes a folio for a page that is touched or copied early"
    case .pageContents: "reads the contents of a page that is copied early"
    case .swapContinuation: "takes a page to count more swap users on"
    }
  }
}
