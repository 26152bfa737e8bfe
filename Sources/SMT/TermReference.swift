import CZ3

/// One counted reference to a term of Z3, which lives as long as this does.
package final class TermReference {
  let context: SolverContext
  let sort: TermSort
  /// None where Z3 could not make the term: the context then holds the error, and throws it at the next check.
  let ast: Z3_ast?

  /// Takes a reference of its own.
  init(_ ast: Z3_ast?, _ sort: TermSort, in context: SolverContext) {
    self.ast = ast
    self.sort = sort
    self.context = context
    if let ast { context.functions.pointee.Z3_inc_ref(context.raw, ast) }
  }

  deinit {
    if let ast { context.functions.pointee.Z3_dec_ref(context.raw, ast) }
  }
}

/// A term: a value that a solver is free to choose within what is asserted.
///
/// Two terms are equal where Z3 holds them as one: terms built alike are. This says nothing of their values.
package protocol SolverTerm: Hashable, CustomStringConvertible {
  var reference: TermReference { get }
  /// - Precondition: the reference is to a term of this sort.
  init(_ reference: TermReference)
}

extension SolverTerm {
  package var context: SolverContext { reference.context }

  package static func == (left: Self, right: Self) -> Bool {
    left.reference.ast == right.reference.ast && left.context === right.context
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(reference.ast) }

  /// The term in SMT-LIB's words.
  package var description: String { context.text(of: reference) }

  /// Whether two terms have the same value.
  package static func .== (left: Self, right: Self) -> TruthTerm {
    let functions = left.context.functions
    return TruthTerm(
      left.context.make(.truth, from: [left.reference, right.reference]) {
        functions.pointee.Z3_mk_eq($0, $1[0], $1[1])
      })
  }
}
