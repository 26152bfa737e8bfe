import AddressSpaceModel
import RangeMapCore

/// A scenario that broke a law.
public struct ForkFinding: Sendable {
  public var scenario: ForkScenario
  /// The laws that its last fork broke.
  public var violations: [ForkViolation]

  public init(scenario: ForkScenario, violations: [ForkViolation]) {
    self.scenario = scenario
    self.violations = violations
  }
}

/// Tries scenarios of one seed until one breaks a law.
public struct ForkCampaign: Sendable {
  private var generator: ForkScenarioGenerator
  /// Scenarios tried so far.
  public private(set) var scenarios: UInt64 = 0
  /// Forks tried so far, and those of them that failed.
  public private(set) var forks: UInt64 = 0
  public private(set) var failedForks: UInt64 = 0

  public init(seed: UInt64, designs: [ForkDesignName]) {
    generator = ForkScenarioGenerator(seed: seed, designs: designs)
  }

  /// Tries one scenario, and returns it if it breaks a law, not yet shrunk.
  public mutating func step<Map: RangeMap & ~Copyable>(
    makeMap: @escaping (MapConfiguration) -> Map
  ) -> ForkFinding? {
    let scenario = generator.next()
    let report = scenario.run(makeMap: makeMap)
    scenarios += 1
    forks += UInt64(report.forks)
    failedForks += UInt64(report.failedForks)
    return report.violation.map { ForkFinding(scenario: scenario, violations: $0.violations) }
  }
}

extension ForkFinding {
  /// The finding with the shortest scenario that breaks a law of the same name, and that law as its expectation.
  public func shrunk<Map: RangeMap & ~Copyable>(
    to law: ForkLaw? = nil, makeMap: @escaping (MapConfiguration) -> Map
  ) -> ForkFinding {
    guard let law = law ?? violations.first?.law else { return self }
    let report = scenario.run(makeMap: makeMap)
    var start = scenario
    if let violation = report.violation, let precise = report.preciseFailure,
      case .fork(var trial) = start.operations[violation.operation]
    {
      trial.failure = precise
      start.operations[violation.operation] = .fork(trial)
      if !start.run(makeMap: makeMap).laws.contains(law) { start = scenario }
    }
    var shrunk = start.shrunk { $0.run(makeMap: makeMap).laws.contains(law) }
    shrunk.expectation = .violation(law)
    let last = shrunk.run(makeMap: makeMap)
    return ForkFinding(scenario: shrunk, violations: last.violation?.violations ?? violations)
  }
}
