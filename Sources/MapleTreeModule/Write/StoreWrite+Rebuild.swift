import RangeMapCore

/// Rebuilding the tree from two leaves up to the root. Kernel: `mas_spanning_rebalance()`.
extension StoreWrite {
  /// Builds new leaves of the `count` items in the buffer, in the place of all leaves from the left path's to the right
  /// path's, and rebuilds every level above them.
  ///
  /// - Parameter leafLevel: where both paths end.
  mutating func rebuild(count: Int, leafLevel: Int, _ reserve: inout NodeReserve) {
    typealias Plan = SplitPlan<ConcreteDomain>
    let left = header.pointee.leftPath
    let right = header.pointee.rightPath
    var count = count
    var level = leafLevel
    var newHeight = 0
    var children = NewChildren()
    var domain = ConcreteDomain()
    while true {
      let kind = left[level].node.kind
      let shape = header.pointee.geometry.shape(of: kind)
      let coversAll = left[level].min == 0 && right[level].max == .max
      if !coversAll && domain.decide(Plan.isInsufficient(count: count, shape: shape)) {
        takeNeighbour(of: level, count: &count, children: &children)
      }
      let min = left[level].min
      let max = right[level].max
      let built = divide(count: count, kind: kind, min: min, adopting: children, &reserve)
      newHeight += 1
      if built.children.count == 1 && min == 0 && max == .max {
        setRoot(header.node(built.children[0]), height: newHeight)
        return
      }
      if level == 0 {
        header.pointee.marks.hit(.rootGrewWhileSpanning)
        setItems(built, from: 0, min: min, max: max)
        var top = NewChildren()
        let root = buildNode(
          header.internalKind, from: 0, through: built.children.count - 1, adopting: built.children, into: &top,
          &reserve)
        setRoot(root, height: newHeight + 1)
        return
      }
      level -= 1
      count = joinParents(left[level], right[level], built, min: min, max: max)
      children = built.children
      children.position = left[level].slot
    }
  }

  /// The nodes that a level was divided into, and the highest indices of all but the last.
  private struct Parts {
    var children = NewChildren()
    var firstLast: UInt64 = 0
    var secondLast: UInt64 = 0
  }

  private func divide(
    count: Int, kind: NodeKind, min: UInt64, adopting children: NewChildren, _ reserve: inout NodeReserve
  ) -> Parts {
    let items = header.pointee.items
    let shape = header.pointee.geometry.shape(of: kind)
    var domain = ConcreteDomain()
    var parts = Parts()
    let last = count - 1
    let division = SplitPlan<ConcreteDomain>.division(
      last: last, isLeaf: kind == .leaf, isBulk: isBulk, shape: shape, isNull: { items.word($0) == 0 }, in: &domain)
    func build(_ first: Int, _ last: Int) {
      _ = buildNode(kind, from: first, through: last, adopting: children, into: &parts.children, &reserve)
    }
    switch division {
    case .one:
      header.pointee.marks.hit(.dividedIntoOne)
      build(0, last)
    case .two(let cut):
      header.pointee.marks.hit(.dividedIntoTwo)
      if !isBulk { markCut(from: last / 2, to: cut) }
      parts.firstLast = items.last(cut)
      build(0, cut)
      build(cut + 1, last)
    case .three(let cut, let second):
      header.pointee.marks.hit(.dividedIntoThree)
      markCut(from: last / 3, to: cut)
      markCut(from: last / 3 * 2, to: second)
      parts.firstLast = items.last(cut)
      parts.secondLast = items.last(second)
      build(0, cut)
      build(cut + 1, second)
      build(second + 1, last)
    }
    return parts
  }

  /// Makes the items those of the left parent before the new nodes, the new nodes, and those of the right parent behind them.
  /// Kernel: `mast_combine_cp_left()`, `mast_combine_cp_right()`.
  private func joinParents(
    _ left: PathEntry, _ right: PathEntry, _ parts: Parts, min: UInt64, max: UInt64
  ) -> Int {
    let items = header.pointee.items
    if left.slot > 0 {
      _ = items.copy(
        header.node(left.node), from: 0, through: left.slot - 1, end: left.end, max: left.max, to: 0)
    }
    setItems(parts, from: left.slot, min: min, max: max)
    return items.copy(
      header.node(right.node), from: right.slot + 1, through: right.end, end: right.end, max: right.max,
      to: left.slot + parts.children.count)
  }

  private func setItems(_ parts: Parts, from position: Int, min: UInt64, max: UInt64) {
    var first = min
    for index in 0..<parts.children.count {
      let isLast = index == parts.children.count - 1
      let last = isLast ? max : index == 0 ? parts.firstLast : parts.secondLast
      setItem(position + index, child: header.node(parts.children[index]), min: first, max: last)
      first = last &+ 1
    }
  }

  /// Takes the content of the next node on the right into the items, else of the next on the left, which may have other parents.
  /// Kernel: `mast_spanning_rebalance()`.
  private func takeNeighbour(of level: Int, count: inout Int, children: inout NewChildren) {
    let left = header.pointee.leftPath
    let right = header.pointee.rightPath
    let items = header.pointee.items
    for ancestor in stride(from: level - 1, through: 0, by: -1) {
      if ancestor < level - 1 { header.pointee.marks.hit(.neighbourIsCousin) }
      if right[ancestor].slot < right[ancestor].end {
        header.pointee.marks.hit(.neighbourTakenRight)
        right[ancestor].slot += 1
        right.descendEdge(from: ancestor, to: level, leftEdge: true, header)
        let node = right[level]
        count = items.copy(header.node(node.node), from: 0, through: node.end, end: node.end, max: node.max, to: count)
        return
      }
      if left[ancestor].slot > 0 {
        header.pointee.marks.hit(.neighbourTakenLeft)
        left[ancestor].slot -= 1
        left.descendEdge(from: ancestor, to: level, leftEdge: false, header)
        let node = left[level]
        items.shiftRight(count, by: node.end + 1)
        _ = items.copy(header.node(node.node), from: 0, through: node.end, end: node.end, max: node.max, to: 0)
        children.position += node.end + 1
        count += node.end + 1
        return
      }
    }
  }

  private func setRoot(_ root: Node, height: Int) {
    if height < header.pointee.height { header.pointee.marks.hit(.rootLostLevels) }
    header.pointee.height = height
    header.replace(header.node(header.pointee.leftPath[0].node), with: root, min: 0, max: .max)
  }
}
