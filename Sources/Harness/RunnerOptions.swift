import Operations

/// How often a runner makes the checks that cost as much as the map is large. All counts are of calls; 0 is never.
public struct RunnerOptions: Hashable, Sendable {
  /// Calls between two comparisons of the whole content.
  public var contentInterval: UInt64
  /// Calls between two walks of the subject's own invariants.
  public var lawInterval: UInt64
  /// Calls between two comparisons of all four cursors.
  public var cursorInterval: UInt64
  /// Calls between two that are watched for changes where they fail for another reason than memory.
  public var fingerprintInterval: UInt64
  /// Stores of a fill between two after which the slots that they touched are compared; the last one ordered is among
  /// them.
  public var fillInterval: UInt64 = 1
  /// Ranges that the oracle has room for before its array grows: memory that a short run should not pay for.
  public var oracleCapacity = 1024
  /// Whether the subjects' marks are added up, which costs more than a short run.
  public var collectsMarks = true
  /// Where runs note how far they are; `nil` where nobody looks.
  public var watch: RunWatch?
  /// The kinds that the subject does not have: an operation of one of them is counted as skipped and not made.
  public var skippedKinds: Set<OperationKind> = [] {
    didSet { skippedKindBits = skippedKinds.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }
  }
  @usableFromInline var skippedKindBits: UInt64 = 0

  @inlinable
  func skips(_ kind: OperationKind) -> Bool { skippedKindBits >> UInt64(kind.rawValue) & 1 != 0 }

  public init(
    contentInterval: UInt64 = 512, lawInterval: UInt64 = 512, cursorInterval: UInt64 = 8,
    fingerprintInterval: UInt64 = 64
  ) {
    self.contentInterval = contentInterval
    self.lawInterval = lawInterval
    self.cursorInterval = cursorInterval
    self.fingerprintInterval = fingerprintInterval
  }

  /// The same with every check after every call.
  @inlinable
  public var thorough: RunnerOptions {
    var options = self
    (options.contentInterval, options.lawInterval, options.cursorInterval) = (1, 1, 1)
    options.fingerprintInterval = 1
    options.fillInterval = 1
    return options
  }

  /// Every check after every call: for short scripts and for tests.
  public static var thorough: RunnerOptions {
    RunnerOptions(contentInterval: 1, lawInterval: 1, cursorInterval: 1, fingerprintInterval: 1)
  }

  /// The schedule of long campaigns.
  public static var fast: RunnerOptions { RunnerOptions() }
}
