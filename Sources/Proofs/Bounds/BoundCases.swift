import MapleTreeModule

/// A way that a store can go, by what it takes and what the walk to it saw; one of the paths that come to it as a
/// witness.
package struct StoreCase: Hashable, Sendable {
  package var kind: StoreKind
  /// The nodes that the store takes.
  package var taken: Int
  /// The nodes that the tree asks for before it.
  package var asked: Int
  package var vacant: Int
  package var sufficient: Int
  /// The paths that come to this.
  package var paths: Int
  /// The unknowns of one of them, with values under which it is taken.
  package var witness: [UnknownValue]
  /// The branches of that one.
  package var marks: [PlanMark]
}

/// All ways that stores into the trees of one world can go.
package struct BoundCases: Sendable {
  package var world: StoreWorld
  /// In a fixed order.
  package var cases: [StoreCase]
  package var summary = ExplorationSummary(paths: 0, premises: [])

  /// The greatest number of nodes that a kind takes, with a case that takes it; nil where the kind cannot occur.
  package func greatest(_ kind: StoreKind) -> StoreCase? {
    var greatest: StoreCase?
    for found in cases where found.kind == kind && found.taken > greatest?.taken ?? -1 { greatest = found }
    return greatest
  }

  package func paths(of kind: StoreKind) -> Int { cases.reduce(0) { $0 + ($1.kind == kind ? $1.paths : 0) } }
}
