/// A node as a walk over a tree shows it, be the tree ours or a library's: what the laws are checked on, and what a
/// shape is made of.
///
/// All pointers are valid while the node is shown. Nobody may write meanwhile.
package struct ShownNode {
  /// 1 for the root.
  package var depth: Int
  package var kind: TreeShape.Kind
  package var range: KeyRange
  /// The last used slot.
  package var end: Int
  /// The slot recorded as the one with the greatest gap; 0 if none is.
  package var gapSlot = 0
  /// Bit i is set if slot i is NULL, or, in an internal node, holds no child.
  package var nullSlots: UInt64
  /// The highest index of each slot before `end`; if `inside` is there, as many as a node of the kind has.
  package var pivots: UnsafePointer<UInt64>
  /// The gap below each slot; if `inside` is there, of as many slots as a node of the kind has.
  package var gaps: UnsafePointer<UInt64>?
  package var inside: Inside?

  /// What can only be seen in the node's own memory.
  package struct Inside {
    package var slotCount: Int
    package var pivotCount: Int
    /// A node whose last used slot is below this has too few items, unless it is right-most; 0 if none has.
    package var minimum: Int
    /// Bit i is set if slot i, behind the end, is not empty. A slot that holds metadata counts as empty.
    package var slotsBehindEnd: UInt64
    package var address: UInt64
    /// The address of the node that this one names as its parent; 0 for none, as in a root.
    package var parent: UInt64
    /// The slot of the parent that the node names as its own.
    package var parentSlot: Int
    package var isDead: Bool

    package init(
      slotCount: Int, pivotCount: Int, minimum: Int, slotsBehindEnd: UInt64, address: UInt64, parent: UInt64,
      parentSlot: Int, isDead: Bool
    ) {
      self.slotCount = slotCount
      self.pivotCount = pivotCount
      self.minimum = minimum
      self.slotsBehindEnd = slotsBehindEnd
      self.address = address
      self.parent = parent
      self.parentSlot = parentSlot
      self.isDead = isDead
    }
  }

  package init(
    depth: Int, kind: TreeShape.Kind, range: KeyRange, end: Int, nullSlots: UInt64, pivots: UnsafePointer<UInt64>
  ) {
    self.depth = depth
    self.kind = kind
    self.range = range
    self.end = end
    self.nullSlots = nullSlots
    self.pivots = pivots
  }

  package var isLeaf: Bool { kind == .leaf }

  /// Whether a slot is NULL or holds no child.
  package func isNull(_ slot: Int) -> Bool { nullSlots >> UInt64(slot) & 1 != 0 }

  /// The highest index of a slot.
  package func upperBound(_ slot: Int) -> UInt64 { slot < end ? pivots[slot] : range.last }

  /// The gap recorded for a slot.
  package func gap(_ slot: Int) -> UInt64 { gaps?[slot] ?? 0 }

  /// The longest run of NULL in a leaf, in indices.
  package var greatestGapInLeaf: UInt64 {
    var greatest: UInt64 = 0
    var start = range.first
    for slot in 0...end {
      let last = upperBound(slot)
      if isNull(slot) { greatest = max(greatest, last &- start &+ 1) }
      start = last &+ 1
    }
    return greatest
  }
}
