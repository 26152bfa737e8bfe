/// What a subject counts of its own nodes. A subject that has no nodes leaves all at 0.
public struct MapCounters: Hashable, Sendable {
  /// Nodes that the map holds now: reachable ones, those in reserve, and those that wait for readers to leave.
  public var liveNodes: UInt64 = 0
  /// Nodes that replaced ones wait in until no reader can be in them.
  public var retiredNodes: UInt64 = 0
  /// Nodes held in reserve for a prepared store or for bulk mode.
  public var reservedNodes: UInt64 = 0
  /// Nodes that the last write took to build with.
  public var nodesTaken: UInt64 = 0
  /// Nodes that the plan of the last write asked for: a bound on `nodesTaken`.
  public var nodesPlanned: UInt64 = 0
  /// Levels of the tree now: 0 without a node, 1 for a lone leaf.
  public var height: UInt64 = 0
  /// How often the subject went from one of its nodes to another since it was made; 0 where it is not built to count.
  public var nodeVisits: UInt64 = 0
  /// The levels of the tree at each store that walked since it was made, summed; 0 where it is not built to count.
  public var levelsOfStores: UInt64 = 0
  /// Nodes that it took memory for since it was made.
  public var nodesAllocated: UInt64 = 0

  public init() {}
}
