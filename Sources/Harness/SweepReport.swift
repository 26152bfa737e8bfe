import Operations

/// What came of a sweep.
public struct SweepReport: Sendable {
  /// Operations of the sequence that may allocate, fills counted by their stores.
  public var allocatingOperations = 0
  /// Attempts with a request to refuse.
  public var attempts: UInt64 = 0
  /// Attempts in which it was refused.
  public var refusedAttempts: UInt64 = 0
  /// Calls made on the subject in all passes.
  public var calls: UInt64 = 0
  /// Passes over the sequence.
  public var passes = 0
  /// The first violation, with the script of all that was done up to it.
  public var finding: Finding<Script>?
  /// Marks and outcomes of all passes.
  public var table = CoverageTable()
  /// Operations that the subject does not have, by name.
  public var skipped: [String: UInt64] = [:]

  @inlinable
  public init() {}
}
