import RangeMapCore

extension MapleTree {
  /// Adds a description of every node of the tree, from the root down.
  /// - Complexity: O(n). Nobody may write meanwhile.
  public func describeShape(to shape: inout TreeShape) {
    guard let root = NodeReference.inRoot(header.rootWord) else { return }
    describe(root, depth: 1, range: .all, to: &shape)
  }

  private func describe(_ reference: NodeReference, depth: Int, range: KeyRange, to shape: inout TreeShape) {
    let node = header.node(reference)
    let end = node.end(max: range.last)
    var nullSlots: UInt64 = 0
    for slot in 0...end where node.slot(slot) == 0 { nullSlots |= 1 << UInt64(slot) }
    let kind: TreeShape.Kind =
      switch node.kind {
      case .leaf: .leaf
      case .range: .range
      case .gapTracking: .gapTracking
      }
    shape.append(
      depth: depth, kind: kind, range: range, end: end, gapSlot: kind == .gapTracking ? node.greatestGapSlot : 0,
      nullSlots: nullSlots, pivots: { node.upperBound($0, end: end, max: range.last) }, gaps: { node.gap($0) })
    if node.isLeaf { return }
    for slot in 0...end {
      let inner = KeyRange(
        node.lowerBound(slot, min: range.first), node.upperBound(slot, end: end, max: range.last))
      describe(node.child(slot), depth: depth + 1, range: inner, to: &shape)
    }
  }
}

extension MapleTreeSubject: ShapedRangeMap {
  public func describeShape(to shape: inout TreeShape) { tree.describeShape(to: &shape) }
}
