import MapleTreeModule
import RangeMapCore

/// How high a tree can get while `count` other stores come between asking for nodes and the store itself.
///
/// A root gets at most one item more by a store (`growth/root-item`), and a root that was just made has two
/// (`growth/new-root`). So after the first growth, which one store may bring, the next one takes as many stores as a
/// root has slots less one.
package struct HeightGrowth: Hashable, Sendable {
  package var tracksGaps: Bool

  package init(tracksGaps: Bool) { self.tracksGaps = tracksGaps }

  /// The greatest height after `count` stores into a tree of `height` levels, 1 or more. Kernel: at most
  /// `MAPLE_HEIGHT_MAX`.
  package func height(from height: Int, after count: Int) -> Int {
    precondition(height >= 1 && count >= 0, "a tree of \(height) levels and \(count) stores")
    if count == 0 { return height }
    return min(height + 1 + (count - 1) / (slots - 1), Formula.greatestHeight)
  }

  /// Nodes that are enough for any store after `count` others: as many as a spanning store takes at the greatest
  /// height, and one more than a split does where that is all there can be.
  package func nodes(from height: Int, after count: Int) -> Int {
    let greatest = self.height(from: height, after: count)
    return max(3 * greatest, 2 * greatest + 1)
  }

  /// What `nodes(from:after:)` computes, for people.
  package var formula: String {
    "3 * min(h + 1 + (k - 1) / \(slots - 1), \(Formula.greatestHeight)), and 3 * h where k = 0"
  }

  private var slots: Int {
    let geometry = Geometry.linux64
    return tracksGaps ? geometry.gapTracking.slots : geometry.range.slots
  }
}
