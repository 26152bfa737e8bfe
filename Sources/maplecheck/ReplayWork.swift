import Harness
import Operations
import RangeMapCore

/// What came of one script.
struct ReplayReport: Codable {
  var file = ""
  /// Calls made on the subject and compared, in all passes.
  var operations: UInt64
  var refusals: UInt64
  var violation: Violation?
  /// The faults that the subject knows of itself, and around which it steps.
  var knownFaultsSteppedAround: [String] = []

  var text: String {
    guard let violation else { return "\(file): \(operations) operations, nothing found\n" }
    return "\(file): \(violation)\n"
  }
}

/// A script on any subject.
struct ReplayWork: SubjectWork {
  /// The greatest number of operations for which everything is compared after each.
  static let greatestThorough = 20_000

  var script: Script
  /// Whether a failure sweep follows.
  var withFailures = false
  /// Where each operation is told; `nil` for nowhere.
  var trace: StandardStream?
  var skippedKinds: Set<OperationKind> = []

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> ReplayReport {
    // What a campaign finds on its schedule may not show on another one.
    let isShort = script.operations.count <= Self.greatestThorough
    var report = ReplayReport(operations: 0, refusals: 0)
    for options in isShort ? [RunnerOptions.thorough, .fast] : [.fast] {
      let violation = runOnce(options, &report, makeSubject)
      if let violation {
        report.violation = violation
        return report
      }
      if trace != nil || Interruption.isRequested { break }
    }
    if withFailures && !Interruption.isRequested {
      var options = RunnerOptions.fast
      options.skippedKinds = skippedKinds
      let sweep = FailureSweep(script, options: options, makeSubject: makeSubject).run()
      report.operations += sweep.calls
      report.refusals += sweep.refusedAttempts
      report.violation = sweep.finding?.violation
    }
    return report
  }

  private func runOnce<Subject: RangeMap & ~Copyable>(
    _ options: RunnerOptions, _ report: inout ReplayReport, _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> Violation? {
    var options = options
    options.collectsMarks = false
    options.skippedKinds = skippedKinds
    var runner = Runner(configuration: script.configuration, options: options, makeSubject: makeSubject)
    for (place, operation) in script.operations.enumerated() {
      trace?.write("\(place + 1)  \(ScriptText.print(operation))\n")
      guard runner.perform(operation), !Interruption.isRequested else { break }
      trace?.write("    \(Self.text(runner.progress, operation))\n")
    }
    _ = runner.finish()
    report.operations += runner.progress.calls
    report.refusals += runner.progress.refusals
    return runner.progress.violation
  }

  /// How an operation ended.
  private static func text(_ progress: RunProgress, _ operation: Operation) -> String {
    if operation.kind.isOrder { return "noted" }
    let writer = progress.lastInterloperRan ? ", another writer came in" : ""
    switch progress.lastResult {
    case .performed: return "as the oracle" + writer
    case .refused: return "out of memory after \(progress.lastRefusals) refused requests" + writer
    case .skipped: return "skipped: the subject has no such operation"
    }
  }
}
