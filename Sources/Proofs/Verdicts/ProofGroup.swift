import AddressSpaceModel
import MapleTreeModule

/// Units that share what they explore. Two groups share nothing, so that they can be proved apart.
package enum ProofGroup: Hashable, Sendable {
  /// Stores that change no more than their leaf, into the trees of an algorithm.
  case leaf(RebuildRule)
  /// The stores of a kind that goes up the trees of an algorithm: formulas, and the steps that agree with what is
  /// explored.
  case ascent(StoreKind, RebuildRule)
  /// Those of all kinds that go up the trees of 7.3: the paths of its formulas are counted from kind to kind.
  case copies
  case growth
  case entries(height: Int)
  case bulk
  case duplicate
  case fork(ForkDesignName)

  /// The group of a kind of stores.
  static func stores(_ kind: StoreKind, _ algorithm: RebuildRule) -> ProofGroup {
    guard LevelInduction.Family(kind: kind) != nil else { return .leaf(algorithm) }
    return algorithm == .copiedByLevel ? .copies : .ascent(kind, algorithm)
  }
}
