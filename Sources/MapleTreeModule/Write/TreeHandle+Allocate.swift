import RangeMapCore

/// Writes into gaps.
extension TreeHandle {
  /// What every gap search checks. Kernel: the first lines of `mas_empty_area()`.
  func checkGapSearch(_ size: UInt64, _ window: KeyRange) throws(RangeMapError) {
    guard configuration.tracksGaps else { throw .gapsNotTracked }
    guard window.isValid, size > 0, window.countLessOne >= size - 1 else { throw .invalidRange }
  }

  /// Finds a gap and fills it; finds it again after each time that the lock was let go.
  func allocate(
    _ word: UInt64, size: UInt64, in window: KeyRange, policy: AllocationPolicy, lowest: Bool
  ) throws(RangeMapError) -> UInt64 {
    try checkGapSearch(size, window)
    var reserve = NodeReserve()
    defer { empty(&reserve) }
    while true {
      guard let gap = GapSearch(self, size: size, window: window, lowest: lowest).find() else { throw .noSpace }
      let range = KeyRange(gap.start, gap.start + (size - 1))
      if try tryStore(word, over: range, &reserve, policy: policy, near: gap.place) != nil { return gap.start }
    }
  }

  /// Kernel: `mas_alloc_cyclic()`.
  func allocateCyclic(
    _ word: UInt64, in window: KeyRange, from next: UInt64, policy: AllocationPolicy
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool) {
    var reserve = NodeReserve()
    defer { empty(&reserve) }
    while true {
      let (gap, wrapped) = try findCyclic(in: window, from: next)
      let index = gap.start
      guard try tryStore(word, over: .single(index), &reserve, policy: policy, near: gap.place) != nil else {
        continue
      }
      let reportsWrap = wrapped || header.cyclicAllocationWrapped
      if !wrapped { header.cyclicAllocationWrapped = false }
      if index == .max { header.cyclicAllocationWrapped = true }
      return (index, reportsWrap)
    }
  }

  private func findCyclic(
    in window: KeyRange, from next: UInt64
  ) throws(RangeMapError) -> (gap: (start: UInt64, place: LeafPlace?), wrapped: Bool) {
    let upper = KeyRange(Swift.max(window.first, next), window.last)
    if upper.isValid, let gap = GapSearch(self, size: 1, window: upper, lowest: true).find() { return (gap, false) }
    // Only a window that begins below where the first search did has anything left to search.
    guard upper.first > window.first else { throw upper.isValid ? .noSpace : .invalidRange }
    guard window.isValid else { throw .invalidRange }
    guard let gap = GapSearch(self, size: 1, window: window, lowest: true).find() else { throw .noSpace }
    return (gap, true)
  }
}
