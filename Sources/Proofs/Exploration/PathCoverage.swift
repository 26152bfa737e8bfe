import RangeMapCore
import SMT

/// What an exploration went through, kept so that it can be asked afterwards whether a path is missing.
///
/// The question does not trust the explorer: it is put to a solver of its own, from the conditions that were decided
/// alone.
package final class PathCoverage {
  /// One finished path: what was decided on it, each in the way it went.
  private(set) var paths: [[TruthTerm]] = []
  /// What was taken for granted, each where its path led to it, once.
  private var assumptions: [Assumption] = []
  private var known: Set<Assumption> = []
  private var context: SolverContext?

  private struct Assumption: Hashable {
    let premise: Premise
    let path: [TruthTerm]
    let condition: TruthTerm
  }

  package init() {}

  func assume(_ premise: Premise, after path: [TruthTerm], _ condition: TruthTerm) {
    let assumption = Assumption(premise: premise, path: path, condition: condition)
    if known.insert(assumption).inserted { assumptions.append(assumption) }
  }

  func finish(_ path: [TruthTerm], in context: SolverContext) {
    self.context = context
    paths.append(path)
  }

  /// Leaves a path out, as an explorer does that forgets one.
  func forgetPath(_ position: Int) { paths.remove(at: position) }

  /// Whether each case that the premises allow is on a path that was explored.
  ///
  /// - Throws: `ExplorationError.undecided` where the solver does not say; what it throws.
  /// - Complexity: one question, whose size is that of all paths' conditions.
  package func isExhaustive(limits: SolverLimits = .none) throws -> Bool {
    guard let context else { return false }
    let solver = try Solver(in: context, limits: limits)
    for assumption in assumptions {
      try solver.add(.!context.all(assumption.path) .| assumption.condition, named: assumption.premise.rawValue)
    }
    for path in paths { try solver.add(.!context.all(path)) }
    switch try solver.check() {
    case .satisfiable: return false
    case .unsatisfiable: return true
    case .unknown(let reason): throw ExplorationError.undecided(reason: reason)
    }
  }
}
