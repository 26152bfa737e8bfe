import AddressSpaceModel

/// What sweeps of one design found, or of a kernel's own fork while one observer looks, over one address space or
/// several.
public struct ForkSweepReport: Codable, Sendable {
  /// The points of one kind of step.
  public struct Row: Codable, Hashable, Sendable {
    /// The kind, as scripts write it.
    public var kind: String
    /// The failures that there are.
    public var existing: Int
    /// Those that the rule selects.
    public var selected: Int
    /// Those that were tried.
    public var tried = 0

    public init(kind: String, existing: Int, selected: Int) {
      self.kind = kind
      self.existing = existing
      self.selected = selected
    }
  }

  /// The first point that broke a law.
  public struct FirstViolation: Codable, Sendable {
    public var layout: String
    /// What failed; nil in a fork that met no failure.
    public var failure: ForkFailure?
    public var violation: ForkViolation
  }

  public var layout: String
  /// The design of the model; `nil` for a kernel.
  public var design: ForkDesignName?
  /// Who looks at a kernel's fork, or that nobody does; `nil` for the model.
  public var observer: String?
  /// What the layouts have, or the kernel's code asked for, and the machine has not: how often, by name.
  public var lacking: [String: Int] = [:]
  /// The address spaces that were forked.
  public private(set) var spaces = 0
  /// The fewest and the most vmas of an address space.
  public private(set) var fewestVmas = Int.max
  public private(set) var mostVmas = 0
  public var rows: [Row] = []
  /// The forks that failed; a tree request that is refused once may be served when it is repeated.
  public private(set) var failedForks = 0
  /// How many forks broke each law.
  public private(set) var violations: [ForkLaw: Int] = [:]
  public private(set) var firstViolation: FirstViolation?

  public init(layout: String, design: ForkDesignName? = nil, observer: String? = nil) {
    (self.layout, self.design, self.observer) = (layout, design, observer)
  }

  /// The forks that met a failure.
  public var pointsTried: Int { rows.reduce(0) { $0 + $1.tried } }
  /// The failures that the rule selects, and those that there are.
  public var pointsSelected: Int { rows.reduce(0) { $0 + $1.selected } }
  public var pointsExisting: Int { rows.reduce(0) { $0 + $1.existing } }
  /// The points that the rule selects and that were not tried.
  public var pointsSkipped: Int { pointsSelected - pointsTried }

  /// The laws that were broken, in the order in which they are listed, and how often.
  public var brokenLaws: [(law: ForkLaw, count: Int)] {
    ForkLaw.allCases.compactMap { law in violations[law].map { (law, $0) } }
  }

  public mutating func addSpace(vmas: Int) {
    spaces += 1
    fewestVmas = min(fewestVmas, vmas)
    mostVmas = max(mostVmas, vmas)
  }

  mutating func add(_ outcome: ForkOutcome, _ failure: ForkFailure?, of layout: ForkLayout) {
    add(failed: outcome.error != nil, outcome.violations, failure, of: layout)
  }

  /// Adds a fork.
  public mutating func add(
    failed: Bool, _ broken: [ForkViolation], _ failure: ForkFailure?, of layout: ForkLayout
  ) {
    if failed { failedForks += 1 }
    for law in Set(broken.map(\.law)) { violations[law, default: 0] += 1 }
    if firstViolation == nil, let violation = broken.first {
      firstViolation = FirstViolation(layout: layout.name, failure: failure, violation: violation)
    }
  }

  /// Adds what a sweep of the same design found in other address spaces.
  public mutating func add(_ other: ForkSweepReport) {
    spaces += other.spaces
    fewestVmas = min(fewestVmas, other.fewestVmas)
    mostVmas = max(mostVmas, other.mostVmas)
    if rows.isEmpty { rows = other.rows.map { Row(kind: $0.kind, existing: 0, selected: 0) } }
    for (place, row) in other.rows.enumerated() {
      rows[place].existing += row.existing
      rows[place].selected += row.selected
      rows[place].tried += row.tried
    }
    failedForks += other.failedForks
    lacking.merge(other.lacking) { $0 + $1 }
    for (law, count) in other.violations { violations[law, default: 0] += count }
    firstViolation = firstViolation ?? other.firstViolation
  }
}

extension ForkSweepReport.FirstViolation: CustomStringConvertible {
  public var description: String {
    "\(layout), \(failure?.text ?? "no failure"): \(violation)"
  }
}
