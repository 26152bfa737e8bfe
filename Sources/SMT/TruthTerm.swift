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

  package static prefix func .! (value: TruthTerm) -> TruthTerm {
    let functions = value.context.functions
    return TruthTerm(
      value.context.make(.truth, from: [value.reference]) { functions.pointee.Z3_mk_not($0, $1[0]) })
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
