/// One thing in which two maps differed after the same operations.
public struct MapDifference: Codable, Hashable, Sendable {
  public var group: DifferenceGroup
  /// The operation's place in the run, from 0; the number of operations for what is found at the end.
  public var operationIndex: Int
  /// The operation as scripts write it, or `end of run`.
  public var operation: String
  /// What each of the maps did or holds.
  public var first: String
  public var second: String

  public init(group: DifferenceGroup, operationIndex: Int, operation: String, first: String, second: String) {
    self.group = group
    self.operationIndex = operationIndex
    self.operation = operation
    self.first = first
    self.second = second
  }
}
