import Operations
import RangeMapCore

/// What a fuzzer that knows only bytes does with an input: makes a script of it and runs it beside the oracle.
public struct TreeFuzzing<Subject: RangeMap & ~Copyable> {
  /// What was done so far. Marks are those of every `markInterval`th input.
  public private(set) var summary = FuzzingSummary()
  @usableFromInline let makeSubject: (MapConfiguration) -> Subject

  @inlinable
  public init(makeSubject: @escaping (MapConfiguration) -> Subject) { self.makeSubject = makeSubject }

  /// The script of an input, its fills cut so that no input takes long.
  @inlinable
  public static func script(of bytes: UnsafeRawBufferPointer) -> Script {
    OperationCoding.decode(bytes, limit: FuzzingLimits.operations).boundingFills(to: FuzzingLimits.fillStores)
  }

  /// Runs an input, and returns what it violates, not yet shrunk.
  @inlinable
  public mutating func run(_ bytes: UnsafeRawBufferPointer) -> Finding? {
    let script = Self.script(of: bytes)
    var options = RunnerOptions.fuzzing
    options.collectsMarks = summary.inputs % FuzzingSummary.markInterval == 0
    var runner = Runner(configuration: script.configuration, options: options, makeSubject: makeSubject)
    _ = runner.performAll(script.operations)
    let progress = runner.progress
    record(calls: progress.calls, refusals: progress.refusals, table: options.collectsMarks ? runner.report.table : nil)
    return progress.violation.map { Finding(script: script, violation: $0) }
  }

  /// The finding, shrunk on the schedule that found it.
  @inlinable
  public func shrink(_ finding: Finding) -> Finding { finding.shrunk(options: .fuzzing, makeSubject: makeSubject) }

  @usableFromInline
  mutating func record(calls: UInt64, refusals: UInt64, table: CoverageTable?) {
    summary.inputs += 1
    summary.operations += calls
    summary.refusals += refusals
    if let table { summary.table.merge(table) }
  }
}

/// What came of all inputs of a fuzzer.
public struct FuzzingSummary: Sendable {
  /// Of so many inputs the marks of one are kept: collecting them costs more than a short run.
  @usableFromInline static let markInterval: UInt64 = 16

  /// Inputs that were run.
  public internal(set) var inputs: UInt64 = 0
  /// Calls made on the subject and compared.
  public internal(set) var operations: UInt64 = 0
  /// Allocation requests that were refused.
  public internal(set) var refusals: UInt64 = 0
  /// Marks and outcomes of every 16th input.
  public internal(set) var table = CoverageTable()

  /// The counts in one line.
  public var text: String {
    let reached = table.rows.count { $0.count > 0 }
    return """
      inputs \(inputs), operations compared \(operations), requests refused \(refusals), \
      cells reached \(reached) of \(table.rows.count) (in every \(Self.markInterval)th input)
      """
  }
}

/// How large a fuzzer's inputs may be.
public enum FuzzingLimits {
  /// Operations of an input.
  public static let operations = 4096
  /// Stores of all fills of an input.
  public static let fillStores = 1024
}

extension RunnerOptions {
  /// The schedule for the short scripts of a fuzzer.
  public static var fuzzing: RunnerOptions {
    RunnerOptions(contentInterval: 64, lawInterval: 32, cursorInterval: 4, fingerprintInterval: 16)
  }
}
