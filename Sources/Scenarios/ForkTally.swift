import AddressSpaceModel
import Harness

/// How often forks and the calls before them ended in each way, which steps there were, and who looked: fixed arrays of
/// counters, so that counting costs a few additions.
struct ForkTally: Sendable {
  private var calls = [UInt64](repeating: 0, count: 2 * ForkOperation.Kind.allCases.count)
  private var forks = [UInt64](repeating: 0, count: 2 * ForkDesignName.allCases.count)
  private var steps = [UInt64](repeating: 0, count: FailureKind.allCases.count)
  private var refusals = [UInt64](repeating: 0, count: FailureKind.allCases.count)
  private var nodeRequests: UInt64 = 0
  private var looks = [UInt64](repeating: 0, count: ForkObserver.allCases.count)

  /// Counts a call that is no fork.
  mutating func count(_ kind: ForkOperation.Kind, isMade: Bool) { calls[2 * kind.rawValue + (isMade ? 0 : 1)] += 1 }

  /// Counts a fork.
  mutating func count(_ trial: ForkTrial, _ outcome: ForkOutcome) {
    let design = ForkDesignName.allCases.firstIndex(of: trial.design) ?? 0
    forks[2 * design + (outcome.error == nil ? 0 : 1)] += 1
    for kind in FailureKind.allCases { steps[kind.rawValue] += outcome.steps.steps(of: kind) }
    if let refusal = outcome.steps.firstRefusal { refusals[refusal.kind.rawValue] += 1 }
    nodeRequests += outcome.nodeRequests
    if let observer = trial.observation?.observer, outcome.observableSteps > 0 {
      looks[ForkObserver.allCases.firstIndex(of: observer) ?? 0] += 1
    }
  }

  /// Adds these counts to a table. Steps and observers are cells if they were reached or not.
  func add(to table: inout CoverageTable) {
    for kind in ForkOperation.Kind.allCases {
      for (ending, count) in zip(["done", "refused"], calls[(2 * kind.rawValue)...]) where count > 0 {
        table.add(count, to: "operation \(kind): \(ending)")
      }
    }
    for (place, design) in ForkDesignName.allCases.enumerated() {
      for (ending, count) in zip(["done", "failed"], forks[(2 * place)...]) where count > 0 {
        table.add(count, to: "operation fork \(design.rawValue): \(ending)")
      }
    }
    for kind in FailureKind.allCases {
      table.add(steps[kind.rawValue], to: "step \(kind.word)")
      table.add(refusals[kind.rawValue], to: "step \(kind.word) failed first")
    }
    table.add(nodeRequests, to: "step node-request")
    for (observer, count) in zip(ForkObserver.allCases, looks) {
      table.add(count, to: "observer \(observer.rawValue) looked")
    }
  }
}

extension CoverageTable {
  /// The forks of a design.
  public func forks(of design: ForkDesignName) -> UInt64 {
    self["operation fork \(design.rawValue): done"] + self["operation fork \(design.rawValue): failed"]
  }
}
