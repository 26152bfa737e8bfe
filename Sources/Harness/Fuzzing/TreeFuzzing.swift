import Operations
import RangeMapCore

/// What a fuzzer that knows only bytes does with an input: makes a script of it and runs it beside the oracle.
public struct TreeFuzzing<Subject: RangeMap & ~Copyable> {
  /// What was done so far. Marks are those of every `markInterval`th input.
  public private(set) var summary = FuzzingSummary()
  @usableFromInline let limits: FuzzingLimits
  @usableFromInline let makeSubject: (MapConfiguration) -> Subject

  @inlinable
  public init(limits: FuzzingLimits = .tree, makeSubject: @escaping (MapConfiguration) -> Subject) {
    self.limits = limits
    self.makeSubject = makeSubject
  }

  /// The script of an input, its fills cut so that no input takes long.
  @inlinable
  public func script(of bytes: UnsafeRawBufferPointer) -> Script {
    OperationCoding.decode(bytes, limit: limits.operations)
      .boundingFills(to: limits.fillStores(FuzzingInputSize(of: bytes)))
  }

  /// Runs an input, and returns what it violates, not yet shrunk.
  @inlinable
  public mutating func run(_ bytes: UnsafeRawBufferPointer) -> Finding<Script>? {
    let script = script(of: bytes)
    var options = limits.schedule
    options.collectsMarks = summary.inputs % FuzzingSummary.markInterval == 0
    var runner = Runner(configuration: script.configuration, options: options, makeSubject: makeSubject)
    _ = runner.performAll(script.operations)
    let progress = runner.progress
    record(calls: progress.calls, refusals: progress.refusals, table: options.collectsMarks ? runner.report.table : nil)
    return progress.violation.map { Finding(script: script, violation: $0) }
  }

  /// The finding, shrunk on the schedule that found it.
  @inlinable
  public func shrink(_ finding: Finding<Script>) -> Finding<Script> {
    finding.shrunk(options: limits.schedule, makeSubject: makeSubject)
  }

  @usableFromInline
  mutating func record(calls: UInt64, refusals: UInt64, table: CoverageTable?) {
    summary.inputs += 1
    if calls > 0 { summary.executions += 1 }
    summary.operations += calls
    summary.refusals += refusals
    if let table { summary.table.merge(table) }
  }
}

/// What came of all inputs of a fuzzer.
public struct FuzzingSummary: Sendable {
  /// Of so many inputs the marks of one are kept: collecting them costs more than a short run.
  @usableFromInline static let markInterval: UInt64 = 128

  /// Inputs that were given, be there an operation in them or not.
  public internal(set) var inputs: UInt64 = 0
  /// Inputs that made at least one call on the subject.
  public internal(set) var executions: UInt64 = 0
  /// Calls made on the subject and compared.
  public internal(set) var operations: UInt64 = 0
  /// Allocation requests that were refused.
  public internal(set) var refusals: UInt64 = 0
  /// Marks and outcomes of every 128th input.
  public internal(set) var table = CoverageTable()

  /// The counts in one line.
  public var text: String {
    let reached = table.rows.count { $0.count > 0 }
    return """
      inputs \(inputs), executions \(executions), operations compared \(operations), requests refused \(refusals), \
      cells reached \(reached) of \(table.rows.count) (in every \(Self.markInterval)th input)
      """
  }
}

/// How large a fuzzer's inputs may be, and how much of a run on them is looking.
public struct FuzzingLimits: Sendable {
  /// Operations of an input.
  public let operations: Int
  /// Stores of all fills of an input.
  public let fillStores: Int
  /// The same for tall inputs.
  public let fillStoresOfTallInputs: Int
  /// The same for inputs that begin with a full tree.
  public let fillStoresOfFullInputs: Int
  /// When the costly checks are made, but for the last of them all, which are made whatever it says.
  public let schedule: RunnerOptions

  public init(
    operations: Int, fillStores: Int, fillStoresOfTallInputs: Int, fillStoresOfFullInputs: Int, schedule: RunnerOptions
  ) {
    self.operations = operations
    self.fillStores = fillStores
    self.fillStoresOfTallInputs = fillStoresOfTallInputs
    self.fillStoresOfFullInputs = fillStoresOfFullInputs
    self.schedule = schedule
  }

  /// Stores of all fills of one input.
  @inlinable
  public func fillStores(_ size: FuzzingInputSize) -> Int {
    switch size {
    case .usual: fillStores
    case .tall: fillStoresOfTallInputs
    case .full: fillStoresOfFullInputs
    }
  }

  /// For runs that nothing guides, as the tests make them.
  public static let tree = FuzzingLimits(
    operations: 4096, fillStores: 1024, fillStoresOfTallInputs: 1024, fillStoresOfFullInputs: 1024,
    schedule: RunnerOptions(contentInterval: 64, lawInterval: 32, cursorInterval: 4, fingerprintInterval: 16))

  /// For a subject with counters and the address sanitizer, whose calls cost more. libFuzzer lives from many small
  /// inputs: nearly all that is looked at is what each write touched, and everything at the end.
  public static var instrumented: FuzzingLimits {
    var schedule = RunnerOptions(contentInterval: 0, lawInterval: 0, cursorInterval: 16, fingerprintInterval: 32)
    schedule.fillInterval = 16
    schedule.oracleCapacity = 128
    return FuzzingLimits(
      operations: 12, fillStores: 20, fillStoresOfTallInputs: 144,
      fillStoresOfFullInputs: Int(OperationMutator.greatestFill), schedule: schedule)
  }
}
