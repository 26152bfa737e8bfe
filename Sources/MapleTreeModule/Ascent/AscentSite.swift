import RangeMapCore

/// The two ends of what a write rebuilds. Where it rebuilds one node of a level, both are that node.
package enum Side: Hashable, Sendable {
  case left, right
}

/// Where a write goes up: the nodes of a tree, or a prover's unknowns. The ascents below say what is done, a site does
/// it.
///
/// At each level, from the leaves to the root at level 0, the site holds items: the content of the nodes from the left
/// path's to the right path's, with what changed below. New nodes are built of these items, and take the place of the
/// old ones among the items of the level above.
package protocol AscentSite<Domain> {
  associatedtype Domain: PlanDomain
  typealias Number = Domain.Number
  typealias Truth = Domain.Truth

  /// Whether the tree is being built in ascending order.
  var isBulk: Truth { get }
  /// How far up a rebuild goes.
  var rebuildRule: RebuildRule { get }
  func isLeaf(_ level: Int) -> Bool
  /// The capacity of the nodes of a level.
  func shape(_ level: Int) -> Geometry.Shape
  /// The slot that a path goes on through.
  func slot(_ side: Side, _ level: Int, in domain: inout Domain) -> Number
  /// The last used slot of a path's node.
  func end(_ side: Side, _ level: Int, in domain: inout Domain) -> Number
  /// The last used slot of the node beside the one that both paths go through; there is one.
  mutating func siblingEnd(_ side: Side, of level: Int, in domain: inout Domain) -> Number
  /// Whether nothing is on the right of the right path's node.
  func isRightmost(_ level: Int, in domain: inout Domain) -> Truth
  /// Whether nothing is on either side.
  func coversAll(_ level: Int, in domain: inout Domain) -> Truth
  /// Whether both ways go through one node of a level.
  func waysMeet(_ level: Int, in domain: inout Domain) -> Truth
  /// Whether an item is NULL.
  func isNull(_ item: Number, _ level: Int, in domain: inout Domain) -> Truth

  /// Goes one node on at a level, from an ancestor's next slot down the near edge, takes that node's content into the
  /// items, and returns its last used slot.
  mutating func takeNeighbour(
    _ side: Side, of level: Int, through ancestor: Int, count: Number, in domain: inout Domain
  ) -> Number
  /// Builds one node of a level from items `first ... last`. It takes one node of the reserve.
  mutating func build(_ level: Int, from first: Number, through last: Number, in domain: inout Domain)
  /// Makes the items those of a level above: what its left node holds before its slot, the nodes that were built, and
  /// what its right node holds behind its slot.
  mutating func joinParents(_ level: Int, count: Number, in domain: inout Domain)
  /// Builds a root over the nodes that were built. It takes one node of the reserve.
  mutating func buildRoot(in domain: inout Domain)
  /// Puts the one node that was built last in the place of the left path's at a level.
  mutating func finish(replacing level: Int)
  /// Makes the one node that was built last the root of a tree of `height` levels.
  mutating func finish(asRootOf height: Int)
  /// Counts that a branch was carried out.
  func mark(_ mark: PlanMark)
}
