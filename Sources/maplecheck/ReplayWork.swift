import Harness
import Operations
import RangeMapCore
import Reports
import Support
import Workers

/// A script on any subject.
struct ReplayWork: SubjectWork {
  /// The greatest number of operations for which everything is compared after each.
  static let greatestThorough = 20_000

  var source: ScriptSource
  /// Whether a failure sweep follows.
  var withFailures = false
  /// Whether the report has what each operation returned.
  var traces = false
  /// Where each operation is told as it is made, so that the last one is seen if the subject ends the process. With
  /// `nil` none is told.
  var stream: StandardStream?
  var skippedKinds: Set<OperationKind> = []
  /// Whether the script has a process of its own, and what it may use.
  var sharing = Sharing.none

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> ReplayReport {
    guard sharing.canIsolate,
      let (worker, ending) = sharing.supervise(body: { output in
        var (report, writer) = (replay(output, makeSubject), MessageWriter())
        report.trace = nil
        writer.write(Self.reportFollows)
        writer.write(report)
        output.send(writer.bytes)
      })
    else { return replay(nil, makeSubject) }
    let errors = worker.errorText(limit: 1 << 16)
    var (report, reader) = (ReplayReport(), MessageReader(worker.bytes))
    var steps: [ReplayReport.Step] = []
    while let word = reader.number() {
      if word == Self.reportFollows, let told = reader.report() { report = told }
      if word == Self.stepFollows, let step = reader.step() { steps.append(step) }
    }
    if let end = Violation(ending, at: worker.page, of: source.script) {
      StandardStream.error.write(errors.isEmpty ? "" : "the subject's last words:\n\(errors)\n")
      tell(end, ending, at: worker.page, &report, &steps, makeSubject)
    } else if !errors.isEmpty {
      StandardStream.error.write(errors)
    }
    if traces { report.trace = steps }
    return withExtendedLifetime(worker) { report }
  }

  /// What comes next in a worker's message.
  private static var stepFollows: UInt64 { 1 }
  private static var reportFollows: UInt64 { 2 }

  /// Whether the first pass has every check after every call: what a campaign finds on its schedule may not show on
  /// another one, so that a second pass has it.
  private var isShort: Bool { source.script.operations.count <= Self.greatestThorough }
  private var passes: [RunnerOptions] { isShort ? [.thorough, .fast] : [.fast] }

  /// Tells of a script that ended its process.
  private func tell<Subject: RangeMap & ~Copyable>(
    _ end: Violation, _ ending: WorkerEnding, at page: WorkerPage, _ report: inout ReplayReport,
    _ steps: inout [ReplayReport.Step],
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) {
    let (pass, place) = (page[.pass], Int(truncatingIfNeeded: page[.operation]))
    report.violation = end
    report.operations = min(place + 1, source.script.operations.count)
    report.calls = page[.calls]
    if pass > passes.count {
      // A sweep makes other operations than the script's.
      let sweep = sweep(nil, makeSubject)
      let bytes = sharing.apart { output in
        let script = sweep.script(ofPass: pass - UInt64(passes.count) - 1, count: place + 1)
        output.send(OperationCoding.encode(script))
      }
      report.operations = source.script.operations.count
      if let bytes { report.violation = Violation(ending, at: page, of: OperationCoding.decode(bytes, limit: .max)) }
      return
    }
    guard place < source.script.operations.count else { return }
    if source.hasLines { report.line = source.line(of: place) }
    guard pass == 1 else { return }
    let result = "VIOLATION: \(end.kind.rawValue)"
    stream?.write(" -> \(result)\n")
    steps.append(
      ReplayReport.Step(line: source.line(of: place), operation: source.words(of: place), result: result))
  }

  /// Makes all passes, in this process.
  /// - Parameter output: whose page has how far it is, and to which steps are told; `nil` where nobody looks.
  private func replay<Subject: RangeMap & ~Copyable>(
    _ output: WorkerOutput?, _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> ReplayReport {
    var report = ReplayReport()
    func shouldStop() -> Bool { Interruption.isRequested || output?.shouldStop() ?? false }
    for (pass, options) in passes.enumerated() {
      report.violation = runOnce(options, isFirst: pass == 0, &report, output, makeSubject)
      if report.violation != nil || shouldStop() { break }
    }
    if withFailures && report.violation == nil && !shouldStop() {
      let sweep = sweep(output, makeSubject).run()
      report.calls += sweep.calls
      report.refusals += sweep.refusedAttempts
      report.violation = sweep.finding?.violation
      // The operations of a sweep's finding are others than the script's.
      return report
    }
    if let place = report.violation?.operationIndex, source.hasLines, place < source.script.operations.count {
      report.line = source.line(of: place)
    }
    return report
  }

  private func sweep<Subject: RangeMap & ~Copyable>(
    _ output: WorkerOutput?, _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> FailureSweep<Subject> {
    var options = RunnerOptions.fast
    options.skippedKinds = skippedKinds
    options.watch = output.map { RunWatch(words: $0.page.position) }
    return FailureSweep(source.script, options: options, makeSubject: makeSubject)
  }

  private func runOnce<Subject: RangeMap & ~Copyable>(
    _ options: RunnerOptions, isFirst: Bool, _ report: inout ReplayReport, _ output: WorkerOutput?,
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> Violation? {
    var options = options
    options.collectsMarks = false
    options.skippedKinds = skippedKinds
    options.watch = output.map { RunWatch(words: $0.page.position) }
    let operations = source.script.operations
    var runner = Runner(configuration: source.script.configuration, options: options, makeSubject: makeSubject)
    let isTold = isFirst && (traces || stream != nil)
    let width = isTold && !operations.isEmpty ? "\(source.line(of: operations.count - 1))".count : 0
    for (place, operation) in operations.enumerated() {
      if Interruption.isRequested || output?.shouldStop() ?? false { break }
      let before = runner.progress
      if isTold { stream?.write("\(lineText(place, width))  \(source.words(of: place))") }
      let goesOn = runner.perform(operation)
      if isFirst {
        report.operations += 1
        if runner.progress.lastResult == .skipped && !operation.kind.isOrder { report.skipped += 1 }
      }
      if isTold {
        let cursor = operation.usedCursor.map { runner.cursorState($0) }
        var result = TraceText.text(operation, before, runner.progress, cursor: cursor)
        if let kind = runner.progress.violation?.kind { result += "; VIOLATION: \(kind.rawValue)" }
        stream?.write(" -> \(result)\n")
        if traces {
          let step = ReplayReport.Step(line: source.line(of: place), operation: source.words(of: place), result: result)
          report.trace = (report.trace ?? []) + [step]
          if let output {
            var writer = MessageWriter()
            writer.write(Self.stepFollows)
            writer.write(step)
            output.send(writer.bytes)
          }
        }
      }
      if !goesOn { break }
    }
    _ = runner.finish()
    report.calls += runner.progress.calls
    // Another schedule of checks makes the same calls again.
    if isFirst { report.refusals += runner.progress.refusals }
    return runner.progress.violation
  }

  private func lineText(_ place: Int, _ width: Int) -> String {
    let number = "\(source.line(of: place))"
    return String(repeating: " ", count: 2 + width - number.count) + number
  }
}
