import RangeMapCore

/// Stores that a leaf has no room for. Kernel: `mas_split()`.
extension StoreWrite {
  /// Splits upward: each level is pushed into a sibling, or cut in two, until the content of one fits.
  mutating func split(_ reserve: inout NodeReserve) {
    let path = header.pointee.leftPath
    var level = path.walk(to: first, from: header)
    var count = fillItems()
    var children = NewChildren()
    while true {
      let here = path[level]
      let node = header.node(here.node)
      switch step(count: count, path: path, level: level) {
      case .finish:
        header.pointee.marks.hit(.splitEndedInAncestor)
        finish(count: count, replacing: here, kind: node.kind, adopting: children, &reserve)
        return
      case .pushLeft(let cut):
        header.pointee.marks.hit(.splitPushedLeft)
        let sibling = sibling(of: level, path: path, left: true)
        header.pointee.items.shiftRight(count, by: sibling.end + 1)
        _ = header.pointee.items.copy(
          header.node(sibling.node), from: 0, through: sibling.end, end: sibling.end, max: sibling.max, to: 0)
        children.position += sibling.end + 1
        count += sibling.end + 1
        push(
          count: count, cut: cut, min: sibling.min, max: here.max, slot: path[level - 1].slot - 1,
          parent: path[level - 1], kind: node.kind, adopting: children, &reserve)
        return
      case .pushRight(let cut):
        header.pointee.marks.hit(.splitPushedRight)
        let sibling = sibling(of: level, path: path, left: false)
        count = header.pointee.items.copy(
          header.node(sibling.node), from: 0, through: sibling.end, end: sibling.end, max: sibling.max, to: count)
        push(
          count: count, cut: cut, min: here.min, max: sibling.max, slot: path[level - 1].slot,
          parent: path[level - 1], kind: node.kind, adopting: children, &reserve)
        return
      case .divide(let cut):
        header.pointee.marks.hit(isBulk ? .splitInBulkMode : .splitDivided)
        let built = divide(
          count: count, cut: cut, min: here.min, max: here.max, kind: node.kind, adopting: children, &reserve)
        guard level > 0 else {
          growRoot(over: built, replacing: here, &reserve)
          return
        }
        level -= 1
        count = replaceInItems(parent: path[level], slot: path[level].slot, replacing: 1, built)
        children = built.children
        children.position = path[level].slot
      }
    }
  }

  /// What to do with a level's content. Kernel: the loop of `mas_split()`.
  private func step(count: Int, path: Path, level: Int) -> SplitStep<Int> {
    typealias Plan = SplitPlan<ConcreteDomain>
    let items = header.pointee.items
    let here = path[level]
    let kind = here.node.kind
    let shape = header.pointee.geometry.shape(of: kind)
    let last = count - 1
    if last < shape.slots { return .finish }
    var domain = ConcreteDomain()
    for left in [true, false] where level > 0 {
      let slot = path[level - 1].slot
      guard left ? slot > 0 : slot < path[level - 1].end else { continue }
      let end = sibling(of: level, path: path, left: left).end
      let fits = Plan.fitsBesideSibling(
        last: last, siblingEnd: end, isLeaf: kind == .leaf, isRightmost: here.max == .max, shape: shape)
      guard domain.decide(fits) else { continue }
      // The joined items are not in the buffer yet.
      let sibling = sibling(of: level, path: path, left: left)
      let isNull = { (item: Int) -> Bool in
        if left {
          return item <= end ? header.node(sibling.node).slot(item) == 0 : items.word(item - end - 1) == 0
        }
        return item <= last ? items.word(item) == 0 : header.node(sibling.node).slot(item - last - 1) == 0
      }
      let target = Plan.pushCut(last: last, siblingEnd: end, left: left, shape: shape)
      let joinedLast = last + end + 1
      let cut = Plan.offNull(target, last: joinedLast, shape: shape, isNull: isNull, in: &domain)
      markCut(from: target, to: cut)
      return left ? .pushLeft(cut: cut) : .pushRight(cut: cut)
    }
    let cut = Plan.divideCut(
      last: last, isLeaf: kind == .leaf, isBulk: isBulk, shape: shape, isNull: { items.word($0) == 0 }, in: &domain)
    if !isBulk { markCut(from: last / 2, to: cut) }
    return .divide(cut: cut)
  }

