/// What holds of every tree between two calls.
public enum TreeLaw: String, CaseIterable, Hashable, Sendable {
  /// All leaves are at the same depth.
  case leavesAtOneDepth = "leaves at one depth"
  /// The recorded height is the real one.
  case heightRecorded = "height recorded"
  /// Pivots ascend within the node's range; only pivot 0 may be 0.
  case pivotsAscend = "pivots ascend"
  /// The last used slot reaches the node's highest index.
  case endReachesMaximum = "end reaches maximum"
  /// Slots and pivots behind the last used slot are 0.
  case unusedIsEmpty = "unused is empty"
  /// Every used slot of an internal node holds a child.
  case childrenPresent = "children present"
  /// Every child's parent word names its parent and its slot, and no child is held twice.
  case parentsNamed = "parents named"
  /// No two NULL slots meet, across leaves either.
  case nullsJoined = "NULLs joined"
  /// A leaf does not end with NULL unless it is right-most.
  case leafEndsInEntry = "leaf ends in entry"
  /// A node has more items than its kind's minimum unless it is right-most.
  case sufficientlyFilled = "sufficiently filled"
  /// No reachable node is dead.
  case noDeadNode = "no dead node"
  /// Each gap fits its slot and is the longest below it; the recorded slot has the greatest; those behind the end are
  /// 0.
  case gapsAgree = "gaps agree"
  /// An internal root has two children or more, and a root leaf is not one NULL.
  case rootUseful = "root useful"
  /// The nodes that were taken and not given back are those in the tree, in reserve, or waiting for readers.
  case nodesAccounted = "nodes accounted"
}

/// A law that a tree breaks, and which node broke it.
public struct BrokenLaw: Hashable, Sendable, CustomStringConvertible {
  public let law: TreeLaw
  public let detail: String

  public var description: String { "\(law.rawValue): \(detail)" }
}
