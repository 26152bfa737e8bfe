import AddressSpaceModel
import Harness
import Operations
import RangeMapCore

extension ForkScenario: WorldScript {
  public static var fileEnding: String { "fork" }

  public func text(comments: [String]) -> String {
    let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    return lines[0] + "\n" + comments.map { "# \($0)\n" }.joined() + lines[1]
  }

  public func operationText(at place: Int) -> String? {
    operations.indices.contains(place) ? operations[place].text : nil
  }

  /// Reads the text that `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    self = try ForkScenario.parse(Array(String(from: decoder).utf8), file: "message")
  }

  public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}

extension Violation {
  /// The law that a fork broke.
  public var forkLaw: ForkLaw? { kind == .brokenForkLaw ? ForkLaw(rawValue: name) : nil }
}

extension ForkScenario {
  /// What a run of the scenario found, in the words of reports: all laws that the fork broke.
  /// - Parameter wanted: of several laws this one comes first; the first names the violation.
  public func violation(in report: ForkReport, like wanted: ForkLaw? = nil) -> Violation? {
    guard let (place, violations) = report.violation else { return nil }
    let first = violations.first { $0.law == wanted } ?? violations[0]
    let texts = [first] + violations.filter { $0 != first }
    return Violation(
      kind: .brokenForkLaw, operationIndex: place, operation: operations[place].text, expected: first.law.message,
      found: texts.map(\.description).joined(separator: "; "))
  }

  /// The design of the fork at a place, or of the last fork if there is none at it.
  public func trial(at place: Int) -> ForkTrial? {
    let operation = operations.indices.contains(place) ? operations[place] : operations.last { $0.kind == .fork }
    return operation.flatMap { $0.kind == .fork ? $0.trial : nil }
  }
}

extension Finding<ForkScenario> {
  /// The finding with the shortest scenario that breaks the same law, and that law as its expectation.
  public func shrunk<Map: RangeMap & ~Copyable>(
    limits: ShrinkLimits = ShrinkLimits(attempts: 5_000), makeMap: @escaping (MapConfiguration) -> Map
  ) -> Finding {
    shrunk(limits: limits, steps: { $0.steps(makeMap: makeMap) }, precise: { $0.precise(makeMap: makeMap) }) {
      $0.violation(in: $0.run(makeMap: makeMap), like: $1?.forkLaw)
    }
  }

  /// The same, however a scenario is run.
  /// - Parameters:
  ///   - steps: how many steps the last fork has of those that its failure counts; `nil` if nobody can tell, and each
  ///     lower number is tried.
  ///   - precise: the scenario with its failure by the kind of the step that failed.
  ///   - find: runs a scenario, and looks for what is like another violation.
  public func shrunk(
    limits: ShrinkLimits, steps: ((ForkScenario) -> UInt64?)?, precise: (ForkScenario) -> ForkScenario = { $0 },
    find: (ForkScenario, _ like: Violation?) -> Violation?
  ) -> Finding {
    var start = self
    start.script = precise(script)
    if find(start.script, violation)?.signature != violation.signature { start.script = script }
    guard var shrunk = start.shrunkOnce(limits: limits, like: violation, hint: steps, find: find) else { return self }
    if let law = shrunk.violation.forkLaw { shrunk.script.expectation = .violation(law) }
    return shrunk
  }
}

extension ForkScenario {
  /// The scenario with the failure that broke a law told by the kind of its step, which stays the same if other kinds
  /// of steps go.
  public func precise<Map: RangeMap & ~Copyable>(makeMap: @escaping (MapConfiguration) -> Map) -> ForkScenario {
    let report = run(makeMap: makeMap)
    guard let place = report.violation?.operation, let failure = report.preciseFailure else { return self }
    var precise = self
    precise.operations[place].trial.failure = failure
    return precise
  }

  /// The scenario with each of its forks once for each failure that the fork can meet: a failure sweep is a script.
  public func swept<Map: RangeMap & ~Copyable>(makeMap: @escaping (MapConfiguration) -> Map) -> ForkScenario {
    var swept = ForkScenario(geometry: geometry)
    var calls = swept
    var seen: Set<ForkTrial> = []
    for operation in operations {
      guard operation.kind == .fork else {
        swept.operations.append(operation)
        calls.operations.append(operation)
        seen = []
        continue
      }
      var trial = operation.trial
      trial.failure = .none
      guard seen.insert(trial).inserted else { continue }
      swept.operations.append(.fork(trial))
      var once = calls
      once.operations.append(.fork(trial))
      guard let whole = once.run(makeMap: makeMap).lastOutcome, whole.violations.isEmpty else { continue }
      for point in SweepPlan(whole, SweepRule()).points() {
        trial.failure = point.failure
        swept.operations.append(.fork(trial))
      }
    }
    return swept
  }
}
