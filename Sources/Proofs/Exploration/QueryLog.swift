import SMT

/// Asks the questions of proofs, and counts them. If it is wanted it keeps them as SMT-LIB text, with the answers that
/// Z3's library gave, for other solvers to decide again.
package final class QueryLog {
  /// A question and its answer.
  package struct Query {
    package let text: String
    package let isSatisfiable: Bool
  }

  package private(set) var queries: [Query] = []
  /// How many questions were asked.
  package private(set) var count = 0
  private let keepsTexts: Bool

  package init(keepsTexts: Bool) { self.keepsTexts = keepsTexts }

  /// Whether what is asserted can hold, and something else with it.
  func verdict(of solver: Solver, if condition: TruthTerm? = nil) throws -> Verdict {
    guard let condition else { return try verdict(solver) }
    return try solver.withScope {
      try solver.add(condition)
      return try verdict(solver)
    }
  }

  private func verdict(_ solver: Solver) throws -> Verdict {
    count += 1
    let verdict = try solver.check()
    guard keepsTexts else { return verdict }
    switch verdict {
    case .satisfiable: queries.append(Query(text: try solver.queryText(), isSatisfiable: true))
    case .unsatisfiable: queries.append(Query(text: try solver.queryText(), isSatisfiable: false))
    case .unknown: break
    }
    return verdict
  }
}

extension UnsatisfiableCore {
  /// The premises that the proof used.
  var premises: [Premise] {
    names.map { name in
      guard let premise = Premise(rawValue: name) else { preconditionFailure("'\(name)' is no premise") }
      return premise
    }
  }
}

extension Set<Premise> {
  /// In the order of their names.
  var inOrder: [Premise] { sorted { $0.rawValue < $1.rawValue } }
}

extension QueryLog {
  /// A file for each question that was kept, named by its number and its answer.
  package var files: [(name: String, text: String)] {
    queries.enumerated().map { number, query in
      let digits = String(number + 1)
      let answer = query.isSatisfiable ? "sat" : "unsat"
      let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
      return ("\(name)-\(answer).smt2", "; \(answer)\n\(query.text)")
    }
  }
}
