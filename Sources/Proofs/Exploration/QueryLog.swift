import SMT

/// The queries of a proof as SMT-LIB text, with the answers that Z3's library gave, for other solvers to decide again.
package final class QueryLog {
  /// A query and its answer.
  package struct Query {
    package let text: String
    package let isSatisfiable: Bool
  }

  package private(set) var queries: [Query] = []
  /// The most queries to keep; those behind are counted only.
  private let capacity: Int
  package private(set) var count = 0

  package init(capacity: Int = .max) { self.capacity = capacity }

  func record(_ solver: Solver, isSatisfiable: Bool) throws {
    count += 1
    if queries.count < capacity { queries.append(Query(text: try solver.queryText(), isSatisfiable: isSatisfiable)) }
  }
}
