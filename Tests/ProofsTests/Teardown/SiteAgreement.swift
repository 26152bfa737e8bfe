import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import Scenarios
import SeededDefects

@testable import Proofs

/// What a fork and the teardown of its child came to.
struct TeardownOutcome: Hashable {
  var failed: Bool
  /// The laws that were broken.
  var laws: Set<ForkLaw>
}

/// The prover's site, in integers, run beside address spaces: the same designs, scenarios, failures and observers.
///
/// The designs are one code. What is compared is what the two sites make of each step.
struct SiteAgreement: Sendable {
  /// The address spaces that were forked.
  private(set) var scenarios = 0
  /// The forks that were compared.
  private(set) var forks = 0
  /// Those of them that failed, as they should.
  private(set) var failedForks = 0
  /// How often each law was broken in both.
  private(set) var broken: [ForkLaw: Int] = [:]
  /// The first cases in which the two differ, in words.
  var differences: [String] = []

  static let differencesKept = 10

  /// Compares all failures of all designs for one address space.
  ///
  /// - Parameters:
  ///   - observations: Who looks; nobody is one possibility.
  ///   - rule: What the address spaces go against by a seeded defect; nil for nothing.
  ///   - bothHaveIt: Whether the prover's site goes against it too; otherwise the two must differ.
  /// - Throws: `AddressSpaceError` where the scenario breaks a premise.
  mutating func compare(
    _ scenario: TeardownScenario<Int>, _ geometry: TeardownGeometry, designs: [ForkDesignName],
    observations: [ForkObservation?], without rule: Premise? = nil, bothHaveIt: Bool = true
  ) throws(AddressSpaceError) {
    scenarios += 1
    var bench = try scenario.makeBench(geometry)
    for design in designs {
      for (scenario, point) in scenario.points(design, geometry) {
        let model = scenario.modelOutcomes(point, design, geometry, without: bothHaveIt ? rule : nil)
        for observation in observations {
          if bench.isSpoiled { bench = try scenario.makeBench(geometry) }
          let options = ForkOptions(design: design, observation: observation, spoiler: rule?.defect)
          let real = scenario.realOutcome(point, options, geometry, &bench)
          note(scenario, point, options, model, real)
        }
      }
    }
  }

  private mutating func note(
    _ scenario: TeardownScenario<Int>, _ point: TeardownPoint, _ options: ForkOptions, _ model: ModelOutcomes,
    _ real: ForkOutcome
  ) {
    forks += 1
    if real.error != nil { failedForks += 1 }
    let expected = TeardownOutcome(failed: model.failed, laws: model.laws(options.observation))
    let found = TeardownOutcome(failed: real.error != nil, laws: Set(real.violations.map(\.law)))
    for law in found.laws { broken[law, default: 0] += 1 }
    if expected == found && model.steps == real.observableSteps { return }
    if differences.count == Self.differencesKept { return }
    let names = { (laws: Set<ForkLaw>) in laws.map(\.rawValue).sorted().joined(separator: ", ") }
    let lines = scenario.mappings.map(\.text).joined(separator: "; ")
    let observer = options.observation.map { " observed by \($0.observer.rawValue)" } ?? ""
    differences.append(
      "\(lines); fork \(options.design.rawValue), \(point) fails\(observer): the model says [\(names(expected.laws))] in"
        + " \(model.steps) steps, the code says [\(names(found.laws))] in \(real.observableSteps) steps")
  }
}
