import Operations

/// What came of a campaign.
public struct CampaignSummary: Sendable {
  /// Calls made on the subject and compared.
  public var operations: UInt64 = 0
  /// Runs begun, each with a seed of its own; sweeps included.
  public var runs: UInt64 = 0
  /// Runs that were failure sweeps.
  public var sweeps: UInt64 = 0
  /// Allocation requests that were refused.
  public var refusals: UInt64 = 0
  /// The seed of the first run.
  public var firstSeed: UInt64
  /// The first violation, as it was found; the campaign ends with it.
  public var finding: Finding?
  /// Marks and outcomes of all runs.
  public var table = CoverageTable()
  /// Operations that the subject does not have and that were skipped, by name.
  public var skipped: [String: UInt64] = [:]

  public init(firstSeed: UInt64) { self.firstSeed = firstSeed }

  /// Why the campaign does not count as passed; `nil` where it does. Nothing done is no pass.
  public var failure: String? {
    if let finding { return "violation: \(finding.violation)" }
    if operations == 0 { return "no operation was executed" }
    return nil
  }

  /// Adds what came of the next run.
  public mutating func add(_ other: CampaignSummary) {
    operations += other.operations
    runs += other.runs
    sweeps += other.sweeps
    refusals += other.refusals
    finding = finding ?? other.finding
    table.merge(other.table)
    skipped.merge(other.skipped) { $0 + $1 }
  }

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

extension CampaignSummary: Encodable {
  enum CodingKeys: String, CodingKey {
    case operations, runs, sweeps, refusals, firstSeed, passed, failure, violation, script, seed, table, skipped
  }

  /// The finding as its violation, its script as text, and its seed.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(operations, forKey: .operations)
    try container.encode(runs, forKey: .runs)
    try container.encode(sweeps, forKey: .sweeps)
    try container.encode(refusals, forKey: .refusals)
    try container.encode(firstSeed, forKey: .firstSeed)
    try container.encode(failure == nil, forKey: .passed)
    try container.encodeIfPresent(failure, forKey: .failure)
    try container.encodeIfPresent(finding?.violation, forKey: .violation)
    try container.encodeIfPresent(finding.map { ScriptText.print($0.script) }, forKey: .script)
    try container.encodeIfPresent(finding?.seed, forKey: .seed)
    try container.encode(table, forKey: .table)
    try container.encode(skipped, forKey: .skipped)
  }
}
