import RangeMapCore

/// The nodes of a shape with their parents and children, for questions about places in a tree.
struct ShapeIndex {
  struct Node {
    var depth: Int
    var range: KeyRange
    /// Used slots.
    var items: Int
    var isLeaf: Bool
    /// The node's place among its parent's children.
    var slot = 0
    var parent: Int?
    var children: [Int] = []
    /// Where the highest index of slot 0 is among the shape's words.
    var pivots: Int
  }

  private(set) var nodes: [Node] = []
  private let words: ContiguousArray<UInt64>

  /// Reads a shape, whose nodes come parents first and children in order.
  /// - Complexity: O(n).
  init(_ shape: TreeShape) {
    words = shape.words
    var path: [Int] = []
    var place = 0
    while place + 4 <= words.count {
      let header = words[place]
      let kind = TreeShape.Kind(rawValue: header >> 8 & 0xff)
      let items = Int(header >> 16 & 0xff) + 1
      var node = Node(
        depth: Int(header & 0xff) - 1, range: KeyRange(words[place + 1], words[place + 2]), items: items,
        isLeaf: kind == .leaf, pivots: place + 4)
      path.removeLast(path.count - node.depth)
      if let parent = path.last {
        node.parent = parent
        node.slot = nodes[parent].children.count
        nodes[parent].children.append(nodes.count)
      }
      path.append(nodes.count)
      nodes.append(node)
      place += 4 + items * (kind == .gapTracking ? 2 : 1)
    }
  }

  /// The node at a depth, the root's being 0, whose range holds an index.
  func node(at depth: Int, holding index: UInt64) -> Int? {
    guard var current = nodes.indices.first else { return nil }
    while nodes[current].depth < depth {
      guard let child = nodes[current].children.first(where: { nodes[$0].range.last >= index }) else { return nil }
      current = child
    }
    return current
  }

  /// How many nodes a level has.
  func count(at depth: Int) -> Int { nodes.count { $0.depth == depth } }

  func leaf(holding index: UInt64) -> Int? {
    guard var current = nodes.indices.first else { return nil }
    while !nodes[current].isLeaf {
      guard let child = nodes[current].children.first(where: { nodes[$0].range.last >= index }) else { return nil }
      current = child
    }
    return current
  }

  /// The range of a slot of a node.
  func slotRange(_ slot: Int, of node: Int) -> KeyRange {
    let first = slot == 0 ? nodes[node].range.first : words[nodes[node].pivots + slot - 1] + 1
    return KeyRange(first, words[nodes[node].pivots + slot])
  }

  /// The nodes beside one, of the same parent.
  func siblings(of node: Int) -> [Int] {
    guard let parent = nodes[node].parent else { return [] }
    let slot = nodes[node].slot
    let children = nodes[parent].children
    return [slot - 1, slot + 1].filter { children.indices.contains($0) }.map { children[$0] }
  }
}
