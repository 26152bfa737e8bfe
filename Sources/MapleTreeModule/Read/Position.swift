import RangeMapCore

/// Where a reader stands: a slot of a leaf, or one of the states without a node. Kernel: `struct ma_state`.
struct Position {
  let tree: TreeHandle
  /// The range of the slot, or the one the position was set to.
  var first: UInt64
  var last: UInt64
  var status = CursorStatus.start
  /// The leaf, the slot in it and its range, where the status says that there is one.
  var node = NodeReference.null
  var slot = 0
  var min: UInt64 = 0
  var max: UInt64 = 0
  /// The slots that a step may go from without a look at the tree's version: from those after `begin` backward, from
  /// those before `end` forward. Beside a writer there are none.
  var begin = 0
  var end = 0
  /// The tree's version: what the cursor has seen of it, or when the walk to the leaf began beside a writer.
  var version: UInt64 = 0

  @inline(__always)
  init(_ tree: TreeHandle, at range: KeyRange) {
    self.tree = tree
    first = range.first
    last = range.last
  }

  /// Walks from the root to the slot that holds an index, and returns its word. Kernel: `mas_walk()`.
  /// - Complexity: O(log n).
  @inline(__always)
  mutating func walk(to index: UInt64) -> UInt64 {
    if tree.usesReadCopyUpdate { return walkBesideWriter(to: index) }
    let rootWord = tree.rootWord
    guard let root = NodeReference.inRoot(rootWord) else { return standWithoutNode(rootWord, index: index) }
    return descend(from: root, .all, to: index)
  }

  /// The leaf that the position is in; nil where there is none.
  var leafPlace: LeafPlace? { status == .active ? LeafPlace(leaf: node, range: KeyRange(min, max)) : nil }

  /// Stands on the slot that holds an index, in the leaf of it. Only a writer may: nobody else has replaced the leaf.
  /// - Complexity: O(1).
  @inline(__always)
  mutating func stand(in place: LeafPlace, on index: UInt64) {
    _ = descend(from: place.leaf, place.range, to: index)
    if tree.usesReadCopyUpdate { stepBesideWriter(since: tree.version) }
  }

  mutating func standWithoutNode(_ rootWord: UInt64, index: UInt64) -> UInt64 {
    node = .null
    if rootWord != 0 && index == 0 {
      status = .root
      first = 0
      last = 0
      return rootWord
    }
    status = .none
    first = rootWord == 0 ? 0 : 1
    last = .max
    return 0
  }

  /// Walks from a node with a range down, with no writer about.
  @inline(__always)
  private mutating func descend(from start: NodeReference, _ range: KeyRange, to index: UInt64) -> UInt64 {
    var reference = start
    var low = range.first
    var high = range.last
    while true {
      let node = tree.node(reference)
      let slot = node.slotIndex(holding: index)
      let word = node.slot(slot)
      let nextLow = node.lowerBound(slot, min: low)
      let nextHigh = node.upperBound(slot, max: high)
      if node.isLeaf {
        self.node = reference
        self.slot = slot
        (begin, end) = (0, node.end(max: high))
        min = low
        max = high
        first = nextLow
        last = nextHigh
        status = .active
        return word
      }
      low = nextLow
      high = nextHigh
      reference = NodeReference(word: word)
      reference.prefetch()
    }
  }

  /// Goes to the next slot, over NULL ones if told so, but not to one that begins behind the limit; then the status is
  /// `.overflow`. Kernel: `mas_next_slot()`.
  /// - Complexity: O(1) within a leaf and mostly to the next one, at most O(log n).
  @inline(__always)
  mutating func stepForward(limit: UInt64, skippingNull: Bool) -> UInt64 {
    while true {
      if last >= limit {
        status = .overflow
        return 0
      }
      let word = moveForward()
      if word != 0 || !skippingNull { return word }
      if status == .none { return 0 }
    }
  }

  @inline(__always)
  private mutating func moveForward() -> UInt64 {
    guard slot < end else { return moveToLeafBeside(1, index: last + 1) }
    let leaf = tree.node(node, of: .leaf)
    let word = leaf.slot(slot + 1)
    let bound = leaf.upperBound(slot + 1, end: end, max: max)
    slot += 1
    first = last + 1
    last = bound
    return word
  }

  /// Goes to an index in the leaf before, `step` -1, or the next one, 1: by way of the nodes above as far as they tell,
  /// else from the root. Kernel: `mas_next_node()`, `mas_prev_node()`.
  /// - Complexity: O(1) on the average over a tree.
  @inline(never)
  private mutating func moveToLeafBeside(_ step: Int, index: UInt64) -> UInt64 {
    if isBesideWriter { return moveBesideWriter(step, to: index) }
    guard let (node, range) = nodeBeside(step) else { return walk(to: index) }
    return descend(from: node, range, to: index)
  }

  /// The node beside this leaf, or beside the lowest node above it that is not the last one of its parent, and its
  /// range; nil where a parent does not tell both ends of it, or was replaced.
  @inline(__always)
  func nodeBeside(_ step: Int) -> (NodeReference, KeyRange)? {
    var node = tree.node(node, of: .leaf)
    while true {
      let link = node.parent
      if link.isRoot { return nil }
      let parent = tree.parentNode(link)
      let slot = link.slot + step
      // The first slot begins where the parent does, which takes more to find out.
      if slot == 0 { return nil }
      let before = slot > 0 && slot <= parent.pivotCount ? parent.pivot(slot - 1) : 0
      var last = slot > 0 && slot < parent.pivotCount ? parent.pivot(slot) : 0
      if slot == parent.pivotCount {
        // The last slot of a full node has no pivot.
        guard let bound = highestIndex(of: parent) else { return nil }
        last = bound
      }
      // Behind the last child a pivot is 0.
      let beside = last != 0 && last != before ? parent.child(slot) : .null
      // A dead node names itself as its parent.
      if parent.isDead || node.isDead { return nil }
      if !beside.isNull { return (beside, KeyRange(before &+ 1, last)) }
      node = parent
    }
  }

  /// The highest index of a node, which the lowest node above tells that has a pivot for it; nil where one was
  /// replaced.
  private func highestIndex(of start: Node) -> UInt64? {
    var node = start
    while true {
      let link = node.parent
      if link.isRoot { return node.isDead ? nil : .max }
      let parent = tree.parentNode(link)
      let bound = link.slot < parent.pivotCount ? parent.pivot(link.slot) : 0
      if parent.isDead || node.isDead { return nil }
      if bound != 0 { return bound }
      node = parent
    }
  }

  /// Goes to the slot before, over NULL ones if told so, but not from one that begins at or before the limit; then the
  /// status is `.underflow`. Kernel: `mas_prev_slot()`.
  @inline(__always)
  mutating func stepBack(limit: UInt64, skippingNull: Bool) -> UInt64 {
    while true {
      if first <= limit {
        status = .underflow
        return 0
      }
      let word = moveBack()
      if word != 0 || !skippingNull { return word }
      if status == .none { return 0 }
    }
  }

  @inline(__always)
  private mutating func moveBack() -> UInt64 {
    guard slot > begin else { return moveToLeafBeside(-1, index: first - 1) }
    let leaf = tree.node(node, of: .leaf)
    let word = leaf.slot(slot - 1)
    let bound = leaf.lowerBound(slot - 1, min: min)
    slot -= 1
    last = first - 1
    first = bound
    return word
  }
}
