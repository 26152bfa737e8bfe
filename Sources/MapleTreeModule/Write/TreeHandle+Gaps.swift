import RangeMapCore

/// The gaps that internal nodes record.
extension TreeHandle {
  /// Writes the gap of a changed node into its parent, and goes on upward while a parent's own greatest gap changes.
  /// Kernel: `mas_update_gap()`, `mas_parent_gap()`.
  /// - Complexity: O(height).
  func updateGaps(above node: Node, min: UInt64, max: UInt64) {
    guard configuration.tracksGaps else { return }
    var link = node.parent
    if link.isRoot { return }
    var gap = node.greatestGap(min: min, max: max)
    if parentNode(link).gap(link.slot) == gap { return }
    while true {
      let parent = parentNode(link)
      let slot = link.slot
      let greatestSlot = parent.greatestGapSlot
      let greatest = parent.gap(greatestSlot)
      parent.setGap(slot, gap)
      if greatest == gap { return }
      if slot != greatestSlot {
        if greatest > gap { return }
        parent.setMetadata(end: parent.recordedEnd, greatestGapSlot: slot)
      } else if gap < greatest {
        let found = parent.findGreatestGap()
        gap = found.gap
        parent.setMetadata(end: parent.recordedEnd, greatestGapSlot: found.slot)
      }
      link = parent.parent
      if link.isRoot { return }
    }
  }
}
