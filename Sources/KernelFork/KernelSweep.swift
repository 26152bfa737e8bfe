import AddressSpaceModel
import RangeMapCore
import Scenarios

/// What a sweep tries: address spaces to fork and to call, with each step refused in turn.
package struct KernelSweep: Sendable {
  /// One point of a sweep, and what came of it.
  package struct Trial: Sendable {
    /// The word of the call: `fork`, `unmap`.
    package var call: String
    /// The call, the address space, the observer and the failure.
    package var name: String
    package var outcome: KernelForkOutcome
  }

  package var layouts: [(name: String, scenario: ForkScenario)]
  /// Calls by the name of their layout.
  package var calls: [KernelCall]
  package var observers: [KernelObserver?]
  package var generations: [Int]

  /// The violations of a trial that no known fault of the kernel explains.
  package static func surprises(in trial: Trial, on machine: KernelMachine) -> [ForkViolation] {
    KernelFault.surprises(of: machine.name, in: trial.call, among: trial.outcome.violations).surprises
  }

  package init(
    layouts: [(name: String, scenario: ForkScenario)] = KernelSweep.standardLayouts,
    calls: [KernelCall] = KernelSweep.standardCalls, observers: [KernelObserver?] = [nil] + KernelObserver.allCases,
    generations: [Int] = [0, 2]
  ) {
    self.layouts = layouts
    self.calls = calls
    self.observers = observers
    self.generations = generations
  }

  /// Tries all points on a machine, the cheap ones first, until somebody has seen enough.
  /// - Parameter visit: told of each trial; `false` ends the sweep.
  /// - Throws: `KernelCallError` if the kernel's code cannot make the address spaces.
  package func run(on machine: KernelMachine, _ visit: (Trial) -> Bool) throws(KernelCallError) {
    let start = machine.save()
    defer { machine.restore(start) }
    for observer in observers {
      for (name, scenario) in layouts {
        for generation in generations {
          machine.restore(start)
          var name = "\(name), generation \(generation)"
          if let observer { name += ", \(observer.rawValue)" }
          let (space, files) = try scenario.makeSpace(on: machine, generations: generation)
          let bench = try KernelForkBench(machine, parent: space, files: files)
          let isGoing = fail { failure in
            let outcome = bench.run(failing: failure, observer: observer)
            let trial = Trial(call: "fork", name: "fork of \(name), \(KernelSweep.text(failure))", outcome: outcome)
            return (outcome, visit(trial))
          }
          if !isGoing { return }
        }
      }
      for generation in generations where !calls.isEmpty {
        machine.restore(start)
        let (space, files) = try KernelSweep.callsScenario.makeSpace(on: machine, generations: generation)
        let bench = try KernelCallBench(machine, space: space, files: files)
        for call in calls {
          let name = "\(call), generation \(generation)" + (observer.map { ", \($0.rawValue)" } ?? "")
          let isGoing = fail { failure in
            let outcome = bench.run(call, failing: failure, observer: observer)
            let trial = Trial(call: call.word, name: "\(name), \(KernelSweep.text(failure))", outcome: outcome)
            return (outcome, visit(trial))
          }
          if !isGoing { return }
        }
      }
    }
  }

  /// Fails no step, then each step once and for ever, up to one that does not come.
  /// - Returns: whether nobody has seen enough.
  private func fail(_ run: (KernelFailure?) -> (KernelForkOutcome, Bool)) -> Bool {
    if !run(nil).1 { return false }
    for forever in [false, true] {
      var index: UInt64 = 1
      while true {
        let (outcome, isGoing) = run(KernelFailure(index, forever: forever))
        if !isGoing { return false }
        if outcome.steps.failures == 0 { break }
        index += 1
      }
    }
    return true
  }

  private static func text(_ failure: KernelFailure?) -> String {
    guard let failure else { return "no failure" }
    return "step \(failure.index)\(failure.isForever ? " and all after it" : "")"
  }
}

extension ForkScenario {
  /// Makes the address space of the scenario up to its first fork.
  /// - Returns: the address space, and all files.
  package func makeSpace(
    on machine: KernelMachine, generations: Int = 0
  ) throws(KernelCallError) -> (KernelSpace, files: [UInt64]) {
    var files: [UInt64] = []
    for _ in 0..<ForkLimits.files { files.append(try machine.newFile()) }
    var space = try machine.newSpace()
    for operation in operations.prefix(while: { !$0.isFork }) {
      do throws(KernelCallError) {
        try operation.prepare(space, files: files, on: machine)
      } catch .refused { continue }
    }
    for _ in 0..<generations { space = try machine.nextGeneration(of: space) }
    return (space, files)
  }
}
