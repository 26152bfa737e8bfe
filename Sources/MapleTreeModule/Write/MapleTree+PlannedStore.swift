import RangeMapCore

/// What a store is before it is made, and how far up it can reach.
public struct PlannedStore {
  public let kind: StoreKind
  /// Levels of the tree before the store.
  public let height: Int
  /// The depth below the lowest internal node on the way that has a slot to spare, 0 where none has: a split ends there
  /// at the latest. Kernel: `vacant_height` of `struct ma_wr_state`.
  public let vacantHeight: Int
  /// The depth below the lowest internal node on the way that can lose a child, 0 where none can: a rebalance ends
  /// there at the latest. Kernel: `sufficient_height` of `struct ma_wr_state`.
  public let sufficientHeight: Int
  public let usesReadCopyUpdate: Bool
  /// The leaf as the store finds it, before a NULL is extended over its neighbours; nil where there is no leaf, or
  /// where the store reaches behind it.
  public let leaf: LeafFacts<Int>?
  /// Whether all of the index space is stored over, as it was asked for.
  public let coversAll: Bool
  /// Whether a store into a tree without a node needs none: only the root pointer changes.
  public let fitsRootPointer: Bool
}

extension MapleTree {
  /// Says how a store would be carried out, and changes nothing. Kernel: `mas_wr_preallocate()`, up to the request.
  ///
  /// - Parameter entry: What would be stored; nil for NULL.
  /// - Complexity: O(log n).
  public func plannedStore(of entry: Entry?, over range: KeyRange) -> PlannedStore {
    handle.plannedStore(entry?.word ?? 0, over: range, isBulk: false)
  }
}

extension TreeHandle {
  func plannedStore(_ word: UInt64, over range: KeyRange, isBulk: Bool) -> PlannedStore {
    var write = StoreWrite(self, over: range, word: word, isBulk: isBulk)
    let kind = write.plan()
    let way = wayDown(word, over: range, isBulk: isBulk)
    return PlannedStore(
      kind: kind, height: height, vacantHeight: way.vacant, sufficientHeight: way.sufficient,
      usesReadCopyUpdate: usesReadCopyUpdate, leaf: way.leaf, coversAll: range == .all,
      fitsRootPointer: range == .single(0) && word & 3 != 2)
  }

  /// Walks as a store of 6.16 does, which notes on its way where it can end at the latest. A node that the store spans
  /// is not noted, nor is anything below it.
  private func wayDown(
    _ word: UInt64, over range: KeyRange, isBulk: Bool
  ) -> (vacant: Int, sufficient: Int, leaf: LeafFacts<Int>?) {
    guard var reference = NodeReference.inRoot(rootWord) else { return (0, 0, nil) }
    var reach = StoreReach()
    var (low, high): (UInt64, UInt64) = (0, .max)
    while true {
      let node = self.node(reference)
      let end = node.end(max: high)
      let slot = node.slotIndex(holding: range.first)
      if node.isLeaf {
        let leaf = leafFacts(node, end: end, slot: slot, low: low, high: high, word, range, isBulk)
        return (reach.vacant, reach.sufficient, leaf)
      }
      let bound = node.upperBound(slot, end: end, max: high)
      if StoreWrite.spans(last: range.last, bound: bound, isNull: word == 0) {
        return (reach.vacant, reach.sufficient, nil)
      }
      reach.note(end: end, shape: geometry.shape(of: node.kind))
      low = node.lowerBound(slot, min: low)
      high = bound
      reference = node.child(slot)
    }
  }

  private func leafFacts(
    _ node: Node, end: Int, slot: Int, low: UInt64, high: UInt64, _ word: UInt64, _ range: KeyRange, _ isBulk: Bool
  ) -> LeafFacts<Int> {
    var lastSlot = slot
    while lastSlot < end && node.pivot(lastSlot) < range.last { lastSlot += 1 }
    return LeafFacts(
      end: end, slot: slot, lastSlot: lastSlot, beginsAtSlot: node.lowerBound(slot, min: low) == range.first,
      endsAtSlot: node.upperBound(lastSlot, end: end, max: high) == range.last, coversAll: range == .all,
      storesNull: word == 0, isRoot: node.parent.isRoot, usesReadCopyUpdate: usesReadCopyUpdate,
      isBulk: isBulk)
  }
}
