/// Stores that make the root.
extension WriteState {
  /// Stores into a tree without a node. Kernel: `mas_store_root()`.
  mutating func storeRoot(_ reserve: inout NodeReserve) {
    if word == 0 {
      if first == 0 {
        tree.setRootWord(0)
        tree.header.marks.hit(.rootEmptied)
      }
      return
    }
    guard rootStoreBuildsLeaf else {
      tree.setRootWord(word)
      tree.header.marks.hit(.rootReplacedByEntry)
      return
    }
    expandRoot(&reserve)
  }

  /// Builds a first leaf of the old direct entry, the new one and the NULLs around. Kernel: `mas_root_expand()`.
  private mutating func expandRoot(_ reserve: inout NodeReserve) {
    let old = tree.rootWord
    let node = tree.takeNode(.leaf, from: &reserve)
    var end = 0
    if first > 0 {
      if old != 0 {
        node.setSlot(0, old)
        node.setPivot(0, 0)
        end = 1
      }
      if old == 0 || first > 1 {
        node.setPivot(end, first - 1)
        end += 1
      }
    }
    node.setSlot(end, word)
    node.setPivot(end, last)
    if last != .max {
      end += 1
      node.setPivot(end, .max)
    }
    node.setMetadata(end: end)
    node.setParent(tree.rootLink)
    tree.header.height = 1
    tree.setRootWord(node.reference.rootWord)
    tree.header.marks.hit(.rootExpanded)
  }

  /// Stores over all of the index space: one leaf of one slot, or nothing at all. Kernel: `mas_new_root()`.
  mutating func replaceAll(_ reserve: inout NodeReserve) {
    let old = NodeReference.inRoot(tree.rootWord)
    first = 0
    last = .max
    if word == 0 {
      tree.header.height = 0
      tree.setRootWord(0)
    } else {
      let node = tree.takeNode(.leaf, from: &reserve)
      node.setSlot(0, word)
      node.setPivot(0, .max)
      node.setMetadata(end: 0)
      node.setParent(tree.rootLink)
      tree.header.height = 1
      tree.setRootWord(node.reference.rootWord)
    }
    tree.header.isUnderfilled = false
    if let old { tree.discardSubtree(tree.node(old), max: .max) }
  }
}
