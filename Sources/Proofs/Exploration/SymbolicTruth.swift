import MapleTreeModule
import RangeMapCore
import SMT

/// Whether something holds in a plan that is being explored: known, or a term of the solver.
package enum SymbolicTruth: PlanTruth, Hashable, Sendable {
  case constant(Bool)
  case term(SharedTerm<TruthTerm>)

  package init(_ term: TruthTerm) { self = .term(SharedTerm(term)) }

  package static func .& (left: Self, right: Self) -> Self {
    switch (left, right) {
    case (.constant(let known), let other), (let other, .constant(let known)): known ? other : .constant(false)
    case (.term(let left), .term(let right)): Self(left.term .& right.term)
    }
  }

  package static func .| (left: Self, right: Self) -> Self {
    switch (left, right) {
    case (.constant(let known), let other), (let other, .constant(let known)): known ? .constant(true) : other
    case (.term(let left), .term(let right)): Self(left.term .| right.term)
    }
  }

  package static prefix func .! (value: Self) -> Self {
    switch value {
    case .constant(let known): .constant(!known)
    case .term(let term): Self(.!term.term)
    }
  }
}
