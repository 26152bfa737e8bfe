import RangeMapCore

/// The nodes that were built of one level, and where they stand among the items of the level above.
struct NewChildren {
  private var nodes: (UInt64, UInt64, UInt64) = (0, 0, 0)
  private(set) var count = 0
  /// The position of the first among the items.
  var position = 0

  init() {}

  mutating func append(_ node: Node) {
    switch count {
    case 0: nodes.0 = node.reference.word
    case 1: nodes.1 = node.reference.word
    default: nodes.2 = node.reference.word
    }
    count += 1
  }

  subscript(index: Int) -> NodeReference {
    NodeReference(word: index == 0 ? nodes.0 : index == 1 ? nodes.1 : nodes.2)
  }

  /// Names `parent`, which was filled with items `first ... last`, in the parent words of those children that are among
  /// them.
  func setParents(_ tree: TreeHandle, _ parent: Node, from first: Int, through last: Int) {
    for index in 0..<count {
      let item = position + index
      if item >= first && item <= last {
        tree.node(self[index]).setParent(ParentLink(parent: parent.base, slot: item - first))
      }
    }
  }
}
