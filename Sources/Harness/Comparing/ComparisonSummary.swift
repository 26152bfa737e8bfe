import Operations

/// What came of one run on two maps.
public struct ComparisonSummary: Codable, Sendable {
  /// Calls made on both.
  public var operations: UInt64 = 0
  /// How often all nodes of both were compared.
  public var walks: UInt64 = 0
  /// Whether the run was a failure sweep.
  public var isSweep = false
  /// Operations that were made on neither, because one of them has them not.
  public var skipped: [OperationKind: UInt64] = [:]
  /// The first difference of each group.
  public var differences: [MapDifference] = []

  public init() {}
}
