import MapleTreeModule
import RangeMapCore

/// Filling single nodes, so that a later store has to divide them.
extension WitnessTree {
  /// The stores that one node may take to be filled: more mean that the tree does not do what was expected of it.
  private static let patience = 2000

  func capacity(isLeaf: Bool) -> Int {
    isLeaf ? geometry.leaf.slots : (cell.tracksGaps ? geometry.gapTracking.slots : geometry.range.slots)
  }

  /// Fills the nodes on the ways to some indices, from the level below the root down to the leaves.
  mutating func fillPaths(to indices: [UInt64]) throws {
    for depth in 1..<height {
      for index in indices { try fillNode(at: depth, holding: index, sparing: indices) }
    }
  }

  private mutating func fillNode(at depth: Int, holding index: UInt64, sparing spared: [UInt64]) throws {
    for _ in 0..<Self.patience {
      let shape = shape
      guard let node = shape.node(at: depth, holding: index) else { throw WitnessError("no node at depth \(depth)") }
      let isLeaf = shape.nodes[node].isLeaf
      if shape.nodes[node].items >= capacity(isLeaf: isLeaf) { return }
      if isLeaf {
        try addItem(to: node, shape, sparing: spared)
      } else {
        try addChild(to: shape.nodes[node].range.first, at: depth, sparing: spared)
      }
    }
    throw WitnessError("\(cell.name): a node at depth \(depth) could not be filled")
  }

  /// Makes the node at a depth that holds an index have one child more, by dividing one of its children.
  private mutating func addChild(to index: UInt64, at depth: Int, sparing spared: [UInt64]) throws {
    var shape = shape
    guard let node = shape.node(at: depth, holding: index) else { throw WitnessError("no node at depth \(depth)") }
    // The node itself may be divided too, so that its own count says nothing.
    let before = shape.count(at: depth + 1)
    guard let child = divisibleChild(of: node, shape, sparing: spared) else {
      throw WitnessError("\(cell.name): no child at depth \(depth + 1) can be divided")
    }
    let (place, isLeaf) = (shape.nodes[child].range.first, shape.nodes[child].isLeaf)
    for _ in 0..<Self.patience {
      if shape.count(at: depth + 1) > before { return }
      if isLeaf {
        guard let leaf = shape.node(at: depth + 1, holding: place) else { break }
        try cutSlot(of: leaf, shape)
      } else {
        try addChild(to: place, at: depth + 1, sparing: spared)
      }
      shape = self.shape
    }
    throw WitnessError("\(cell.name): a child at depth \(depth + 1) could not be divided")
  }

  /// The fullest child that is on no spared way nor beside one, and whose siblings are too full to take of it.
  private func divisibleChild(of node: Int, _ shape: ShapeIndex, sparing spared: [UInt64]) -> Int? {
    let isSpared = { (child: Int) in spared.contains { shape.nodes[child].range.contains($0) } }
    return shape.nodes[node].children.filter { child in
      let siblings = shape.siblings(of: child)
      if isSpared(child) || siblings.contains(where: isSpared) { return false }
      let isLeaf = shape.nodes[child].isLeaf
      let most = 2 * capacity(isLeaf: isLeaf) - 2 - (isLeaf ? 1 : 0) - (shape.nodes[child].range.last == .max ? 1 : 0)
      return siblings.allSatisfy { shape.nodes[$0].items - 1 + capacity(isLeaf: isLeaf) >= most }
    }.max { shape.nodes[$0].items < shape.nodes[$1].items }
  }

  /// Adds two items to a leaf: a new entry in the middle of one of its slots.
  mutating func cutSlot(of leaf: Int, _ shape: ShapeIndex) throws {
    for slot in (0..<shape.nodes[leaf].items - 1).reversed() {
      let range = shape.slotRange(slot, of: leaf)
      guard range.last - range.first >= 2 else { continue }
      return try store(.single(range.first + (range.last - range.first) / 2))
    }
    throw WitnessError("\(cell.name): a leaf has no slot that can be cut")
  }

  /// Adds one item to a leaf: a new entry where one of its inner slots begins.
  private mutating func addItem(to leaf: Int, _ shape: ShapeIndex, sparing spared: [UInt64]) throws {
    for slot in 1..<shape.nodes[leaf].items - 1 {
      let range = shape.slotRange(slot, of: leaf)
      guard range.last - range.first >= 2, subject.tree.load(range.first - 1) != Self.added else { continue }
      return try store(.single(range.first))
    }
    throw WitnessError("\(cell.name): a leaf has no slot that can be cut")
  }
}
