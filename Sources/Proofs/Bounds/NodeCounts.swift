import MapleTreeModule

/// The nodes of a tree of so many entries, at least and at most: what a duplicate of it takes and costs.
///
/// A tree of n entries has from n to 2n + 1 items in its leaves, since no two NULLs meet. At least: every node is full.
/// At most: every node has its minimum and one item more, but for the right-most ones, which may have less.
package struct NodeCounts: Hashable, Sendable {
  package var tracksGaps: Bool

  package init(tracksGaps: Bool) { self.tracksGaps = tracksGaps }

  var leaf: Geometry.Shape { Geometry.linux64.leaf }
  var parent: Geometry.Shape { tracksGaps ? Geometry.linux64.gapTracking : Geometry.linux64.range }

  /// The nodes of each level, the leaves first, where all are full.
  package func fewest(entries: Int) -> [Int] {
    precondition(entries >= 2, "a tree of \(entries) entries may have no node")
    var levels = [(entries + leaf.slots - 1) / leaf.slots]
    while let last = levels.last, last > 1 { levels.append((last + parent.slots - 1) / parent.slots) }
    return levels
  }

  /// The nodes of each level, the leaves first, where all have as little as they may.
  package func most(entries: Int) -> [Int] {
    precondition(entries >= 2, "a tree of \(entries) entries may have no node")
    // The right-most leaf may have one item, a right-most parent two.
    var levels = [2 * entries / (leaf.minimum + 1) + 1]
    while let last = levels.last, last > 1 { levels.append((last - 2) / (parent.minimum + 1) + 1) }
    return levels
  }

  /// The greatest number of nodes per leaf item, times 28 or 36, as a straight line:
  /// `nodes * divisor <= items * factor + perLevel * height`.
  var line: (divisor: Int, factor: Int, perLevel: Int) {
    // A leaf for 7 items, a parent for 7 or 5 nodes below: 1/7 x 7/6, or 1/7 x 5/4.
    tracksGaps ? (28, 5, 35) : (6, 1, 7)
  }
}
