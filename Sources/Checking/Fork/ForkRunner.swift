import AddressSpaceModel
import Harness
import KernelFork
import RangeMapCore
import Scenarios
import Subjects

/// Who carries out scripts of forks: the model on some tree, or a kernel's own code.
protocol ForkRunner {
  /// Whether a script's designs mean something, or the subject has one of its own.
  var hasDesigns: Bool { get }
  /// Whether generated scripts have the calls and the observers of a kernel's machine.
  var isOfKernels: Bool { get }
  /// Whether they have calls in which nothing fails.
  var hasPlainCalls: Bool { get }
  /// What is looked at each time, and how a script is replayed.
  var checked: String { get }
  var replay: [String] { get }

  /// - Parameter steps: told of each line before and after it is made.
  func run(
    _ scenario: ForkScenario, watch: RunWatch?, shouldStop: () -> Bool, steps: ReplaySteps?
  ) -> ForkReport

  /// What the subject has of a scenario, and what it lacks, by name.
  func adapted(_ scenario: ForkScenario) -> (scenario: ForkScenario, lacking: [String: UInt64])
  /// The same of a generated scenario, which passes by what shows a known fault of the subject in nearly each fork.
  func generated(_ scenario: ForkScenario) -> (scenario: ForkScenario, lacking: [String: UInt64])
  func swept(_ scenario: ForkScenario) -> ForkScenario
  func steps(_ scenario: ForkScenario) -> UInt64?
  func precise(_ scenario: ForkScenario) -> ForkScenario
}

extension ForkRunner {
  var checked: String { "all laws checked" }
  var replay: [String] { ["replay"] }
  var hasPlainCalls: Bool { false }

  func generated(_ scenario: ForkScenario) -> (scenario: ForkScenario, lacking: [String: UInt64]) { adapted(scenario) }

  func run(_ scenario: ForkScenario, watch: RunWatch? = nil) -> ForkReport {
    run(scenario, watch: watch, shouldStop: { false }, steps: nil)
  }
}

/// The model of address spaces, whose trees are a subject's.
struct ModelForks<Subject: RangeMap & ~Copyable>: ForkRunner {
  var makeSubject: (MapConfiguration) -> Subject
  var hasDesigns: Bool { true }
  var isOfKernels: Bool { false }

  func run(
    _ scenario: ForkScenario, watch: RunWatch?, shouldStop: () -> Bool, steps: ReplaySteps?
  ) -> ForkReport {
    scenario.run(
      makeMap: makeSubject, watch: watch, shouldStop: shouldStop, begin: steps?.begin, tell: steps?.end)
  }

  func adapted(_ scenario: ForkScenario) -> (scenario: ForkScenario, lacking: [String: UInt64]) { (scenario, [:]) }
  func swept(_ scenario: ForkScenario) -> ForkScenario { scenario.swept(makeMap: makeSubject) }
  func steps(_ scenario: ForkScenario) -> UInt64? { scenario.steps(makeMap: makeSubject) }
  func precise(_ scenario: ForkScenario) -> ForkScenario { scenario.precise(makeMap: makeSubject) }
}

/// A kernel's own code for fork.
struct KernelForks: ForkRunner {
  var machine: KernelMachine
  /// Whether known faults of the kernel are passed by, so that they hide nothing.
  var passesKnownFaults = false
  var hasDesigns: Bool { false }
  var isOfKernels: Bool { true }

  func run(
    _ scenario: ForkScenario, watch: RunWatch?, shouldStop: () -> Bool, steps: ReplaySteps?
  ) -> ForkReport {
    machine.endCallsThatCrash()
    return scenario.run(
      on: machine, passesKnownFaults: passesKnownFaults, watch: watch, shouldStop: shouldStop, begin: steps?.begin,
      tell: steps?.end)
  }

  func adapted(_ scenario: ForkScenario) -> (scenario: ForkScenario, lacking: [String: UInt64]) {
    (
      scenario.adapted(to: machine),
      Dictionary(uniqueKeysWithValues: scenario.lacked(by: machine).map { ($0.name, $0.count) })
    )
  }

  func generated(_ scenario: ForkScenario) -> (scenario: ForkScenario, lacking: [String: UInt64]) {
    let adapted = self.adapted(scenario)
    var lacking = adapted.lacking
    let (passing, count) = adapted.scenario.passingKnownFaults(of: machine)
    if count > 0 { lacking["area that shows a known fault"] = count }
    return (passing, lacking)
  }

  func swept(_ scenario: ForkScenario) -> ForkScenario { scenario.swept(on: machine) }
  func steps(_ scenario: ForkScenario) -> UInt64? { scenario.steps(on: machine) }
  func precise(_ scenario: ForkScenario) -> ForkScenario {
    scenario.precise(on: machine, passesKnownFaults: passesKnownFaults)
  }
}

extension SubjectName {
  /// A kernel's own fork; `nil` for another subject.
  var kernelForks: KernelForks? {
    get throws {
      guard let machinePath else { return nil }
      return KernelForks(machine: try KernelForkLibraries.machine(machinePath))
    }
  }
}
