import AddressSpaceModel
import Harness
import RangeMapCore
import Scenarios

extension ForkScenario {
  /// Carries the scenario out by a kernel's own code, up to the first fork or call that breaks a law.
  ///
  /// Of the calls that only make the address space the kernel's own checks are asked. After all others the laws of
  /// `KernelCallBench` must hold.
  ///
  /// The design of a fork is the kernel's own, whatever the script names. The machine is as it was afterwards.
  /// - Parameters:
  ///   - generations: so many forks come before the trials, each of the child of the one before, which then writes to
  ///     its pages: its vmas have chains of as many anon_vmas.
  ///   - passesKnownFaults: whether what shows a known fault of the kernel is taken back and passed by.
  ///   - watch: where the run notes how far it is.
  ///   - shouldStop: asked before each fork whether to leave out what is left.
  ///   - begin: told of each operation, by its place, before it is made.
  ///   - tell: told after it what it did.
  /// - Complexity: O(forks · memory in use).
  package func run(
    on machine: KernelMachine, generations: Int = 0, passesKnownFaults: Bool = false, watch: RunWatch? = nil,
    shouldStop: () -> Bool = { false }, begin: ((Int) -> Void)? = nil, tell: ((Int, String) -> Void)? = nil
  ) -> ForkReport {
    let start = machine.save()
    defer { machine.restore(start) }
    var report = ForkReport()
    report.lacking = lacked(by: machine).map { "a kernel's machine has no \($0.name): \(Self.lines($0.count))" }
    var tally = KernelForkTally()
    var place = 0
    watch?.begin()
    do throws(KernelCallError) {
      var files: [UInt64] = []
      for _ in 0..<ForkLimits.files { files.append(try machine.newFile()) }
      var space = try machine.newSpace()
      var left = generations
      while place < operations.count, report.violation == nil {
        watch?.note(operation: place)
        guard operations[place].isFork else {
          begin?(place)
          report.calls += 1
          if operations[place].isChecked {
            var bench = try KernelCallBench(machine, space: space, files: files)
            var outcome = bench.make(operations[place])
            if passesKnownFaults { tally.pass(&outcome, of: operations[place], machine) }
            report.add(outcome, ofCall: operations[place], at: place)
            tally.count(operations[place], outcome)
            tell?(place, outcome.textOfCall)
            place += 1
            continue
          }
          let isMade = try operations[place].isMade(in: space, files: files, on: machine)
          if !isMade { report.refusedCalls += 1 }
          tally.count(operations[place].kind, isMade: isMade)
          if let violations = machine.violations { report.violation = (place, violations) }
          tell?(place, isMade ? "done" : "refused")
          place += 1
          continue
        }
        while left > 0 {
          space = try machine.nextGeneration(of: space)
          left -= 1
        }
        let bench = try KernelForkBench(machine, parent: space, files: files)
        while place < operations.count, operations[place].isFork, report.violation == nil {
          if shouldStop() { return report }
          begin?(place)
          watch?.note(operation: place)
          watch?.note(call: UInt64(report.forks + 1))
          let trial = operations[place].trial
          var outcome = bench.run(
            failing: KernelFailure(trial.failure), observer: trial.observation.flatMap { KernelObserver($0.observer) },
            at: trial.observation?.step)
          if passesKnownFaults { tally.pass(&outcome, of: operations[place], machine) }
          report.add(outcome, ofFork: operations[place], at: place)
          tally.count(trial, outcome)
          tell?(place, outcome.text)
          place += 1
        }
        bench.rest()
      }
    } catch {
      // The kernel's code ended in the middle of a call.
      tell?(place, "\(error)")
      if let limit = machine.warnings.first(where: KernelMachine.isLimit) {
        report.lacking.append(limit)
      } else {
        let text = machine.warnings.isEmpty ? "\(error)" : machine.warnings.joined(separator: "; ")
        report.violation = (min(place, operations.count - 1), [ForkViolation(.kernelIsSilent, text)])
      }
    }
    report.cells = tally.table
    return report
  }
}

extension ForkReport {
  /// Adds what came of a fork.
  fileprivate mutating func add(_ outcome: KernelForkOutcome, ofFork fork: ForkOperation, at place: Int) {
    forks += 1
    if !outcome.succeeded { failedForks += 1 }
    add(outcome, of: fork, at: place)
  }

  /// Adds what came of a call after which the laws were checked.
  fileprivate mutating func add(_ outcome: KernelForkOutcome, ofCall call: ForkOperation, at place: Int) {
    checkedCalls += 1
    if !outcome.succeeded && outcome.steps.failures == 0 { refusedCalls += 1 }
    add(outcome, of: call, at: place)
  }

  private mutating func add(_ outcome: KernelForkOutcome, of line: ForkOperation, at place: Int) {
    if let limit = outcome.limit { lacking.append(limit) }
    if outcome.steps.failures == 0, let steps = KernelFailure(line.trial.failure)?.counted(in: outcome.steps) {
      unreached.append(UnreachedFailure(operation: place, line: line, steps: steps))
    }
    guard !outcome.violations.isEmpty else { return }
    violation = (place, outcome.violations)
    preciseFailure = outcome.steps.preciseFailure(line.trial.failure)
  }
}

extension KernelMachine {
  /// What the kernel's own checks said of a call that is no fork; `nil` if nothing.
  fileprivate var violations: [ForkViolation]? {
    warnings.isEmpty ? nil : ForkViolation.said(warnings)
  }

  /// Forks an address space, and writes to each private page that its child inherits.
  func nextGeneration(of space: KernelSpace) throws(KernelCallError) -> KernelSpace {
    let child = try fork(space)
    let areas = areas(of: child).filter { $0.flags.contains(.writable) && !$0.flags.contains(.shared) }
    for (address, _) in pages(of: child, areas) { try touch(.single(address), writing: true, in: child) }
    return child
  }
}
