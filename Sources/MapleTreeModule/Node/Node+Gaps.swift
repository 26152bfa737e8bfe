extension Node {
  /// The longest run of NULL in a leaf with the range `min...max`, in indices. Kernel: `mas_leaf_max_gap()`.
  /// - Complexity: O(slots).
  func greatestGapInLeaf(min: UInt64, max: UInt64) -> UInt64 {
    let end = end(max: max)
    var greatest: UInt64 = 0
    var start = min
    for index in 0...end {
      let last = upperBound(index, end: end, max: max)
      if slot(index) == 0 {
        let gap = last &- start &+ 1
        if gap > greatest { greatest = gap }
      }
      start = last &+ 1
    }
    return greatest
  }

  /// The longest gap below a node. Kernel: `mas_max_gap()`.
  @inline(__always)
  func greatestGap(min: UInt64, max: UInt64) -> UInt64 {
    isLeaf ? greatestGapInLeaf(min: min, max: max) : gap(greatestGapSlot)
  }

  /// The highest of the slots with the greatest gap, and that gap. Kernel: `ma_max_gap()`.
  func findGreatestGap() -> (slot: Int, gap: UInt64) {
    let end = recordedEnd
    var slot = end
    var greatest: UInt64 = 0
    for index in stride(from: end, through: 0, by: -1) where gap(index) > greatest {
      greatest = gap(index)
      slot = index
    }
    return (slot, greatest)
  }
}
