import CZ3

/// Whether something holds.
package struct TruthTerm: SolverTerm {
  package let reference: TermReference

  package init(_ reference: TermReference) {
    precondition(reference.sort == .truth, "a term of sort \(reference.sort) is no truth")
    self.reference = reference
  }

  package static func .& (left: TruthTerm, right: TruthTerm) -> TruthTerm { left.context.all([left, right]) }

  package static func .| (left: TruthTerm, right: TruthTerm) -> TruthTerm { left.context.any([left, right]) }

  /// Whether just one holds.
  package static func .^ (left: TruthTerm, right: TruthTerm) -> TruthTerm {
    let functions = left.context.functions
    return TruthTerm(
      left.context.make(.truth, from: [left.reference, right.reference]) {
        functions.pointee.Z3_mk_xor($0, $1[0], $1[1])
      })
  }

  package static prefix func .! (value: TruthTerm) -> TruthTerm {
    let functions = value.context.functions
    return TruthTerm(
      value.context.make(.truth, from: [value.reference]) { functions.pointee.Z3_mk_not($0, $1[0]) })
  }

  /// Whether the other holds wherever this does.
  package func implies(_ other: TruthTerm) -> TruthTerm {
    let functions = context.functions
    return TruthTerm(
      context.make(.truth, from: [reference, other.reference]) {
        functions.pointee.Z3_mk_implies($0, $1[0], $1[1])
      })
  }

  /// The first where this holds, else the second.
  package func choose<Term: SolverTerm>(_ first: Term, else second: Term) -> Term {
    let functions = context.functions
    return Term(
      context.make(first.reference.sort, from: [reference, first.reference, second.reference]) {
        functions.pointee.Z3_mk_ite($0, $1[0], $1[1], $1[2])
      })
  }
}
