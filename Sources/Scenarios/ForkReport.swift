import AddressSpaceModel
import Harness
import RangeMapCore

/// What came of a scenario.
public struct ForkReport: Sendable {
  /// The forks that were tried, and those of them that failed.
  public var forks = 0
  public var failedForks = 0
  /// Calls before the forks, and those of them that were refused though no step failed, such as a touch of what is not
  /// mapped.
  public var calls = 0
  public var refusedCalls = 0
  /// Calls after which the laws were checked.
  public var checkedCalls = 0
  /// The forks whose failure never came, since they have fewer steps.
  public var unreached: [UnreachedFailure] = []
  /// The line, from 0, whose fork broke a law, and the laws.
  public var violation: (operation: Int, violations: [ForkViolation])?

  /// What the last fork came to.
  public var lastOutcome: ForkOutcome?
  /// What the model counted.
  var tally: ForkTally?
  /// What another machine than the model counted.
  public var cells = CoverageTable()
  /// What the script names and the machine has not, a line each: so much was not tried.
  public var lacking: [String] = []

  /// The failure of that fork by the kind of the step that failed, which stays the same where other kinds of steps go.
  public var preciseFailure: ForkFailure?

  public init() {}

  /// What was reached.
  public var table: CoverageTable {
    var table = cells
    tally?.add(to: &table)
    return table
  }

  /// The laws that were broken; empty where none was.
  public var laws: Set<ForkLaw> { Set(violation?.violations.map(\.law) ?? []) }
}

/// A fork or a call that was to fail at a step, and has fewer of them.
public struct UnreachedFailure: Hashable, Sendable {
  /// The line, from 0.
  public var operation: Int
  public var line: ForkOperation
  /// The steps of the kind that it has.
  public var steps: UInt64

  public init(operation: Int, line: ForkOperation, steps: UInt64) {
    (self.operation, self.line, self.steps) = (operation, line, steps)
  }
}

extension UnreachedFailure: CustomStringConvertible {
  public var description: String {
    let steps: String
    switch line.trial.failure.steps {
    case .all: steps = "steps that can fail"
    case .of(let kind): steps = "steps of \(kind.word)"
    case .nodeRequests: steps = "requests for nodes"
    }
    return "'\(line.text)' failed nowhere: it has \(self.steps) \(steps)"
  }
}

/// Whether a script did what its last line says.
public enum ForkVerdict: Hashable, Sendable {
  case asExpected
  /// What was expected did not come, or something else did.
  case notAsExpected
  /// Nothing is shown, whatever came: why, a line each.
  case undecided([String])
}

extension ForkReport {
  /// What the run says of an expectation. A script without one expects no violation.
  ///
  /// A script that forks nothing, that maps nothing, or whose failure never comes, tried less than it says: it is
  /// undecided.
  public func verdict(on expectation: ForkExpectation?) -> ForkVerdict {
    let came =
      switch expectation {
      case .violation(let law): laws.contains(law)
      case .clean, nil: violation == nil
      }
    let doubts = doubts
    // A violation where none was expected is one, however little was tried.
    if !came && (doubts.isEmpty || violation != nil) { return .notAsExpected }
    return doubts.isEmpty ? .asExpected : .undecided(doubts)
  }

  /// Why the run shows less than its script says.
  public var doubts: [String] {
    var doubts: [String] = []
    if forks == 0 && checkedCalls == 0 { doubts.append("no fork was tried") }
    if calls > 0 && refusedCalls == calls {
      doubts.append("\(calls == 1 ? "the one call" : "each of \(calls) calls") before the forks was refused")
    }
    return doubts + lacking + unreached.map { "\($0)" }
  }
}
