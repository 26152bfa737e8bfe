import Harness
import Operations
import RangeMapCore
import Readers
import Workers

/// Scripts of readers beside a writer, on a map that shows its accesses.
struct ReaderWorld<Map: WitnessedRangeMap & ~Copyable>: ReplayedWorld {
  var firstSeed: UInt64 = 0
  /// The order of memory of generated scripts; each has its own choice without one.
  var order: MemoryOrder?
  /// Whether generated readers search for gaps.
  var searchesGaps = false
  var readerLimits = ReaderLimits()
  /// The scripts to run, one after the other; generated ones if there are none.
  var cases: [ReaderCase] = []
  var makeMap: (MapConfiguration) -> Map

  init(makeMap: @escaping (MapConfiguration) -> Map) { self.makeMap = makeMap }

  var words: WorldWords {
    WorldWords(operations: "interleavings", checked: "all laws checked", runs: "scripts", refused: "")
  }

  // MARK: Runs

  var runsPerPiece: Int { 16 }

  var runCount: Int { cases.isEmpty ? .max : cases.count }

  func seed(ofRun number: UInt64) -> UInt64 { firstSeed &+ number }

  private func script(ofRun number: UInt64) -> ReaderScript {
    if !cases.isEmpty { return cases[Int(number)].script }
    var generator = ReaderScriptGenerator(seed: seed(ofRun: number), order: order, searchesGaps: searchesGaps)
    return generator.next()
  }

  private func report(
    on script: ReaderScript, _ watch: RunWatch?, shouldStop: () -> Bool = { false },
    trace: ((Int, [ReaderView.Load]) -> Void)? = nil
  ) -> ReaderReport {
    var runner = ReaderRunner(script, limits: readerLimits, watch: watch, makeMap: makeMap)
    return runner.run(shouldStop: shouldStop, trace: trace)
  }

  func run(number: UInt64, _ context: RunContext) -> RunSummary<ReaderScript> {
    var summary = RunSummary<ReaderScript>()
    let script = script(ofRun: number)
    let report = report(on: script, context.watch, shouldStop: context.shouldStop)
    summary.runs = 1
    summary.operations = report.interleavings
    summary.table.add(report.isExhaustive ? 1 : 0, to: "scripts in all interleavings")
    for line in script.operations {
      switch line.role {
      case .setUp: break
      case .writer: summary.table.add(1, to: "writer \(line.operation.kind.name), \(script.order.rawValue)")
      case .reader: summary.table.add(1, to: "reader \(line.operation.kind.name), \(script.order.rawValue)")
      }
    }
    summary.table.add(UInt64(report.steps), to: "steps of the writer")
    if !cases.isEmpty { summary.table.add(report.interleavings, to: cases[Int(number)].cell.name) }
    for (fault, count) in report.known { summary.table.add(count, to: "known \(fault.rawValue)") }
    summary.finding = violation(in: report, of: script).map { violation in
      let shown = report.finding.map { script.showing($0) } ?? script
      var violation = violation
      violation.operationIndex = min(violation.operationIndex, shown.operations.count - 1)
      return Finding(script: shown, violation: violation, seed: seed(ofRun: number))
    }
    return summary
  }

  /// A writer that is wrong by itself counts too.
  private func violation(in report: ReaderReport, of script: ReaderScript) -> Violation? {
    if let complaint = report.complaint {
      return Violation(
        kind: .wrongResult, operationIndex: max(0, script.operations.count - 1), operation: "the writer",
        expected: "what the sorted array does", found: complaint)
    }
    return script.violation(in: report)
  }

  func script(ofRun number: UInt64, at place: WorkerPlace) -> ReaderScript { script(ofRun: number) }

  // MARK: Findings

  func violation(
    of script: ReaderScript, like wanted: Violation?, isThorough: Bool, watch: RunWatch
  ) -> Violation? {
    violation(in: report(on: script, watch), of: script)
  }

