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
    report.lacking = lackedByModel.map { "the model has no \($0.name): \(Self.lines($0.count))" }
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
        begin?(place)
        defer { place += 1 }
        guard operations[place].isOfModel else {
          tell?(place, "left out: the model has not the call")
          continue
        }
        report.calls += 1
        let failure = operations[place].trial.failure
        space.machine.failures = failure.planOfCalls
        let isMade = operations[place].prepare(&space)
        let plan = space.machine.failures
        space.machine.failures = .none
        report.tally?.count(operations[place].kind, isMade: isMade)
        if failure != .none {
          report.checkedCalls += 1
          if plan.refusals == 0, let steps = plan.steps(countedBy: failure) {
            report.unreached.append(UnreachedFailure(operation: place, line: operations[place], steps: steps))
          }
        }
        if !isMade && plan.refusals == 0 { report.refusedCalls += 1 }
        tell?(place, isMade ? "done" : "refused")
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
          report.unreached.append(UnreachedFailure(operation: place, line: operations[place], steps: steps))
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

extension ForkFailure {
  /// What fails in a call of the model.
  fileprivate var planOfCalls: FailurePlan {
    switch steps {
    case .all: FailurePlan(failing: index, forever: forever)
    case .of(let kind): FailurePlan(failing: index, forever: forever, of: kind)
    case .nodeRequests: .none
    }
  }
}

extension FailurePlan {
  /// The steps of those that a failure counts; `nil` if calls of the model have none of them.
  fileprivate func steps(countedBy failure: ForkFailure) -> UInt64? {
    switch failure.steps {
    case .all: steps
    case .of(let kind): steps(of: kind)
    case .nodeRequests: nil
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
      case .protect: return try space.protect(request.range, request.flags)
      case .remap:
        guard let request = remapRequest else { return false }
        try space.remap(request)
      case .lock, .unlock: return try space.setLocked(request.range, kind == .lock)
      case .advise:
        guard let change = advice.change else { return false }
        return try space.advise(request.range, removing: change.removing, adding: change.adding)
      case .limit: space.mapCountLimit = areaLimit
      case .fork, .brk, .grow: return false
      }
      return true
    } catch {
      return false
    }
  }
}
