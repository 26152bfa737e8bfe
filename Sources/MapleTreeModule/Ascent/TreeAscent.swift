import RangeMapCore

/// The nodes of the tree on the way up of a split or of a rebuild. The items are in the tree's buffer, the ways down
/// in its paths.
struct TreeAscent: AscentSite {
  typealias Domain = ConcreteDomain

  let tree: TreeHandle
  let isBulk: Bool
  /// Bulk mode has a cut of its own, which 7.3 has no more: its stores go up as those of 6.12 do.
  let rebuildRule: RebuildRule
  private let left: Path
  private let right: Path
  /// What the new nodes are made of.
  var reserve: NodeReserve
  /// The nodes that were built of the level at hand, and the highest indices of the first two.
  private var built = NewChildren()
  private var firstLast: UInt64 = 0
  private var secondLast: UInt64 = 0
  /// Those of the level below, which are among the items.
  private var children = NewChildren()

  init(_ tree: TreeHandle, isBulk: Bool, reserve: NodeReserve) {
    self.tree = tree
    self.isBulk = isBulk
    rebuildRule = isBulk && tree.rebuildRule == .copiedByLevel ? .toTheRoot : tree.rebuildRule
    self.reserve = reserve
    left = tree.leftPath
    right = tree.rightPath
  }

  // MARK: Facts

  func isLeaf(_ level: Int) -> Bool { left[level].node.isLeaf }

  func shape(_ level: Int) -> Geometry.Shape { tree.geometry.shape(of: left[level].node.kind) }

  @inline(__always)
  func slot(_ side: Side, _ level: Int, in domain: inout ConcreteDomain) -> Int { path(side)[level].slot }

  @inline(__always)
  func end(_ side: Side, _ level: Int, in domain: inout ConcreteDomain) -> Int { path(side)[level].end }

  func siblingEnd(_ side: Side, of level: Int, in domain: inout ConcreteDomain) -> Int {
    let parent = left[level - 1]
    let node = tree.node(parent.node)
    let slot = side == .left ? parent.slot - 1 : parent.slot + 1
    return tree.node(node.child(slot)).end(max: node.upperBound(slot, end: parent.end, max: parent.max))
  }

  func isRightmost(_ level: Int, in domain: inout ConcreteDomain) -> Bool { right[level].max == .max }

  func coversAll(_ level: Int, in domain: inout ConcreteDomain) -> Bool {
    left[level].min == 0 && right[level].max == .max
  }

  func waysMeet(_ level: Int, in domain: inout ConcreteDomain) -> Bool { left[level].node == right[level].node }

  func isNull(_ item: Int, _ level: Int, in domain: inout ConcreteDomain) -> Bool {
    tree.items.word(item) == 0
  }

  private func path(_ side: Side) -> Path { side == .left ? left : right }

  func mark(_ mark: PlanMark) { tree.header.marks.hit(mark) }

  // MARK: Deeds

  mutating func takeNeighbour(
    _ side: Side, of level: Int, through ancestor: Int, count: Int, in domain: inout ConcreteDomain
  ) -> Int {
    let items = tree.items
    switch side {
    case .right:
      right[ancestor].slot += 1
      right.descendEdge(from: ancestor, to: level, leftEdge: true, tree)
      let node = right[level]
      _ = items.copy(tree.node(node.node), from: 0, through: node.end, end: node.end, max: node.max, to: count)
      return node.end
    case .left:
      left[ancestor].slot -= 1
      left.descendEdge(from: ancestor, to: level, leftEdge: false, tree)
      let node = left[level]
      items.shiftRight(count, by: node.end + 1)
      _ = items.copy(tree.node(node.node), from: 0, through: node.end, end: node.end, max: node.max, to: 0)
      children.position += node.end + 1
      return node.end
    }
  }

  mutating func build(_ level: Int, from first: Int, through last: Int, in domain: inout ConcreteDomain) {
    build(left[level].node.kind, from: first, through: last)
  }

  mutating func buildRoot(in domain: inout ConcreteDomain) {
    let count = built.count
    setItems(from: 0, min: left[0].min, max: right[0].max)
    takeChildren(at: 0)
    build(tree.internalKind, from: 0, through: count - 1)
  }

  private mutating func build(_ kind: NodeKind, from first: Int, through last: Int) {
    let items = tree.items
    let node = tree.takeNode(kind, from: &reserve)
    items.fill(node, from: first, through: last, notesLowestGap: rebuildRule == .copiedByLevel)
    children.setParents(tree, node, from: first, through: last)
    if built.count == 0 { firstLast = items.last(last) }
    if built.count == 1 { secondLast = items.last(last) }
    built.append(node)
  }

  mutating func joinParents(_ level: Int, count: Int, in domain: inout ConcreteDomain) {
    let items = tree.items
    let before = left[level]
    let behind = right[level]
    if before.slot > 0 {
      _ = items.copy(
        tree.node(before.node), from: 0, through: before.slot - 1, end: before.end, max: before.max, to: 0)
    }
    setItems(from: before.slot, min: left[level + 1].min, max: right[level + 1].max)
    let total = items.copy(
      tree.node(behind.node), from: behind.slot + 1, through: behind.end, end: behind.end, max: behind.max,
      to: before.slot + built.count)
    assert(total == count, "the plan and the items differ")
    takeChildren(at: before.slot)
  }

  /// Makes items of the nodes that were built, from a position on. They share out the range from `min` to `max`.
  private func setItems(from position: Int, min: UInt64, max: UInt64) {
    var first = min
    for index in 0..<built.count {
      let isLast = index == built.count - 1
      let last = isLast ? max : index == 0 ? firstLast : secondLast
      let child = tree.node(built[index])
      let gap = tree.configuration.tracksGaps ? child.greatestGap(min: first, max: last) : 0
      tree.items.set(position + index, word: child.reference.word, last: last, gap: gap)
      first = last &+ 1
    }
  }

  /// Makes the nodes that were built those of the level below.
  private mutating func takeChildren(at position: Int) {
    children = built
    children.position = position
    built = NewChildren()
  }

  mutating func finish(replacing level: Int) {
    let old = left[level]
    tree.replace(tree.node(old.node), with: tree.node(built[0]), min: old.min, max: old.max)
  }

  mutating func finish(asRootOf height: Int) {
    tree.header.height = height
    tree.replace(tree.node(left[0].node), with: tree.node(built[0]), min: 0, max: .max)
  }
}