  func shrunk(
    _ finding: Finding<ReaderScript>, limits: ShrinkLimits, isApart: Bool,
    find: @escaping (ReaderScript, Violation?, Bool) -> Violation?
  ) -> Finding<ReaderScript> {
    var start = finding
    // With other stores the steps have other numbers: all are tried again.
    start.script = finding.script.withoutSchedules
    start.script.expectation = nil
    guard find(start.script, finding.violation, false)?.signature == finding.violation.signature else { return finding }
    var limits = limits
    limits.attempts = min(limits.attempts, 2_000)
    guard
      var shrunk = start.shrunkOnce(
        limits: limits, like: finding.violation, hint: nil, find: { find($0, $1, false) })
    else { return finding }
    if !isApart, let shown = report(on: shrunk.script, nil).finding {
      shrunk.script = shrunk.script.showing(shown)
      shrunk.violation.operationIndex = shrunk.script.operations.count - 1
      shrunk.violation.operation = shrunk.script.operations[shrunk.violation.operationIndex].text
    } else if let law = shrunk.violation.readerLaw {
      shrunk.script.expectation = .violation(law)
    }
    return shrunk
  }

  func shape(of finding: Finding<ReaderScript>) -> FindingShape {
    FindingShape(
      finding.violation, traits: [finding.script.order.rawValue],
      steps: finding.script.operations.map { .operation("\($0.operation.kind.name)") })
  }

  func key(of finding: Finding<ReaderScript>) -> String {
    let last = finding.script.operations.last { if case .reader = $0.role { true } else { false } }
    return "\(finding.violation.name) \(last?.operation.kind.name ?? "") \(finding.script.order.rawValue)"
  }

  func lines(of summary: RunSummary<ReaderScript>) -> [(heading: String, text: String)] {
    let complete = summary.table["scripts in all interleavings"]
    let known = KnownReaderFault.allCases.compactMap { fault in
      let count = summary.table["known \(fault.rawValue)"]
      return count > 0 ? "\(fault.rawValue) \(count) times" : nil
    }
    return (known.isEmpty ? [] : [("passed by", known.joined(separator: ", "))]) + [
      ("complete", "\(complete) scripts in all interleavings, \(summary.runs - complete) sampled")
    ]
  }

  // MARK: Replay

  func replay(
    _ script: ReaderScript, withFailures: Bool, _ context: RunContext, steps: ReplaySteps?
  ) -> ReplayResult {
    var result = ReplayResult()
    let report =
      steps.map { traced(script, context, $0) } ?? report(on: script, context.watch, shouldStop: context.shouldStop)
    result.operations = script.operations.count
    result.calls = report.interleavings
    result.violation = violation(in: report, of: script)
    let steps = report.steps == 1 ? "1 step" : "\(report.steps) steps"
    let runs = report.interleavings == 1 ? "1 interleaving" : "\(report.interleavings) interleavings"
    result.counts = ["\(steps) of the writer", runs]
    if !report.isExhaustive { result.counts.append("not all of them") }
    if report.interleavings == 0 && result.violation == nil { result.doubts = ["no reader read anything"] }
    if let doubt = report.doubt { result.doubts.append(doubt) }
    switch script.expectation {
    case nil: break
    case .clean: result.isExpected = result.violation == nil && result.doubts.isEmpty
    case .violation(let law): result.isExpected = result.violation?.readerLaw == law
    }
    if let count = script.expectedInterleavings, count != report.interleavings {
      result.isExpected = false
      result.counts.append("of \(count) that are expected")
    }
    return result
  }

  /// Runs a script, and tells each line: of a call with a schedule, what it and the writer did. If a script has no
  /// schedules, and something is found, it is told with those that were found.
  private func traced(_ script: ReaderScript, _ context: RunContext, _ steps: ReplaySteps) -> ReaderReport {
    var calls: [Int: [ReaderView.Load]] = [:]
    var runner = ReaderRunner(script, limits: readerLimits, watch: context.watch, makeMap: makeMap)
    let report = runner.run(shouldStop: context.shouldStop) { calls[$0] = $1 }
    var log = runner.log
    if let finding = report.finding, calls.isEmpty {
      var again = ReaderRunner(
        script.with(finding.schedules), limits: readerLimits, watch: context.watch, makeMap: makeMap)
      _ = again.run(shouldStop: context.shouldStop) { calls[$0] = $1 }
      log = again.log
    }
    var trace = ReaderTrace(log, calls.values.joined())
    for (place, line) in script.operations.enumerated() {
      steps.begin(place)
      switch line.role {
      case .setUp: steps.end(place, "done")
      case .writer: steps.end(place, "done, \(runner.stepText(ofWriter: place))")
      case .reader: steps.end(place, calls[place].map { trace.text(of: $0) } ?? "all interleavings were tried")
      }
    }
    return report
  }

  func replayedScript(of script: ReaderScript, at place: WorkerPlace) -> ReaderScript? { nil }
}
