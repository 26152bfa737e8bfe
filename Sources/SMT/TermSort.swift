/// What a term stands for.
package enum TermSort: Hashable, Sendable, CustomStringConvertible {
  case truth
  case integer

  /// The sort in SMT-LIB's words.
  package var description: String {
    switch self {
    case .truth: "Bool"
    case .integer: "Int"
    }
  }
}
