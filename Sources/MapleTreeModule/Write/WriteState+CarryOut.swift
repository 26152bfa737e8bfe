import RangeMapCore

/// The last step of a store. All that it needs is in the reserve, so it cannot fail.
extension WriteState {
  /// Carries a planned store out.
  @inline(__always)
  mutating func carryOut(_ plan: StorePlan, _ reserve: inout NodeReserve) -> WrittenRange {
    newEnd = plan.newEnd
    tree.mark(plan.kind, refused: false)
    if isWidenedLeft { tree.header.marks.hit(.nullExtendedLeft) }
    if isWidenedRight { tree.header.marks.hit(.nullExtendedRight) }
    tree.header.nodesPlanned = plan.demand
    tree.header.nodesTaken = 0
    tree.beginChange()
    tree.countLevels()
    write(plan.kind, &reserve)
    if isBulk && leavesTooLittle(plan.kind) { tree.header.isUnderfilled = true }
    tree.endChange()
    tree.reportStore()
    return WrittenRange(self, plan.kind)
  }

  private mutating func write(_ kind: StoreKind, _ reserve: inout NodeReserve) {
    switch kind {
    case .rootStore: storeRoot(&reserve)
    case .newRoot: replaceAll(&reserve)
    case .exactFit: storeExactFit()
    case .append: append()
    case .slotStore: storeSlot()
    case .nodeStore: storeNode(&reserve)
    case .splitStore: storeFromLeaf(.split, &reserve)
    case .rebalance: storeFromLeaf(.rebalance, &reserve)
    case .spanningStore: storeSpanning(&reserve)
    }
  }

  /// Whether a store in bulk mode may leave nodes with less than they should have, now or when a leaf beside them is
  /// cut. In ascending order only right-most nodes have few items, which no law forbids, and never so few as to be
  /// evened out.
  private mutating func leavesTooLittle(_ kind: StoreKind) -> Bool {
    if max != .max || word == 0 || kind == .spanningStore { return true }
    return kind == .nodeStore && tree.height > 1
      && NodeFill.needsEvening(count: newEnd + 1, leaf: tree.geometry.leaf)
  }
}
