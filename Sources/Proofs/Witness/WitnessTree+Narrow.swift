import MapleTreeModule
import Operations
import RangeMapCore

/// Makes nodes narrow without bulk mode, which 7.3 does not have. One store that spans several children of a node makes
/// them one child.
extension WitnessTree {
  /// Brings the tree into the worst shape for a rebalance of 7.3. All nodes on the left edge keep just enough. Each has
  /// a sibling with which it fits one node; only the child of the root has one with which it does not.
  ///
  /// A store that then takes one item from the first leaf joins two nodes to one on each level, and divides again what
  /// it joins below the root.
  /// - Throws: `WitnessError` if the tree does not go the expected way.
  mutating func narrowLeftEdge() throws {
    let height = cell.height
    _ = try fill { tree, _ in
      guard tree.height == height else { return false }
      let shape = tree.shape
      guard let second = shape.nodes.first?.children.dropFirst().first else { return false }
      return !tree.fitsBesideNarrow(shape.nodes[second])
    }
    for depth in 1..<max(1, height - 1) {
      let before = shape
      if let range = range(narrowing: try before.first(at: depth), in: before, keepingFirst: 1) { try store(range) }
      let after = shape
      let second = after.nodes[try after.first(at: depth)].children[1]
      guard !after.nodes[second].isLeaf, !fitsBesideNarrow(after.nodes[second]) else { continue }
      if let range = range(narrowing: second, in: after, keepingFirst: 0) { try store(range) }
    }
    let last = shape
    let leaf = try last.first(at: height - 1)
    let surplus = last.nodes[leaf].items - least(last.nodes[leaf])
    guard surplus > 0 else { return }
    try store(KeyRange(last.slotRange(1, of: leaf).first, last.slotRange(1 + surplus, of: leaf).last))
  }

  /// The fewest items that a node keeps without joining a sibling.
  private func least(_ node: ShapeIndex.Node) -> Int { sizes(node).minimum + 1 }

  /// Whether a node and a sibling that has just lost too many items fit one node.
  private borrowing func fitsBesideNarrow(_ node: ShapeIndex.Node) -> Bool {
    node.items + sizes(node).minimum <= sizes(node).slots
  }

  private func sizes(_ node: ShapeIndex.Node) -> Geometry.Shape {
    node.isLeaf ? geometry.leaf : cell.tracksGaps ? geometry.gapTracking : geometry.range
  }

  /// What a store covers that leaves a node with the fewest children it can have, the first ones untouched; nil if it
  /// has no more.
  private func range(narrowing node: Int, in shape: ShapeIndex, keepingFirst kept: Int) -> KeyRange? {
    let children = shape.nodes[node].children
    let surplus = children.count - least(shape.nodes[node])
    guard surplus > 0, kept + surplus < children.count else { return nil }
    return KeyRange(
      cut(children[kept], in: shape, fromEnd: false), cut(children[kept + surplus], in: shape, fromEnd: true))
  }

  /// An index in the middle of a slot, so far from an end of a node that two such parts make a narrow node.
  private func cut(_ node: Int, in shape: ShapeIndex, fromEnd: Bool) -> UInt64 {
    let found = shape.nodes[node]
    // A leaf that is cut twice keeps both parts and the store: one item more than a narrow one.
    let part = found.isLeaf ? least(found) / 2 : (least(found) + (fromEnd ? 0 : 1)) / 2
    let slot = fromEnd ? max(0, found.items - part) : min(part, found.items - 1)
    guard found.isLeaf else { return cut(found.children[slot], in: shape, fromEnd: fromEnd) }
    let range = shape.slotRange(slot, of: node)
    return range.first + (range.last - range.first) / 2
  }
}

extension ShapeIndex {
  /// The node at a depth on the left edge.
  fileprivate func first(at depth: Int) throws -> Int {
    guard let node = node(at: depth, holding: 0) else { throw WitnessError("the tree has no node at depth \(depth)") }
    return node
  }
}