  func markCut(from target: Int, to cut: Int) {
    if cut > target { header.pointee.marks.hit(.cutMovedRightOffNull) }
    if cut < target { header.pointee.marks.hit(.cutMovedLeftOffNull) }
  }

  /// The sibling beside the node at a level, with its last slot and range.
  private func sibling(of level: Int, path: Path, left: Bool) -> PathEntry {
    let parent = path[level - 1]
    let node = header.node(parent.node)
    let slot = left ? parent.slot - 1 : parent.slot + 1
    let reference = node.child(slot)
    let max = node.upperBound(slot, end: parent.end, max: parent.max)
    return PathEntry(
      node: reference, slot: 0, end: header.node(reference).end(max: max),
      min: node.lowerBound(slot, min: parent.min), max: max)
  }

  /// Two nodes that a level was cut into, and the highest index of the left one.
  private struct Halves {
    var left: Node
    var right: Node
    var children: NewChildren
    var min: UInt64
    var cutLast: UInt64
    var max: UInt64
  }

  private func divide(
    count: Int, cut: Int, min: UInt64, max: UInt64, kind: NodeKind, adopting children: NewChildren,
    _ reserve: inout NodeReserve
  ) -> Halves {
    var built = NewChildren()
    let cutLast = header.pointee.items.last(cut)
    let left = buildNode(kind, from: 0, through: cut, adopting: children, into: &built, &reserve)
    let right = buildNode(kind, from: cut + 1, through: count - 1, adopting: children, into: &built, &reserve)
    return Halves(left: left, right: right, children: built, min: min, cutLast: cutLast, max: max)
  }

  /// Makes the items those of a parent with `replaced` children from `slot` on replaced by two, and returns their number.
  private func replaceInItems(
    parent: PathEntry, slot: Int, replacing replaced: Int, _ halves: Halves
  ) -> Int {
    let items = header.pointee.items
    let node = header.node(parent.node)
    if slot > 0 { _ = items.copy(node, from: 0, through: slot - 1, end: parent.end, max: parent.max, to: 0) }
    setItem(slot, child: halves.left, min: halves.min, max: halves.cutLast)
    setItem(slot + 1, child: halves.right, min: halves.cutLast + 1, max: halves.max)
    return items.copy(
      node, from: slot + replaced, through: parent.end, end: parent.end, max: parent.max, to: slot + 2)
  }

  /// Ends a split by a push: two nodes replace a node and its sibling, and the parent is written anew.
  private func push(
    count: Int, cut: Int, min: UInt64, max: UInt64, slot: Int, parent: PathEntry, kind: NodeKind,
    adopting children: NewChildren, _ reserve: inout NodeReserve
  ) {
    var halves = divide(
      count: count, cut: cut, min: min, max: max, kind: kind, adopting: children, &reserve)
    let total = replaceInItems(parent: parent, slot: slot, replacing: 2, halves)
    halves.children.position = slot
    finish(count: total, replacing: parent, kind: parent.node.kind, adopting: halves.children, &reserve)
  }

  /// Divides the joined items of two leaves beside each other anew, and writes their parent anew.
  func replacePair(
    of parent: PathEntry, slot: Int, count: Int, cut: Int, min: UInt64, max: UInt64, _ reserve: inout NodeReserve
  ) {
    push(
      count: count, cut: cut, min: min, max: max, slot: slot, parent: parent, kind: .leaf, adopting: NewChildren(),
      &reserve)
  }

  /// Builds the last node of a split, and puts it in the tree.
  private func finish(
    count: Int, replacing old: PathEntry, kind: NodeKind, adopting children: NewChildren, _ reserve: inout NodeReserve
  ) {
    var top = NewChildren()
    let node = buildNode(kind, from: 0, through: count - 1, adopting: children, into: &top, &reserve)
    header.replace(header.node(old.node), with: node, min: old.min, max: old.max)
  }

  /// Puts a new root over the two halves of the old one.
  private func growRoot(
    over halves: Halves, replacing old: PathEntry, _ reserve: inout NodeReserve
  ) {
    header.pointee.marks.hit(.splitGrewRoot)
    setItem(0, child: halves.left, min: 0, max: halves.cutLast)
    setItem(1, child: halves.right, min: halves.cutLast + 1, max: .max)
    header.pointee.height += 1
    finish(count: 2, replacing: old, kind: header.internalKind, adopting: halves.children, &reserve)
  }
}
