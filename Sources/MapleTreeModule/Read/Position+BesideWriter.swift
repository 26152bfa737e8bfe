import RangeMapCore

/// Walks and steps while a writer may change the tree.
///
/// A writer counts the tree's version up, makes one store, and counts again. So a reader that finds the version after
/// its loads as it was before them has met parts of one store at most. Such a store replaces nodes, which are whole, or
/// it changes a word of a leaf, and after that one bound of it. So a reader that loads the bounds before the word, and
/// finds its index between them, has what the tree held before the store or after it. The kernel has no such version.
extension Position {
  /// Whether each step looks at the tree's version.
  @inline(__always)
  var isBesideWriter: Bool { end < 0 }

  /// Lets each step from the leaf look at the tree's version, which was this one when the walk to it began.
  @inline(__always)
  mutating func stepBesideWriter(since version: UInt64) {
    (begin, end) = (.max, -1)
    self.version = version
  }

  /// Walks to the slot that holds an index, again and again until no writer came in between. Kernel:
  /// `mtree_range_walk()`, which looks for dead nodes alone.
  /// - Complexity: O(log n), and once more for each change that begins or ends meanwhile.
  @inline(never)
  mutating func walkBesideWriter(to index: UInt64) -> UInt64 {
    while true {
      version = tree.acquireVersion()
      let rootWord = tree.rootWord
      guard let root = NodeReference.inRoot(rootWord) else { return standWithoutNode(rootWord, index: index) }
      if let word = descendBesideWriter(from: root, .all, to: index) { return word }
    }
  }

  /// Walks from a node with a range down; nil if the tree changed since its version was noted, or a node is dead.
  @inline(__always)
  private mutating func descendBesideWriter(
    from start: NodeReference, _ range: KeyRange, to index: UInt64
  ) -> UInt64? {
    var reference = start
    var (low, high) = (range.first, range.last)
    while true {
      let node = tree.node(reference)
      let slot = node.slotIndex(holding: index)
      let bounds = KeyRange(node.lowerBound(slot, min: low), node.upperBound(slot, max: high))
      node.orderLoads()
      let word = node.slot(slot)
      if node.isDead { return nil }
      if node.isLeaf {
        guard bounds.contains(index), tree.isUnchanged(since: version) else { return nil }
        stand(in: reference, slot, bounds, of: KeyRange(low, high))
        return word
      }
      (low, high) = (bounds.first, bounds.last)
      reference = NodeReference(word: word)
      reference.prefetch()
    }
  }

  private mutating func stand(in leaf: NodeReference, _ slot: Int, _ bounds: KeyRange, of range: KeyRange) {
    (node, self.slot) = (leaf, slot)
    (min, max) = (range.first, range.last)
    (first, last) = (bounds.first, bounds.last)
    status = .active
    stepBesideWriter(since: version)
  }

  /// Goes to the next slot, `step` 1, or the one before, -1, which holds an index: in the leaf, in the one beside it,
  /// or from the root if the tree changed since the walk to this leaf began. Kernel: `mas_rewalk_if_dead()`.
  @inline(never)
  mutating func moveBesideWriter(_ step: Int, to index: UInt64) -> UInt64 {
    guard step > 0 ? last < max : first > min else {
      if let (node, range) = nodeBeside(step), let word = descendBesideWriter(from: node, range, to: index) {
        return word
      }
      return walkBesideWriter(to: index)
    }
    let leaf = tree.node(node, of: .leaf)
    let bounds = KeyRange(leaf.lowerBound(slot + step, min: min), leaf.upperBound(slot + step, max: max))
    leaf.orderLoads()
    let word = leaf.slot(slot + step)
    guard bounds.contains(index), !leaf.isDead, tree.isUnchanged(since: version) else {
      return walkBesideWriter(to: index)
    }
    slot += step
    (first, last) = (bounds.first, bounds.last)
    return word
  }
}
