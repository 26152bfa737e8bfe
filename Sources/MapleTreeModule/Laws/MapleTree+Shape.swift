import RangeMapCore

extension MapleTree {
  /// Adds a description of every node of the tree, from the root down.
  /// - Complexity: O(n). Nobody may write meanwhile.
  public func describeShape(to shape: inout TreeShape) {
    showNodes { node in
      shape.append(node)
      return true
    }
  }

  /// Shows every node, parents before their children, children in order, until `visit` returns false.
  ///
  /// The walk believes nothing but pivots, so that it ends in a tree that breaks laws too, if `visit` ends it where
  /// pivots are wrong.
  /// - Complexity: O(n). Nobody may write meanwhile.
  func showNodes(_ visit: (ShownNode) -> Bool) {
    guard let root = NodeReference.inRoot(handle.rootWord) else { return }
    _ = show(root, depth: 1, range: .all, visit)
  }

  private func show(
    _ reference: NodeReference, depth: Int, range: KeyRange, _ visit: (ShownNode) -> Bool
  ) -> Bool {
    let node = handle.node(reference)
    let shown = shown(node, depth: depth, range: range)
    guard visit(shown) else { return false }
    if node.isLeaf || depth >= TreeHandle.greatestHeight { return true }
    for slot in 0...shown.end where !shown.isNull(slot) {
      let inner = KeyRange(node.lowerBound(slot, min: range.first), shown.upperBound(slot))
      guard show(node.child(slot), depth: depth + 1, range: inner, visit) else { return false }
    }
    return true
  }

  private func shown(_ node: Node, depth: Int, range: KeyRange) -> ShownNode {
    let end = node.end(max: range.last)
    let isGapTracking = node.kind == .gapTracking
    var nullSlots: UInt64 = 0
    var slotsBehindEnd: UInt64 = 0
    for slot in 0..<node.slotCount {
      let word = node.slot(slot)
      if slot <= end {
        let isNull = node.isLeaf ? word == 0 : word & 0x86 != 4 || word <= 4096
        if isNull { nullSlots |= 1 << UInt64(slot) }
      } else if word != 0 && (isGapTracking || slot < node.slotCount - 1) {
        // The last slot of a leaf or range node that is not full holds the metadata.
        slotsBehindEnd |= 1 << UInt64(slot)
      }
    }
    let kind: TreeShape.Kind =
      switch node.kind {
      case .leaf: .leaf
      case .range: .range
      case .gapTracking: .gapTracking
      }
    let parent = node.parent
    let minimum = handle.header.isUnderfilled ? 0 : handle.geometry.shape(of: node.kind).minimum
    var shown = ShownNode(
      depth: depth, kind: kind, range: range, end: end, nullSlots: nullSlots,
      pivots: UnsafePointer(node.words(at: Node.pivotOffset(0))))
    if isGapTracking {
      shown.gapSlot = node.greatestGapSlot
      shown.gaps = UnsafePointer(node.words(at: Node.gapsOffset))
    }
    shown.inside = ShownNode.Inside(
      slotCount: node.slotCount, pivotCount: node.pivotCount, minimum: minimum, slotsBehindEnd: slotsBehindEnd,
      address: UInt64(UInt(bitPattern: node.base)), parent: parent.isRoot ? 0 : parent.word & ~0xff,
      parentSlot: parent.isRoot ? 0 : parent.slot, isDead: node.isDead)
    return shown
  }
}

extension MapleTreeSubject: ShapedRangeMap {
  public func describeShape(to shape: inout TreeShape) { tree.describeShape(to: &shape) }
}
