/// What a check says of the assertions.
package enum Verdict {
  /// They can all hold at once, as in the model.
  case satisfiable(Model)
  /// They cannot.
  case unsatisfiable(UnsatisfiableCore)
  /// The solver gave up, and says why. Neither of the above.
  case unknown(String)
}

/// The assertions that a proof that they contradict each other used. Not always the fewest.
package struct UnsatisfiableCore: Hashable, Sendable {
  /// The names of the named assertions, in the order in which they were made, each once.
  package let names: [String]
}
