import AddressSpaceModel
import Harness
import KernelFork
import MapleTreeModule
import RangeMapCore
import Scenarios
import Subjects

/// Our model of fork and a kernel's own code, side by side.
struct LockstepForks: ForkRunner {
  private let lockstep: ForkLockstep<MapleTreeSubject>
  private let machine: KernelMachine

  init(_ machine: KernelMachine) {
    self.machine = machine
    lockstep = ForkLockstep(machine) { MapleTreeSubject(configuration: $0) }
  }

  var hasDesigns: Bool { false }
  var isOfKernels: Bool { false }
  /// Joins of vmas that were touched differ still, in one of some thousand scenarios with calls.
  var hasPlainCalls: Bool { false }
  var checked: String { "all steps, areas, page tables, pages and counters compared" }
  var replay: [String] { ["replay", "--lockstep"] }

  func run(
    _ scenario: ForkScenario, watch: RunWatch?, shouldStop: () -> Bool, steps: ReplaySteps?
  ) -> ForkReport {
    machine.endCallsThatCrash()
    return lockstep.run(scenario, watch: watch, shouldStop: shouldStop, begin: steps?.begin, tell: steps?.end)
  }

  func adapted(_ scenario: ForkScenario) -> (scenario: ForkScenario, lacking: [String: UInt64]) {
    (
      scenario.adapted(to: lockstep.machine),
      Dictionary(uniqueKeysWithValues: scenario.lacked(by: lockstep.machine).map { ($0.name, $0.count) })
    )
  }

  /// The steps are those of the model, in the design that is the kernel's.
  func swept(_ scenario: ForkScenario) -> ForkScenario {
    var scenario = scenario
    for place in scenario.operations.indices { scenario.operations[place].trial.design = lockstep.design }
    return scenario.swept { MapleTreeSubject(configuration: $0) }
  }

  /// A failure that counts further than the fork has steps begins again: each lower number may be another.
  func steps(_ scenario: ForkScenario) -> UInt64? { nil }
  func precise(_ scenario: ForkScenario) -> ForkScenario { scenario }
}
