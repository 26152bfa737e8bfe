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
  private var looks = [UInt64](repeating: 0, count: ForkObserver.ofModel.count)

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
      if let place = ForkObserver.ofModel.firstIndex(of: observer) { looks[place] += 1 }
    }
  }

  // The names of the cells, made once: a scenario takes less than a millisecond, and has a table of its own.
  private static let callNames = names(ForkOperation.Kind.allCases.map { "operation \($0): " }, "done", "refused")
  private static let forkNames = names(
    ForkDesignName.allCases.map { "operation fork \($0.rawValue): " }, "done", "failed")
  private static let stepNames = FailureKind.allCases.map { "step \($0.word)" }
  private static let refusalNames = stepNames.map { "\($0) failed first" }
  private static let observerNames = ForkObserver.ofModel.map { "observer \($0.rawValue) looked" }

  private static func names(_ things: [String], _ first: String, _ second: String) -> [String] {
    things.flatMap { [$0 + first, $0 + second] }
  }

  /// Adds these counts to a table. Steps and observers are cells if they were reached or not.
  func add(to table: inout CoverageTable) {
    for (name, count) in zip(Self.callNames, calls) where count > 0 { table.add(count, to: name) }
    for (name, count) in zip(Self.forkNames, forks) where count > 0 { table.add(count, to: name) }
    for (name, count) in zip(Self.stepNames, steps) { table.add(count, to: name) }
    for (name, count) in zip(Self.refusalNames, refusals) { table.add(count, to: name) }
    table.add(nodeRequests, to: "step node-request")
    for (name, count) in zip(Self.observerNames, looks) { table.add(count, to: name) }
  }
}

extension CoverageTable {
  /// The forks of a design.
  public func forks(of design: ForkDesignName) -> UInt64 {
    self["operation fork \(design.rawValue): done"] + self["operation fork \(design.rawValue): failed"]
  }
}
