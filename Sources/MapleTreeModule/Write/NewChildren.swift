import RangeMapCore

/// The nodes that one level of a rebuild made, and where they stand among the items of the level above.
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

  /// Names `parent`, which was filled with items `first ... last`, in the parent words of those children that are among them.
  func setParents(_ header: Header, _ parent: Node, from first: Int, through last: Int) {
    for index in 0..<count {
      let item = position + index
      if item >= first && item <= last {
        header.node(self[index]).setParent(ParentLink(parent: parent.base, slot: item - first))
      }
    }
  }
}

extension StoreWrite {
  /// Builds a node of items `first ... last`, whose range begins at `min`, and takes it in as a child of the level above.
  func buildNode(
    _ kind: NodeKind, from first: Int, through last: Int, adopting children: NewChildren, into built: inout NewChildren,
    _ reserve: inout NodeReserve
  ) -> Node {
    let node = header.takeNode(kind, from: &reserve)
    header.pointee.items.fill(node, from: first, through: last)
    children.setParents(header, node, from: first, through: last)
    built.append(node)
    return node
  }

  /// Puts a child that was just built among the items.
  func setItem(_ index: Int, child: Node, min: UInt64, max: UInt64) {
    let gap = header.pointee.configuration.tracksGaps ? child.greatestGap(min: min, max: max) : 0
    header.pointee.items.set(index, word: child.reference.word, last: max, gap: gap)
  }
}
