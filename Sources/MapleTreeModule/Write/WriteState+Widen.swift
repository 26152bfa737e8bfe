import RangeMapCore

/// The second step of a store: a NULL takes the NULLs beside it into its range, so that no two NULLs meet. Changes
/// nothing but the state.
extension WriteState {
  @inline(__always)
  mutating func widen() {
    guard word == 0 else { return }
    switch landing {
    case .noNode: break
    case .leaf: widenInLeaf()
    case .leaves: if !coversAll { widenOverLeaves() }
    }
  }

  /// Kernel: `mas_wr_extend_null()`.
  private mutating func widenInLeaf() {
    let before = last
    if leaf.slot(lastSlot) == 0 {
      last = lastSlotLast
    } else if last == lastSlotLast && lastSlot < end && leaf.slot(lastSlot + 1) == 0 {
      lastSlot += 1
      lastSlotLast = leaf.upperBound(lastSlot, end: end, max: max)
      last = lastSlotLast
    }
    isWidenedRight = last != before
    isWidenedLeft = widenLeft()
  }

  /// Kernel: `mas_extend_spanning_null()`.
  private mutating func widenOverLeaves() {
    _ = widenLeft()
    let entry = tree.rightPath[leafLevel]
    let right = tree.node(entry.node)
    guard right.slot(entry.slot) == 0 else { return }
    last = Swift.max(last, right.upperBound(entry.slot, end: entry.end, max: entry.max))
    firstKept = entry.slot + 1
  }

  /// Takes the NULL in which the store begins in, or the one before it, and returns whether `first` has changed.
  @inline(__always)
  private mutating func widenLeft() -> Bool {
    let before = first
    if content == 0 {
      first = slotFirst
    } else if first == slotFirst && slot > 0 && leaf.slot(slot - 1) == 0 {
      slot -= 1
      slotFirst = leaf.lowerBound(slot, min: min)
      slotLast = leaf.pivot(slot)
      first = slotFirst
      content = 0
    }
    return first != before
  }
}
