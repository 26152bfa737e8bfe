/// One thing that two maps are compared in. Each difference is of exactly one.
public enum ComparedAspect: String, CaseIterable, Hashable, Codable, Sendable {
  /// What a call returned.
  case result
  /// Whether a call was refused, and why.
  case error
  /// Where a cursor stands after a call.
  case cursorState = "cursor state"
  /// What the map holds.
  case content
  /// Whether another writer came in, for he can only while a call waits for memory.
  case otherWriter = "other writer"
  /// Whether the request of an index was made, and so could be refused.
  case refusedRequest = "refused request"
  /// The nodes that the plan of a write asked for.
  case nodesAskedFor = "nodes asked for"
  /// The nodes that a write took to build with.
  case nodesTaken = "nodes taken"
  /// The nodes that are in reserve after a call.
  case nodesReserved = "nodes in reserve"
  /// The nodes of a map besides reserve and what waits for readers, if both maps have one shape.
  case nodesHeld = "nodes held"
  /// Kinds, ranges, pivots, NULL slots and gaps of all nodes.
  case shape
  /// Whether a library's own checks failed in a call.
  case ownCheck = "own check"
  /// Whether a call ended the process, did not return or took too much memory.
  case processEnd = "process end"

  /// What a reader asks first of a difference.
  public enum Heading: String, CaseIterable, Hashable, Codable, Sendable {
    case otherEnd = "ends the run"
    case otherAnswer = "other answer"
    case otherCounts = "other counts of nodes"
    case otherShape = "same content, other shape"
  }

  /// Whether it is compared only if both maps have one shape, or is the shape.
  var needsShapes: Bool {
    switch self {
    case .result, .error, .cursorState, .content, .ownCheck, .processEnd: false
    default: true
    }
  }

  public var heading: Heading {
    switch self {
    case .ownCheck, .processEnd: .otherEnd
    case .result, .error, .cursorState, .content: .otherAnswer
    case .otherWriter, .refusedRequest, .nodesAskedFor, .nodesTaken, .nodesReserved, .nodesHeld: .otherCounts
    case .shape: .otherShape
    }
  }
}
