import CZ3

extension SolverContext {
  /// An integer that the solver chooses. The same name is the same integer.
  ///
  /// - Precondition: a name that SMT-LIB can write, not yet taken by a constant of another sort; so for the others.
  package func integer(named name: String) -> IntegerTerm { IntegerTerm(constant(name, .integer)) }

  /// A truth that the solver chooses.
  package func truth(named name: String) -> TruthTerm { TruthTerm(constant(name, .truth)) }

  /// A known integer.
  package func integer(_ value: Int) -> IntegerTerm { IntegerTerm(literal(value)) }

  /// A known truth.
  package func truth(_ value: Bool) -> TruthTerm {
    TruthTerm(
      make(.truth) { context, _ in
        value ? functions.pointee.Z3_mk_true(context) : functions.pointee.Z3_mk_false(context)
      })
  }

  /// Whether all hold; true where there are none.
  package func all(_ conditions: [TruthTerm]) -> TruthTerm {
    joined(conditions, none: true) { context, terms in
      functions.pointee.Z3_mk_and(context, UInt32(terms.count), terms)
    }
  }

  /// Whether one holds at least; false where there are none.
  package func any(_ conditions: [TruthTerm]) -> TruthTerm {
    joined(conditions, none: false) { context, terms in
      functions.pointee.Z3_mk_or(context, UInt32(terms.count), terms)
    }
  }

  /// The sum; 0 where there are none.
  package func sum(_ numbers: [IntegerTerm]) -> IntegerTerm {
    // The standard has no sum of one.
    if numbers.count == 1 { return numbers[0] }
    if numbers.isEmpty { return integer(0) }
    return IntegerTerm(
      make(.integer, from: numbers.map(\.reference)) { context, terms in
        functions.pointee.Z3_mk_add(context, UInt32(terms.count), terms)
      })
  }

  private func joined(
    _ conditions: [TruthTerm], none: Bool, by build: (Z3_context, [Z3_ast?]) -> Z3_ast?
  ) -> TruthTerm {
    guard let first = conditions.first else { return truth(none) }
    if conditions.count == 1 { return first }
    return TruthTerm(make(.truth, from: conditions.map(\.reference), by: build))
  }
}
