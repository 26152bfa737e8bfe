import AddressSpaceModel
import Operations
import RangeMapCore

/// A scenario that broke a law.
public struct ForkFinding: Sendable {
  public var scenario: ForkScenario
  /// The laws that a fork of it broke.
  public var violations: [ForkViolation]
  /// The place of that fork, from 0.
  public var operation: Int

  public init(scenario: ForkScenario, violations: [ForkViolation], operation: Int = 0) {
    self.scenario = scenario
    self.violations = violations
    self.operation = operation
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
  /// The forks by their design.
  public private(set) var forksByDesign: [ForkDesignName: UInt64] = [:]

  public init(seed: UInt64, designs: [ForkDesignName]) {
    generator = ForkScenarioGenerator(seed: seed, designs: designs)
  }

  /// Tries one scenario, and returns it if it breaks a law, not yet shrunk.
  public mutating func step<Map: RangeMap & ~Copyable>(
    makeMap: @escaping (MapConfiguration) -> Map
  ) -> ForkFinding? {
    step(generator.next(), makeMap: makeMap)
  }

  /// The scenario that comes next, for a caller that must know it should it not come back.
  public mutating func next() -> ForkScenario { generator.next() }

  /// Tries a scenario of `next()`.
  public mutating func step<Map: RangeMap & ~Copyable>(
    _ scenario: ForkScenario, makeMap: @escaping (MapConfiguration) -> Map
  ) -> ForkFinding? {
    let report = scenario.run(makeMap: makeMap)
    scenarios += 1
    forks += UInt64(report.forks)
    failedForks += UInt64(report.failedForks)
    for operation in scenario.operations.prefix(report.violation.map { $0.operation + 1 } ?? .max) {
      if case .fork(let trial) = operation { forksByDesign[trial.design, default: 0] += 1 }
    }
    return report.violation.map {
      ForkFinding(scenario: scenario, violations: $0.violations, operation: $0.operation)
    }
  }
}

extension ForkFinding {
  /// The finding with the shortest scenario that breaks a law of the same name, and that law as its expectation.
  public func shrunk<Map: RangeMap & ~Copyable>(
    to law: ForkLaw? = nil, limits: ShrinkLimits = ShrinkLimits(attempts: 5_000),
    makeMap: @escaping (MapConfiguration) -> Map
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
    var shrunk = start.shrunk(limits: limits, steps: { $0.steps(makeMap: makeMap) }) {
      $0.run(makeMap: makeMap).laws.contains(law)
    }.scenario
    shrunk.expectation = .violation(law)
    let last = shrunk.run(makeMap: makeMap)
    return ForkFinding(scenario: shrunk, violations: last.violation?.violations ?? violations)
  }
}
