import AddressSpaceModel
import Harness
import RangeMapCore

extension ForkScenario {
  /// Carries the scenario out on trees that `makeMap` makes, up to the first fork that breaks a law.
  /// - Parameters:
  ///   - watch: where the run notes how far it is.
  ///   - shouldStop: asked before each fork whether to leave out what is left.
  ///   - begin: told of each operation, by its place, before it is made.
  ///   - tell: told after it what it did.
  /// - Complexity: O(forks · (vmas + touched pages)), and a logarithm.
  public func run<Map: RangeMap & ~Copyable>(
    makeMap: @escaping (MapConfiguration) -> Map, watch: RunWatch? = nil,
    shouldStop: () -> Bool = { false }, begin: ((Int) -> Void)? = nil,
    tell: ((Int, String) -> Void)? = nil
  ) -> ForkReport {
    var report = ForkReport()
    report.tally = ForkTally()
    report.lacking = observersOfKernels.map { "the model has no observer \($0.rawValue)" }
    var configuration = MapConfiguration.addressSpaceTree
    configuration.geometry = geometry
    var space = AddressSpace(
      machine: Machine(), owner: .parent, configuration: configuration, makeMap: makeMap)
    for _ in 0..<ForkLimits.files { _ = space.machine.newFile() }
    watch?.begin()
    var place = 0
    while place < operations.count {
      watch?.note(operation: place)
      guard operations[place].kind == .fork else {
        report.calls += 1
        begin?(place)
        let isMade = operations[place].prepare(&space)
        report.tally?.count(operations[place].kind, isMade: isMade)
        if !isMade { report.refusedCalls += 1 }
        tell?(place, isMade ? "done" : "refused")
        place += 1
        continue
      }
      var bench = ForkBench(parent: space)
      while place < operations.count, operations[place].kind == .fork {
        let trial = operations[place].trial
        if shouldStop() { return report }
        begin?(place)
        watch?.note(operation: place)
        watch?.note(call: UInt64(report.forks + 1))
        let outcome = bench.run(
          ForkOptions(design: trial.design, batch: trial.batch, observation: trial.observation),
          failure: trial.failure)
        report.forks += 1
        report.lastOutcome = outcome
        report.tally?.count(trial, outcome)
        if outcome.error != nil { report.failedForks += 1 }
        tell?(place, outcome.text)
        if let steps = outcome.stepsShort(of: trial.failure) {
          report.unreached.append(UnreachedFailure(operation: place, trial: trial, steps: steps))
        }
        if !outcome.violations.isEmpty {
          report.violation = (place, outcome.violations)
          if trial.failure.steps == .all, let refusal = outcome.steps.firstRefusal {
            // A fork ends with its first failure, so no step of the kind came later.
            report.preciseFailure = .step(
              outcome.steps.steps(of: refusal.kind), kind: refusal.kind, forever: trial.failure.forever)
          }
          return report
        }
        place += 1
      }
      space = bench.release()
    }
    return report
  }
}

extension ForkScenario {
  /// The observers that it names and a kernel alone has.
  private var observersOfKernels: [ForkObserver] {
    ForkObserver.allCases.filter { observer in
      !ForkObserver.ofModel.contains(observer)
        && operations.contains { $0.isFork && $0.trial.observation?.observer == observer }
    }
  }
}

extension ForkOutcome {
  /// The steps that the fork has of those that a failure counts, where they are too few for it to come; nil where it
  /// came.
  fileprivate func stepsShort(of failure: ForkFailure) -> UInt64? {
    if failure == .none { return nil }
    switch failure.steps {
    case .all: return steps.refusals > 0 ? nil : steps.steps
    case .of(let kind): return steps.refusals > 0 ? nil : steps.steps(of: kind)
    case .nodeRequests: return nodeRequests >= failure.index ? nil : nodeRequests
    }
  }
}

extension ForkOperation {
  /// Carries out a call that is no fork; false if it was refused.
  package func prepare<Map: RangeMap & ~Copyable>(_ space: inout AddressSpace<Map>) -> Bool {
    do throws(AddressSpaceError) {
      switch kind {
      case .vma:
        try space.map(request)
        if hasPolicy { try space.addPolicy(at: request.range.first) }
      case .touch: try space.touch(request.range, order: order)
      case .pin:
        let entry = space.pageTable.entry(at: address)
        return entry.kind == .page && space.machine.folios.pin(entry.frame)
      case .swap: space.swapOut(request.range)
      case .unmap: try space.unmap(request.range)
      case .protect: try space.protect(request.range, request.flags)
      case .fork: return false
      }
      return true
    } catch {
      return false
    }
  }
}
