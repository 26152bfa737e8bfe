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
    var configuration = MapConfiguration.addressSpaceTree
    configuration.geometry = geometry
    var space = AddressSpace(
      machine: Machine(), owner: .parent, configuration: configuration, makeMap: makeMap)
    for _ in 0..<ForkLimits.files { _ = space.machine.newFile() }
    watch?.begin()
    var place = 0
    while place < operations.count {
      watch?.note(operation: place)
      guard case .fork = operations[place] else {
        report.calls += 1
        begin?(place)
        let isMade = operations[place].prepare(&space)
        report.tally.count(operations[place].kind, isMade: isMade)
        if !isMade { report.refusedCalls += 1 }
        tell?(place, isMade ? "done" : "refused")
        place += 1
        continue
      }
      var bench = ForkBench(parent: space)
      while place < operations.count, case .fork(let trial) = operations[place] {
        if shouldStop() { return report }
        begin?(place)
        watch?.note(operation: place)
        watch?.note(call: UInt64(report.forks + 1))
        let outcome = bench.run(
          ForkOptions(design: trial.design, batch: trial.batch, observation: trial.observation),
          failure: trial.failure)
        report.forks += 1
        report.lastOutcome = outcome
        report.tally.count(trial, outcome)
        if outcome.error != nil { report.failedForks += 1 }
        tell?(place, outcome.text)
        if let steps = outcome.stepsShort(of: trial.failure) {
          report.unreached.append(UnreachedFailure(operation: place, trial: trial, steps: steps))
        }
        if !outcome.violations.isEmpty {
          report.violation = (place, outcome.violations)
          if case .step(_, nil, let forever) = trial.failure, let refusal = outcome.steps.firstRefusal {
            // A fork ends with its first failure, so no step of the kind came later.
            report.preciseFailure = .step(
              outcome.steps.steps(of: refusal.kind), kind: refusal.kind, forever: forever)
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

extension ForkOutcome {
  /// The steps that the fork has of those that a failure counts, where they are too few for it to come; nil where it
  /// came.
  fileprivate func stepsShort(of failure: ForkFailure) -> UInt64? {
    switch failure {
    case .none: nil
    case .step(_, let kind, _): steps.refusals > 0 ? nil : kind.map { steps.steps(of: $0) } ?? steps.steps
    case .nodeRequest(let index, _): nodeRequests >= index ? nil : nodeRequests
    }
  }
}

extension ForkOperation {
  /// Carries out a call that is no fork; false if it was refused.
  func prepare<Map: RangeMap & ~Copyable>(_ space: inout AddressSpace<Map>) -> Bool {
    do throws(AddressSpaceError) {
      switch self {
      case .map(let request, let hasPolicy):
        try space.map(request)
        if hasPolicy { try space.addPolicy(at: request.range.first) }
      case .touch(let range, let order): try space.touch(range, order: order)
      case .pin(let address):
        let entry = space.pageTable.entry(at: address)
        return entry.kind == .page && space.machine.folios.pin(entry.frame)
      case .unmap(let range): try space.unmap(range)
      case .protect(let range, let flags): try space.protect(range, flags)
      case .fork: return false
      }
      return true
    } catch {
      return false
    }
  }
}
