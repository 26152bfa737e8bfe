import Operations
import RangeMapCore

/// What came of one run.
public struct RunReport: Codable, Sendable {
  /// Calls made on the subject and compared.
  public var calls: UInt64
  /// Allocation requests that were refused.
  public var refusals: UInt64
  /// What was found; `nil` where all is well.
  public var violation: Violation?
  /// Marks of the subject, and outcomes by kind of operation.
  public var table: CoverageTable
  /// Operations that the subject does not have, by name.
  public var skipped: [String: UInt64]

  public init(
    calls: UInt64, refusals: UInt64, violation: Violation?, table: CoverageTable, skipped: [String: UInt64]
  ) {
    self.calls = calls
    self.refusals = refusals
    self.violation = violation
    self.table = table
    self.skipped = skipped
  }
}

extension Runner where Subject: ~Copyable {
  /// What came of the run so far; complete after `finish()`.
  public var report: RunReport {
    var table = CoverageTable()
    marks.add(to: &table)
    outcomes.add(to: &table)
    nodeUse.add(to: &table, tracksGaps: configuration.tracksGaps)
    return RunReport(
      calls: state.calls, refusals: state.refusals, violation: state.violation, table: table, skipped: outcomes.skipped)
  }

  /// Runs a whole script on a new subject.
  @inlinable
  public static func run(
    _ script: Script, options: RunnerOptions = .thorough, makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> RunReport {
    var runner = Runner(configuration: script.configuration, options: options, makeSubject: makeSubject)
    _ = runner.performAll(script.operations)
    return runner.report
  }

  /// The violation of a script, without the tables: what shrinking and fuzzing ask for thousands of times.
  @inlinable
  public static func violation(
    of script: Script, options: RunnerOptions = .thorough, makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> Violation? {
    var options = options
    options.collectsMarks = false
    var runner = Runner(configuration: script.configuration, options: options, makeSubject: makeSubject)
    _ = runner.performAll(script.operations)
    return runner.progress.violation
  }
}
