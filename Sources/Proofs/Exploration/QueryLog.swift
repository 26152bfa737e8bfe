import SMT

/// The queries of a proof as SMT-LIB text, with the answers that Z3's library gave, for other solvers to decide again.
public final class QueryLog {
  /// A query and its answer.
  public struct Query {
    public let text: String
    public let isSatisfiable: Bool
  }

  public private(set) var queries: [Query] = []
  /// The most queries to keep; those behind are counted only.
  private let capacity: Int
  public private(set) var count = 0

  public init(capacity: Int = .max) { self.capacity = capacity }

  func record(_ solver: Solver, isSatisfiable: Bool) throws {
    count += 1
    if queries.count < capacity { queries.append(Query(text: try solver.queryText(), isSatisfiable: isSatisfiable)) }
  }
}
