import RangeMapCore
import SMT

/// One exploration at work: the path at hand, and what was decided on it.
///
/// Each decision with two possible sides is a scope of the solver. A path that shares its first decisions with the one
/// before shares their scopes: what they hold was asserted then, and is not again.
final class ExplorationRun {
  let context: SolverContext
  let solver: Solver
  private(set) var usedPremises: Set<Premise> = []
  private(set) var failure: ExplorationError?
  /// The unknowns of the path, in the order in which they were made.
  private(set) var unknowns: [(name: String, isNumber: Bool)] = []
  let log: QueryLog
  let coverage: PathCoverage?
  private var decisions: [Decision] = []
  private var position = 0
  /// How many decisions at the start of the path were made on the path before.
  private var replayed = 0
  private var names: [String: Int] = [:]
  private var sideAfterFailure = false
  /// Values under which all that is asserted holds; none where that is not known.
  private var model: Model?

  private struct Decision {
    let condition: TruthTerm
    var side: Bool
    /// Whether the other side is possible and not explored yet.
    var isOpen: Bool
    /// Whether a scope was opened for it.
    var hasScope: Bool
    /// Values under which the other side is taken; none where it is impossible.
    var otherModel: Model?

    /// What holds since the decision went the way it did.
    var outcome: TruthTerm { side ? condition : .!condition }
  }

  init(limits: SolverLimits, log: QueryLog, coverage: PathCoverage? = nil) throws(SolverError) {
    context = try SolverContext()
    solver = try Solver(in: context, limits: limits)
    self.log = log
    self.coverage = coverage
  }

  /// Goes back to the last decision with a side left, and takes that side. False where there is none.
  func startNextPath() throws -> Bool {
    while let last = decisions.last, !last.isOpen {
      if last.hasScope { try solver.pop() }
      decisions.removeLast()
    }
    guard var last = decisions.popLast() else { return false }
    try solver.pop()
    last.side.toggle()
    last.isOpen = false
    try solver.push()
    try solver.add(last.outcome)
    let found = last.otherModel
    last.otherModel = nil
    decisions.append(last)
    beginPath()
    // No assertion came between the model and the decision, so that it holds for this side from the start.
    model = found
    return true
  }

  func beginPath() {
    position = 0
    replayed = decisions.count
    unknowns = []
    names = [:]
    model = nil
  }

  /// Notes that the path is finished.
  func endPath() throws {
    // A body that decides less than it did the last time round ran along another path than the one asserted.
    guard position == decisions.count else { throw ExplorationError.notRepeatable }
    coverage?.finish(decisions.map(\.outcome), in: context)
  }

  func unique(_ name: String, level: Int?, isNumber: Bool) -> String {
    let full = level.map { "\(name)@\($0)" } ?? name
    let count = names[full, default: 0] + 1
    names[full] = count
    let unique = count == 1 ? full : "\(full)#\(count)"
    unknowns.append((unique, isNumber))
    return unique
  }

  func assume(_ premise: Premise, _ condition: TruthTerm) {
    // Before the last decision that was replayed, the path before asserted it.
    if position < replayed || failure != nil { return }
    coverage?.assume(premise, after: decisions.map(\.outcome), condition)
    attempt {
      try solver.add(condition, named: premise.rawValue)
      if let known = model, try !known.value(of: condition) { model = nil }
    }
  }

  func contradict(_ premise: Premise) { if failure == nil { failure = .contradiction(premises: [premise]) } }

  func decide(_ condition: TruthTerm) -> Bool {
    if failure != nil {
      // Nothing counts any more, but the body must end, also one that waits for a certain side.
      sideAfterFailure.toggle()
      return sideAfterFailure
    }
    if position < replayed {
      guard decisions[position].condition == condition else {
        failure = .notRepeatable
        return false
      }
      position += 1
      return decisions[position - 1].side
    }
    var side = false
    attempt { side = try decideAnew(condition) }
    return side
  }

  private func decideAnew(_ condition: TruthTerm) throws -> Bool {
    let possible = try currentModel()
    let likely = try possible.value(of: condition)
    let other = likely ? .!condition : condition
    try solver.push()
    try solver.add(other)
    let otherModel = try ask()
    // Where both are possible, the true side is explored first.
    let side = otherModel == nil ? likely : true
    if otherModel == nil || side == likely { try solver.pop() }
    if otherModel != nil {
      if side == likely {
        try solver.push()
        try solver.add(condition)
      } else {
        model = otherModel
      }
    }
    decisions.append(
      Decision(
        condition: condition, side: side, isOpen: otherModel != nil, hasScope: otherModel != nil,
        otherModel: otherModel == nil ? nil : side == likely ? otherModel : possible))
    position += 1
    replayed = decisions.count
    return side
  }

  /// A model of the path; an error where the premises contradict each other.
  func currentModel() throws -> Model {
    if let model { return model }
    guard let found = try ask() else { throw ExplorationError.contradiction(premises: usedPremises.inOrder) }
    model = found
    return found
  }

  /// Values under which what is asserted holds; none if it cannot.
  private func ask() throws -> Model? {
    switch try log.verdict(of: solver) {
    case .satisfiable(let model): return model
    case .unsatisfiable(let core):
      usedPremises.formUnion(core.premises)
      return nil
    case .unknown(let reason): throw ExplorationError.undecided(reason: reason)
    }
  }

  /// Whether something can hold on the path.
  func verdict(if condition: TruthTerm) throws -> Verdict { try log.verdict(of: solver, if: condition) }

  private func attempt(_ body: () throws -> Void) {
    do {
      try body()
    } catch let error as ExplorationError {
      failure = error
    } catch {
      failure = .solver("\(error)")
    }
  }
}

/// Why an exploration has no result.
package enum ExplorationError: Error, Hashable, CustomStringConvertible {
  /// What is taken for granted cannot hold: a proof from it would say nothing.
  case contradiction(premises: [Premise])
  /// The solver did not say which sides of a decision are possible.
  case undecided(reason: String)
  case tooManyPaths(limit: Int)
  /// The body decided otherwise on a path that it had begun before: it depends on more than its domain.
  case notRepeatable
  case solver(String)

  /// Whether a limit of the prover was reached, so that nothing is known.
  var isLimit: Bool {
    switch self {
    case .undecided, .tooManyPaths: true
    case .contradiction, .notRepeatable, .solver: false
    }
  }

  package var description: String {
    switch self {
    case .contradiction(let premises):
      "the premises contradict each other: \(premises.map(\.rawValue).joined(separator: ", "))"
    case .undecided(let reason): "the solver gave up: \(reason)"
    case .tooManyPaths(let limit): "more than \(limit) paths"
    case .notRepeatable: "the plan decides by something else than its domain: run again, it asked something else"
    case .solver(let message): message
    }
  }
}
