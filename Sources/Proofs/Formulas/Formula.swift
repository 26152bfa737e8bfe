import MapleTreeModule
import RangeMapCore

/// What a formula computes with.
package enum FormulaVariable: String, CaseIterable, Hashable, Sendable {
  /// Levels of the tree before the store.
  case height
  /// The depth, counted from 1 at the root, of the deepest internal node on the store's path that has a slot free; 0
  /// where none has. Kernel: `vacant_height` of `struct ma_wr_state`.
  case vacant
  /// The depth, counted from 1 at the root, of the deepest internal node on the path that can lose a child and keep
  /// enough; 0 where none can. Kernel: `sufficient_height` of `struct ma_wr_state`.
  case sufficient
  /// 1 in reader mode, else 0.
  case rcu

  /// The greatest value that the variable can have.
  package var greatest: Int { self == .rcu ? 1 : Formula.greatestHeight }
}

/// The values of the variables at one store.
package struct FormulaValues<Number: PlanNumber> {
  package var height: Number
  package var vacant: Number
  package var sufficient: Number
  package var rcu: Number

  package init(height: Number, vacant: Number = 0, sufficient: Number = 0, rcu: Number = 0) {
    self.height = height
    self.vacant = vacant
    self.sufficient = sufficient
    self.rcu = rcu
  }

  package subscript(variable: FormulaVariable) -> Number {
    switch variable {
    case .height: height
    case .vacant: vacant
    case .sufficient: sufficient
    case .rcu: rcu
    }
  }
}

/// How many nodes a store asks for, as a formula of a formula file: integers, the variables of the walk, `+`, `-`,
/// products with constants, `min`, `max`, and `if ... then ... else ...`.
///
/// Linear but for its conditions, so that a solver can compare it. `docs/PROOFS.md` has the grammar.
package indirect enum Formula: Hashable, Sendable {
  case constant(Int)
  case variable(FormulaVariable)
  case sum(Formula, Formula)
  case difference(Formula, Formula)
  case multiple(Int, of: Formula)
  case least(Formula, Formula)
  case greatest(Formula, Formula)
  case choice(Condition, Formula, Formula)

  /// What an `if` asks.
  package indirect enum Condition: Hashable, Sendable {
    case compare(Comparison, Formula, Formula)
    case both(Condition, Condition)
    case either(Condition, Condition)
    case not(Condition)
  }

  /// How two values are compared.
  package enum Comparison: String, CaseIterable, Hashable, Sendable {
    case below = "<"
    case atMost = "<="
    case above = ">"
    case atLeast = ">="
    case equal = "=="
    case unequal = "!="
  }

  /// The greatest number of levels that the tree's metadata can say. Kernel: `MAPLE_HEIGHT_MAX`.
  package static let greatestHeight = 31

  /// The value in a plan's domain: with integers a number, with terms a term for each way that its conditions can go.
  package func value<Domain: PlanDomain>(
    at values: FormulaValues<Domain.Number>, in domain: inout Domain
  ) -> Domain.Number {
    switch self {
    case .constant(let number): return Domain.Number(number)
    case .variable(let variable): return values[variable]
    case .sum(let left, let right): return left.value(at: values, in: &domain) + right.value(at: values, in: &domain)
    case .difference(let left, let right):
      return left.value(at: values, in: &domain) - right.value(at: values, in: &domain)
    case .multiple(let count, let formula):
      return Formula.product(count, formula.value(at: values, in: &domain))
    case .least(let left, let right):
      let (first, second) = (left.value(at: values, in: &domain), right.value(at: values, in: &domain))
      return domain.decide(first .<= second) ? first : second
    case .greatest(let left, let right):
      let (first, second) = (left.value(at: values, in: &domain), right.value(at: values, in: &domain))
      return domain.decide(first .>= second) ? first : second
    case .choice(let condition, let left, let right):
      let holds = domain.decide(condition.value(at: values, in: &domain))
      return (holds ? left : right).value(at: values, in: &domain)
    }
  }

  /// The number at given heights.
  package func value(at values: FormulaValues<Int>) -> Int {
    var domain = ConcreteDomain()
    return value(at: values, in: &domain)
  }

  /// A product with a constant, by sums: plans have no other.
  private static func product<Number: PlanNumber>(_ count: Int, _ value: Number) -> Number {
    var result = Number(0)
    for bit in stride(from: Int.bitWidth - 1 - count.magnitude.leadingZeroBitCount, through: 0, by: -1) {
      result = result + result
      if count.magnitude >> bit & 1 == 1 { result = result + value }
    }
    return count < 0 ? Number(0) - result : result
  }

  /// The variables that occur.
  package var variables: Set<FormulaVariable> {
    switch self {
    case .constant: []
    case .variable(let variable): [variable]
    case .sum(let left, let right), .difference(let left, let right), .least(let left, let right),
      .greatest(let left, let right):
      left.variables.union(right.variables)
    case .multiple(_, let formula): formula.variables
    case .choice(let condition, let left, let right): condition.variables.union(left.variables).union(right.variables)
    }
  }
}

extension Formula.Condition {
  func value<Domain: PlanDomain>(
    at values: FormulaValues<Domain.Number>, in domain: inout Domain
  ) -> Domain.Truth {
    switch self {
    case .compare(let comparison, let left, let right):
      let (first, second) = (left.value(at: values, in: &domain), right.value(at: values, in: &domain))
      switch comparison {
      case .below: return first .< second
      case .atMost: return first .<= second
      case .above: return first .> second
      case .atLeast: return first .>= second
      case .equal: return first .== second
      case .unequal: return .!(first .== second)
      }
    case .both(let left, let right): return left.value(at: values, in: &domain) .& right.value(at: values, in: &domain)
    case .either(let left, let right):
      return left.value(at: values, in: &domain) .| right.value(at: values, in: &domain)
    case .not(let condition): return .!condition.value(at: values, in: &domain)
    }
  }

  var variables: Set<FormulaVariable> {
    switch self {
    case .compare(_, let left, let right): left.variables.union(right.variables)
    case .both(let left, let right), .either(let left, let right): left.variables.union(right.variables)
    case .not(let condition): condition.variables
    }
  }
}
