import MapleTreeModule

/// A way that a store can go, by what it takes and what the walk to it saw; one of the paths that come to it as a
/// witness.
public struct StoreCase: Hashable, Sendable {
  public var kind: StoreKind
  /// The nodes that the store takes.
  public var taken: Int
  /// The nodes that the tree asks for before it.
  public var asked: Int
  public var vacant: Int
  public var sufficient: Int
  /// The paths that come to this.
  public var paths: Int
  /// The unknowns of one of them, with values under which it is taken.
  public var witness: [Unknown]
  /// The branches of that one.
  public var marks: [PlanMark]

  public struct Unknown: Hashable, Sendable {
    public var name: String
    public var value: Int
  }
}

/// All ways that stores into the trees of one world can go.
public struct BoundCases: Sendable {
  public var world: StoreWorld
  /// In a fixed order.
  public var cases: [StoreCase]
  public var paths: Int
  public var solverCalls: Int
  /// The premises that ruled something out.
  public var premises: [String]

  /// The greatest number of nodes that a kind takes, with a case that takes it; nil where the kind cannot occur.
  public func greatest(_ kind: StoreKind) -> StoreCase? {
    var greatest: StoreCase?
    for found in cases where found.kind == kind && found.taken > greatest?.taken ?? -1 { greatest = found }
    return greatest
  }

  public func paths(of kind: StoreKind) -> Int { cases.reduce(0) { $0 + ($1.kind == kind ? $1.paths : 0) } }
}
