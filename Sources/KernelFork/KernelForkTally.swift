import AddressSpaceModel
import Harness
import Scenarios

/// How often forks by a kernel's code and the calls before them ended in each way, which steps there were, and who
/// looked.
struct KernelForkTally: Sendable {
  private var calls = [UInt64](repeating: 0, count: 2 * ForkOperation.Kind.allCases.count)
  private var steps = [UInt64](repeating: 0, count: KernelStep.allCases.count)
  private var failed = [UInt64](repeating: 0, count: KernelStep.allCases.count)
  private var looks = [UInt64](repeating: 0, count: ForkObserver.allCases.count)
  private var unreached: UInt64 = 0
  /// Calls that were refused a step, and those that somebody looked at.
  private var refusedSteps = [UInt64](repeating: 0, count: ForkOperation.Kind.allCases.count)
  private var observedCalls = [UInt64](repeating: 0, count: ForkOperation.Kind.allCases.count)
  private var known: [String: UInt64] = [:]

  /// Counts a call.
  mutating func count(_ kind: ForkOperation.Kind, isMade: Bool) { calls[2 * kind.rawValue + (isMade ? 0 : 1)] += 1 }

  /// Counts a call after which the laws were checked.
  mutating func count(_ call: ForkOperation, _ outcome: KernelForkOutcome) {
    count(call.kind, isMade: outcome.succeeded)
    if outcome.steps.failures > 0 { refusedSteps[call.kind.rawValue] += 1 }
    if outcome.looks > 0 { observedCalls[call.kind.rawValue] += 1 }
  }

  /// Passes by what a known fault of the kernel broke, and counts it.
  mutating func pass(_ outcome: inout KernelForkOutcome, of line: ForkOperation, _ machine: KernelMachine) {
    let (surprises, fault) = KernelFault.surprises(
      of: machine.name, in: line.kind.call, among: outcome.violations)
    guard let fault else { return }
    outcome.violations = surprises
    known[fault.name, default: 0] += 1
  }

  /// Counts a fork.
  mutating func count(_ trial: ForkTrial, _ outcome: KernelForkOutcome) {
    count(.fork, isMade: outcome.succeeded)
    for step in KernelStep.allCases { steps[Int(step.rawValue)] += outcome.steps.count(of: step) }
    if let first = outcome.steps.firstFailed { failed[Int(first.step.rawValue)] += 1 }
    if trial.failure != .none && outcome.steps.failures == 0 { unreached += 1 }
    if let observer = trial.observation?.observer, outcome.looks > 0,
      let place = ForkObserver.allCases.firstIndex(of: observer)
    {
      looks[place] += 1
    }
  }

  var table: CoverageTable {
    var table = CoverageTable()
    for kind in ForkOperation.Kind.allCases {
      for (ending, count) in zip(["done", kind == .fork ? "failed" : "refused"], calls[(2 * kind.rawValue)...])
      where count > 0 {
        table.add(count, to: "operation \(kind): \(ending)")
      }
    }
    for kind in ForkOperation.Kind.allCases {
      let (refused, observed) = (refusedSteps[kind.rawValue], observedCalls[kind.rawValue])
      if refused > 0 { table.add(refused, to: "operation \(kind): a step refused") }
      if observed > 0 { table.add(observed, to: "operation \(kind): looked at") }
    }
    for (name, count) in known.sorted(by: { $0.key < $1.key }) { table.add(count, to: "known fault \(name)") }
    for step in KernelStep.allCases {
      table.add(steps[Int(step.rawValue)], to: "step \(step.name)")
      table.add(failed[Int(step.rawValue)], to: "step \(step.name) failed first")
    }
    for (observer, count) in zip(ForkObserver.allCases, looks) where observer.isOfKernels {
      table.add(count, to: "observer \(observer.rawValue) looked")
    }
    if unreached > 0 { table.add(unreached, to: "operation fork: with a failure that never came") }
    return table
  }
}
