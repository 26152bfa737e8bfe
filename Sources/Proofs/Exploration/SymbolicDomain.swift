import MapleTreeModule
import RangeMapCore
import SMT

/// The domain of a plan that is being explored. Where the plan decides, the solver says which sides are possible, and
/// the explorer runs the plan again for the other one.
package struct SymbolicDomain: PlanDomain {
  package typealias Number = SymbolicNumber

  let run: ExplorationRun

  package mutating func decide(_ condition: SymbolicTruth) -> Bool {
    switch condition {
    case .constant(let known): known
    case .term(let term): run.decide(term.term)
    }
  }

  /// Takes for granted that something holds on this path from here on.
  package mutating func assume(_ premise: Premise, _ condition: SymbolicTruth) {
    switch condition {
    case .constant(true): break
    case .constant(false): run.contradict(premise)
    case .term(let term): run.assume(premise, term.term)
    }
  }

  /// A number that nothing is known of. The second of a name on one path is another one.
  package mutating func number(_ name: String, level: Int? = nil) -> SymbolicNumber {
    SymbolicNumber(run.context.integer(named: run.unique(name, level: level, isNumber: true)))
  }

  /// Something of which it is not known whether it holds.
  package mutating func truth(_ name: String, level: Int? = nil) -> SymbolicTruth {
    SymbolicTruth(run.context.truth(named: run.unique(name, level: level, isNumber: false)))
  }
}
