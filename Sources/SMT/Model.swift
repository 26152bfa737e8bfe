import CZ3

/// Values for the constants under which all assertions hold. What the assertions leave open is 0 or false.
package final class Model {
  package let context: SolverContext
  private let raw: Z3_model

  init(_ raw: Z3_model, in context: SolverContext) {
    self.raw = raw
    self.context = context
    context.functions.pointee.Z3_model_inc_ref(context.raw, raw)
  }

  deinit { context.functions.pointee.Z3_model_dec_ref(context.raw, raw) }

  /// - Throws: `valueOutOfRange` where the value does not fit an `Int`.
  package func value(of term: IntegerTerm) throws(SolverError) -> Int {
    try value(of: term.reference) { value in
      var number: Int64 = 0
      return context.functions.pointee.Z3_get_numeral_int64(context.raw, value, &number) ? Int(number) : nil
    }
  }

  package func value(of term: TruthTerm) throws(SolverError) -> Bool {
    try value(of: term.reference) { value in
      let truth = context.functions.pointee.Z3_get_bool_value(context.raw, value)
      return truth == Z3_L_UNDEF ? nil : truth == Z3_L_TRUE
    }
  }

  private func value<Value>(
    of term: TermReference, read: (Z3_ast) -> Value?
  ) throws(SolverError) -> Value {
    precondition(
      term.context === context, "a model is asked about a term of another context: \(context.text(of: term))")
    try context.throwHeldError()
    var result: Z3_ast?
    let isDone = withExtendedLifetime(term) {
      context.functions.pointee.Z3_model_eval(context.raw, raw, term.ast, true, &result)
    }
    if let error = context.lastError { throw error }
    guard isDone, let result else { throw .valueOutOfRange("no value for \(context.text(of: term))") }
    let value = TermReference(result, term.sort, in: context)
    guard let read = read(result) else { throw .valueOutOfRange(context.text(of: value)) }
    return withExtendedLifetime(value) { read }
  }
}
