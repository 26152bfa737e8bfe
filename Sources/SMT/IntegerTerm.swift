import CZ3

/// An integer without bounds.
package struct IntegerTerm: SolverTerm {
  package let reference: TermReference

  package init(_ reference: TermReference) {
    precondition(reference.sort == .integer, "a term of sort \(reference.sort) is no integer")
    self.reference = reference
  }

  /// 1 where the condition holds, else 0.
  package init(one condition: TruthTerm) {
    self = condition.choose(condition.context.integer(1), else: condition.context.integer(0))
  }

  package static func + (left: IntegerTerm, right: IntegerTerm) -> IntegerTerm { left.context.sum([left, right]) }

  package static func - (left: IntegerTerm, right: IntegerTerm) -> IntegerTerm {
    let functions = left.context.functions
    return left.number(with: right) { functions.pointee.Z3_mk_sub($0, UInt32($1.count), $1) }
  }

  package static func * (left: Int, right: IntegerTerm) -> IntegerTerm {
    let functions = right.context.functions
    return right.context.integer(left).number(with: right) {
      functions.pointee.Z3_mk_mul($0, UInt32($1.count), $1)
    }
  }

  package static func .< (left: IntegerTerm, right: IntegerTerm) -> TruthTerm {
    let functions = left.context.functions
    return left.truth(with: right) { functions.pointee.Z3_mk_lt($0, $1[0], $1[1]) }
  }

  package static func .<= (left: IntegerTerm, right: IntegerTerm) -> TruthTerm {
    let functions = left.context.functions
    return left.truth(with: right) { functions.pointee.Z3_mk_le($0, $1[0], $1[1]) }
  }

  package static func .> (left: IntegerTerm, right: IntegerTerm) -> TruthTerm { right .< left }

  package static func .>= (left: IntegerTerm, right: IntegerTerm) -> TruthTerm { right .<= left }

  /// The quotient, rounded down.
  ///
  /// - Precondition: a divisor above 0.
  package func divided(by divisor: Int) -> IntegerTerm {
    precondition(divisor > 0, "division by \(divisor)")
    let functions = context.functions
    return number(with: context.integer(divisor)) { functions.pointee.Z3_mk_div($0, $1[0], $1[1]) }
  }

  private func number(with other: IntegerTerm, by build: (Z3_context, [Z3_ast?]) -> Z3_ast?) -> IntegerTerm {
    IntegerTerm(context.make(.integer, from: [reference, other.reference], by: build))
  }

  private func truth(with other: IntegerTerm, by build: (Z3_context, [Z3_ast?]) -> Z3_ast?) -> TruthTerm {
    TruthTerm(context.make(.truth, from: [reference, other.reference], by: build))
  }
}

extension IntegerTerm {
  package static func + (left: IntegerTerm, right: Int) -> IntegerTerm { left + left.context.integer(right) }
  package static func - (left: IntegerTerm, right: Int) -> IntegerTerm { left - left.context.integer(right) }
  package static func .< (left: IntegerTerm, right: Int) -> TruthTerm { left .< left.context.integer(right) }
  package static func .<= (left: IntegerTerm, right: Int) -> TruthTerm { left .<= left.context.integer(right) }
  package static func .> (left: IntegerTerm, right: Int) -> TruthTerm { left .> left.context.integer(right) }
  package static func .>= (left: IntegerTerm, right: Int) -> TruthTerm { left .>= left.context.integer(right) }
  package static func .== (left: IntegerTerm, right: Int) -> TruthTerm { left .== left.context.integer(right) }
}
