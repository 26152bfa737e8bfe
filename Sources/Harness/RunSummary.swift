import Operations

/// What came of runs of one world.
public struct RunSummary<Script: WorldScript>: Codable, Sendable {
  /// Operations made on the subject and checked: calls of a map, forks of an address space.
  public var operations: UInt64 = 0
  /// Runs begun, each with a seed of its own; sweeps included.
  public var runs: UInt64 = 0
  /// Runs that were failure sweeps.
  public var sweeps: UInt64 = 0
  /// How often all nodes of two trees were compared.
  public var walks: UInt64 = 0
  /// Requests that were refused.
  public var refusals: UInt64 = 0
  /// The first violation, as it was found; a campaign ends with it.
  public var finding: Finding<Script>?
  /// Marks and outcomes of all runs.
  public var table = CoverageTable()
  /// Operations that the subject does not have and that were skipped, by name.
  public var skipped: [String: UInt64] = [:]

  public init() {}

  /// Why the runs do not count as passed; `nil` if they do. Nothing done is no pass.
  public var failure: String? {
    if let finding { return "violation: \(finding.violation)" }
    return operations == 0 ? "no operation was executed" : nil
  }

  /// Adds what came of the next runs.
  public mutating func add(_ other: RunSummary) {
    operations += other.operations
    runs += other.runs
    sweeps += other.sweeps
    walks += other.walks
    refusals += other.refusals
    finding = finding ?? other.finding
    table.merge(other.table)
    skipped.merge(other.skipped) { $0 + $1 }
  }
}

extension RunSummary<Operations.Script> {
  @usableFromInline
  mutating func add(_ report: RunReport) {
    operations += report.calls
    refusals += report.refusals
    table.merge(report.table)
    skipped.merge(report.skipped) { $0 + $1 }
  }

  @usableFromInline
  mutating func add(_ report: SweepReport) {
    sweeps += 1
    operations += report.calls
    refusals += report.refusedAttempts
    table.merge(report.table)
    skipped.merge(report.skipped) { $0 + $1 }
  }
}
