/// What a term stands for.
public enum TermSort: Hashable, Sendable, CustomStringConvertible {
  case truth
  case integer

  /// The sort in SMT-LIB's words.
  public var description: String {
    switch self {
    case .truth: "Bool"
    case .integer: "Int"
    }
  }
}
