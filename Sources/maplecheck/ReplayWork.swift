import Harness
import Operations
import RangeMapCore

/// A script on any subject.
struct ReplayWork: SubjectWork {
  /// The greatest number of operations for which everything is compared after each.
  static let greatestThorough = 20_000

  var source: ScriptSource
  /// Whether a failure sweep follows.
  var withFailures = false
  /// Whether the report has what each operation returned.
  var traces = false
  /// Where each operation is told as it is made, so that the last one is seen if the subject ends the process; `nil` for nowhere.
  var stream: StandardStream?
  var skippedKinds: Set<OperationKind> = []

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> ReplayReport {
    var report = ReplayReport()
    // What a campaign finds on its schedule may not show on another one.
    let isShort = source.script.operations.count <= Self.greatestThorough
    let passes: [RunnerOptions] = isShort ? [.thorough, .fast] : [.fast]
    for (pass, options) in passes.enumerated() {
      report.violation = runOnce(options, isFirst: pass == 0, &report, makeSubject)
      if report.violation != nil || Interruption.isRequested { break }
    }
    if withFailures && report.violation == nil && !Interruption.isRequested {
      var options = RunnerOptions.fast
      options.skippedKinds = skippedKinds
      let sweep = FailureSweep(source.script, options: options, makeSubject: makeSubject).run()
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

  private func runOnce<Subject: RangeMap & ~Copyable>(
    _ options: RunnerOptions, isFirst: Bool, _ report: inout ReplayReport,
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> Violation? {
    var options = options
    options.collectsMarks = false
    options.skippedKinds = skippedKinds
    let operations = source.script.operations
    var runner = Runner(configuration: source.script.configuration, options: options, makeSubject: makeSubject)
    let isTold = isFirst && (traces || stream != nil)
    let width = isTold && !operations.isEmpty ? "\(source.line(of: operations.count - 1))".count : 0
    for (place, operation) in operations.enumerated() {
      if Interruption.isRequested { break }
      let before = runner.progress
      if isTold { stream?.write("\(lineText(place, width))  \(source.words(of: place))") }
      let goesOn = runner.perform(operation)
      if isFirst {
        report.operations += 1
        if runner.progress.lastResult == .skipped && !operation.kind.isOrder { report.skipped += 1 }
      }
      if isTold {
        let cursor = operation.movedCursor.map { runner.cursorState($0) }
        var result = TraceText.text(operation, before, runner.progress, cursor: cursor)
        if let kind = runner.progress.violation?.kind { result += "; VIOLATION: \(kind.rawValue)" }
        stream?.write(" -> \(result)\n")
        if traces {
          report.trace = report.trace ?? []
          report.trace?.append(
            ReplayReport.Step(line: source.line(of: place), operation: source.words(of: place), result: result))
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

extension Operation {
  /// The number of the cursor that the operation moves or uses.
  fileprivate var movedCursor: Int? {
    switch self {
    case .cursorSet(let cursor, _), .cursorMove(let cursor, _, _), .cursorPause(let cursor), .cursorReset(let cursor),
      .cursorStore(let cursor, _, _), .cursorErase(let cursor, _):
      cursor & 3
    default: nil
    }
  }
}
