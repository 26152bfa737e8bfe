/// Putting a rebuilt part of the tree in the place of the old one.
extension TreeHandle {
  /// Puts `new` where `old` hangs, then hands the old children that live on to their new parents, then disposes of the
  /// rest. The new nodes are reachable before an old one is dead, else readers would start again and again.
  /// Kernel: `mas_topiary_replace()`.
  func replace(_ old: Node, with new: Node, min: UInt64, max: UInt64) {
    let link = old.parent
    if link.isRoot {
      new.setParent(rootLink)
      setRootWord(new.reference.rootWord)
    } else {
      new.setParent(link)
      parentNode(link).setSlot(link.slot, new.reference.word)
    }
    adoptChildren(of: new, max: max)
    discardReplaced(old, max: max)
    updateGaps(above: new, min: min, max: max)
  }

  /// Names a new node in the parent words of its children. A child that names it already is new itself, and so may have
  /// old children. Kernel: `mas_adopt_children()`.
  private func adoptChildren(of node: Node, max: UInt64) {
    forEachChild(of: node, max: max) { slot, child, end in
      let link = ParentLink(parent: node.base, slot: slot)
      if child.parent.word == link.word {
        adoptChildren(of: child, max: node.upperBound(slot, end: end, max: max))
      } else {
        child.setParent(link)
      }
    }
  }

  /// Disposes of a replaced node and of all below it that no new node took over.
  private func discardReplaced(_ node: Node, max: UInt64) {
    forEachChild(of: node, max: max) { slot, child, end in
      guard child.parent.base == node.base else { return }
      discardReplaced(child, max: node.upperBound(slot, end: end, max: max))
    }
    discard(node)
  }

  /// Disposes of a whole subtree that nothing reaches any more. Kernel: `mte_destroy_walk()`.
  func discardSubtree(_ node: Node, max: UInt64) {
    forEachChild(of: node, max: max) { slot, child, end in
      discardSubtree(child, max: node.upperBound(slot, end: end, max: max))
    }
    discard(node)
  }
}
