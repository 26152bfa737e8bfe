import AddressSpaceModel
import Harness
import MapleTreeModule
import RangeMapCore
import Scenarios
import SeededDefects

/// One fork: an address space, a design and what fails.
struct TeardownCase {
  var scenario: TeardownScenario<Int>
  var point: TeardownPoint
  var design: ForkDesignName

  /// What the model and the real code come to.
  struct Replay {
    var model: ModelOutcomes
    var real: ForkOutcome
    var observation: ForkObservation?

    var realLaws: Set<ForkLaw> { Set(real.violations.map(\.law)) }
    var modelLaws: Set<ForkLaw> { model.laws(observation) }
    /// Whether the two say the same.
    var agrees: Bool {
      realLaws == modelLaws && model.failed == (real.error != nil) && model.steps == real.observableSteps
    }
  }

  /// Runs the case in the model and in `AddressSpaceModel`, in the geometry of x86-64.
  ///
  /// - Parameter rule: A rule that both go against; one that has a defect of the real code.
  /// - Throws: `AddressSpaceError` where the scenario breaks a premise.
  func replay(_ observer: ForkObserver? = nil, without rule: Premise? = nil) throws(AddressSpaceError) -> Replay {
    var bench = try scenario.makeBench(.linux)
    let observation = observer.map { ForkObservation($0) }
    let options = ForkOptions(design: design, observation: observation, spoiler: rule?.defect)
    return Replay(
      model: scenario.modelOutcomes(point, design, .linux, without: rule),
      real: scenario.realOutcome(point, options, .linux, &bench), observation: observation)
  }

  /// The case as a script that expects what it must.
  func script(_ observer: ForkObserver?, expecting expectation: ForkExpectation) -> ForkScenario {
    scenario.script(point, design, observer, expecting: expectation)
  }

  /// The shortest script that breaks a law, found from the case by shrinking; nil where the case itself does not
  /// break it.
  func counterexample(_ question: TeardownQuestion) -> ForkScenario? {
    let makeMap = { (configuration: MapConfiguration) in MapleTreeSubject(configuration: configuration) }
    let start = script(question.observer, expecting: .violation(question.law))
    guard let violation = start.violation(in: start.run(makeMap: makeMap), like: question.law),
      violation.forkLaw == question.law
    else { return nil }
    let shrunk = Finding(script: start, violation: violation).shrunk(makeMap: makeMap).script
    return shrunk.run(makeMap: makeMap).laws.contains(question.law) ? shrunk : nil
  }
}
