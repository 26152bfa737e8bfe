import Operations
import RangeMapCore

/// How often each kind of operation ended in each way: a fixed array of counters, so that counting costs one addition.
public struct OutcomeCounts: Hashable, Sendable {
  /// The ways in which a call can end.
  @usableFromInline static let columns = [
    "ok", "invalid range", "reserved entry", "gaps not tracked", "occupied", "no space", "failed allocation",
    "plan no longer fits", "not prepared", "destination not empty", "kinds differ", "height limit", "unsupported",
    "ok after refusal",
  ]
  @usableFromInline static var columnCount: Int { 16 }
  @usableFromInline static var okAfterRefusal: Int { 13 }

  @usableFromInline var counts: [UInt64]

  @usableFromInline
  init() { counts = Array(repeating: 0, count: OperationKind.allCases.count * Self.columnCount) }

  @inlinable
  mutating func count(_ kind: OperationKind, error: RangeMapError?, refused: Bool) {
    let column =
      switch error {
      case .none: refused ? Self.okAfterRefusal : 0
      case .invalidRange: 1
      case .reservedEntry: 2
      case .gapsNotTracked: 3
      case .occupied: 4
      case .noSpace: 5
      case .outOfMemory: 6
      case .planNoLongerFits: 7
      case .notPrepared: 8
      case .destinationNotEmpty: 9
      case .kindsDiffer: 10
      case .heightLimit: 11
      case .unsupported: 12
      }
    counts[Int(kind.rawValue) &* Self.columnCount &+ column] &+= 1
  }

  private static let prefix = "operation "

  /// Whether a cell is one of these.
  public static func isOutcome(_ cell: String) -> Bool { cell.hasPrefix(prefix) }

  /// Adds these counts to a table, as `operation NAME: OUTCOME`.
  public func add(to table: inout CoverageTable) {
    for kind in OperationKind.allCases {
      for (column, name) in Self.columns.enumerated() {
        let count = counts[Int(kind.rawValue) * Self.columnCount + column]
        if count > 0 { table.add(count, to: "\(Self.prefix)\(kind.name): \(name)") }
      }
    }
  }

  /// How many operations of each kind the subject does not have, and were therefore skipped, by name.
  public var skipped: [String: UInt64] {
    var result: [String: UInt64] = [:]
    for kind in OperationKind.allCases {
      let count = counts[Int(kind.rawValue) * Self.columnCount + 12]
      if count > 0 { result[kind.name] = count }
    }
    return result
  }
}
