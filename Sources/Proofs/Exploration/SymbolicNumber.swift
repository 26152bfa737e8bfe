import MapleTreeModule
import RangeMapCore
import SMT

/// A number of a plan that is being explored: known, or a term of the solver. What is known is computed here, so that
/// it never reaches the solver.
package enum SymbolicNumber: PlanNumber, Hashable, Sendable {
  case constant(Int)
  case term(SharedTerm<IntegerTerm>)

  package init(_ value: Int) { self = .constant(value) }

  package init(integerLiteral value: Int) { self = .constant(value) }

  package init(_ term: IntegerTerm) { self = .term(SharedTerm(term)) }

  /// The value, where it is known without a solver.
  package var constantValue: Int? {
    if case .constant(let value) = self { return value }
    return nil
  }

  private static func combine(
    _ left: Self, _ right: Self, known: (Int, Int) -> Int, terms: (IntegerTerm, IntegerTerm) -> IntegerTerm
  ) -> Self {
    switch (left, right) {
    case (.constant(let left), .constant(let right)): .constant(known(left, right))
    case (.term(let left), .term(let right)): Self(terms(left.term, right.term))
    case (.term(let left), .constant(let right)): Self(terms(left.term, left.term.context.integer(right)))
    case (.constant(let left), .term(let right)): Self(terms(right.term.context.integer(left), right.term))
    }
  }

  private static func compare(
    _ left: Self, _ right: Self, known: (Int, Int) -> Bool, terms: (IntegerTerm, IntegerTerm) -> TruthTerm
  ) -> SymbolicTruth {
    switch (left, right) {
    case (.constant(let left), .constant(let right)): .constant(known(left, right))
    case (.term(let left), .term(let right)): SymbolicTruth(terms(left.term, right.term))
    case (.term(let left), .constant(let right)): SymbolicTruth(terms(left.term, left.term.context.integer(right)))
    case (.constant(let left), .term(let right)): SymbolicTruth(terms(right.term.context.integer(left), right.term))
    }
  }

  package static func + (left: Self, right: Self) -> Self {
    if left == .constant(0) { return right }
    if right == .constant(0) { return left }
    return combine(left, right, known: +, terms: +)
  }

  package static func - (left: Self, right: Self) -> Self {
    if right == .constant(0) { return left }
    if left == right { return .constant(0) }
    return combine(left, right, known: -, terms: -)
  }

  package func divided(by divisor: Int) -> Self {
    switch self {
    // Rounded down below 0 too, as the solver does: `/` rounds towards 0.
    case .constant(let value): .constant((value - (value % divisor + divisor) % divisor) / divisor)
    case .term(let term): Self(term.term.divided(by: divisor))
    }
  }

  package static func .< (left: Self, right: Self) -> SymbolicTruth {
    compare(left, right, known: <, terms: { $0 .< $1 })
  }

  package static func .<= (left: Self, right: Self) -> SymbolicTruth {
    compare(left, right, known: <=, terms: { $0 .<= $1 })
  }

  package static func .> (left: Self, right: Self) -> SymbolicTruth { right .< left }

  package static func .>= (left: Self, right: Self) -> SymbolicTruth { right .<= left }

  package static func .== (left: Self, right: Self) -> SymbolicTruth {
    if left == right { return .constant(true) }
    return compare(left, right, known: ==, terms: { $0 .== $1 })
  }

  package init(one condition: SymbolicTruth) {
    switch condition {
    case .constant(let holds): self = .constant(holds ? 1 : 0)
    case .term(let term): self.init(IntegerTerm(one: term.term))
    }
  }
}

/// A term that values hold. Contexts are not for two threads at once, and nor is an exploration: its terms stay in its
/// thread.
package struct SharedTerm<Term: SolverTerm>: Hashable, @unchecked Sendable {
  package let term: Term

  init(_ term: Term) { self.term = term }
}
