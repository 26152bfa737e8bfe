import MapleTreeModule
import RangeMapCore

/// The trees that one exploration is about.
package struct StoreWorld: Hashable, Sendable {
  package var geometry: GeometryName
  package var tracksGaps: Bool
  package var usesReadCopyUpdate: Bool
  /// Whether the store is part of building in ascending order.
  package var isBulk: Bool
  /// Whether the tree may have been built in ascending order before: then its right-most nodes may have fewer items
  /// than others.
  package var wasBuiltInOrder: Bool
  /// How far up a rebuild goes.
  package var rebuildRule: RebuildRule
  /// The levels before the store.
  package var height: Int
  /// Which trees of the world are looked at.
  package var guide = Guide.all
  /// A premise that is taken away, to see what it carries.
  package var without: Premise?

  package init(
    geometry: GeometryName = .linux64, tracksGaps: Bool, usesReadCopyUpdate: Bool, isBulk: Bool = false,
    wasBuiltInOrder: Bool = true,
    rebuildRule: RebuildRule, height: Int, without: Premise? = nil
  ) {
    self.geometry = geometry
    self.tracksGaps = tracksGaps
    self.usesReadCopyUpdate = usesReadCopyUpdate
    self.isBulk = isBulk
    self.wasBuiltInOrder = wasBuiltInOrder
    self.rebuildRule = rebuildRule
    self.height = height
    self.without = without
  }

  /// A choice of trees, to find a greatest case where there are too many paths to explore them all.
  package enum Guide: Hashable, Sendable {
    case all
    /// All nodes are full.
    case full
    /// The right-most nodes have as few items as bulk mode leaves, and all others are full.
    case leastOnRight
    /// The root is full and all other nodes have no more than they must, but for the one that is taken in below the
    /// root, which is full.
    case leastBelowRoot
  }

  package var leafLevel: Int { height - 1 }

  /// The capacity of the nodes of a level.
  package func shape(_ level: Int) -> Geometry.Shape {
    let geometry = Geometry.named(geometry, for: rebuildRule)
    if level == leafLevel { return geometry.leaf }
    return tracksGaps ? geometry.gapTracking : geometry.range
  }
}
