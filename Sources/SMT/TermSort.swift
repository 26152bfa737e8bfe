/// What a term stands for.
public enum TermSort: Hashable, Sendable, CustomStringConvertible {
  case truth
  case integer
  case bitVector(width: Int)

  /// The sort in SMT-LIB's words.
  public var description: String {
    switch self {
    case .truth: "Bool"
    case .integer: "Int"
    case .bitVector(let width): "(_ BitVec \(width))"
    }
  }
}
