import RangeMapCore

extension SortedArrayOracle {
  /// The entry at an index, a zero entry read as NULL. Kernel: `mtree_load()`.
  /// - Complexity: O(log n).
  public func load(_ index: UInt64) -> Entry? {
    guard let entry = slot(at: index).entry, !entry.isZero else { return nil }
    return entry
  }

  /// The first entry at or after `index` that begins at most at `limit`; then `index` becomes the one after its range,
  /// 0 if that wraps.
  ///
  /// NULL leaves `index` as it was, and so does an `index` above `limit`. An entry that holds `index` is found even if
  /// it began before it. Zero entries are passed over. Kernel: `mt_find()`.
  /// - Complexity: O(log n) and the number of zero entries passed.
  public func find(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    if index > limit { return nil }
    var place = place(endingAtOrAfter: index)
    while place < occupied.count, occupied[place].first <= limit {
      if !occupied[place].entry.isZero {
        index = occupied[place].last &+ 1
        return occupied[place].entry
      }
      place += 1
    }
    return nil
  }

  /// As `find`, but NULL at once where `index` is 0, so that a loop ends behind the last index.
  /// Kernel: `mt_find_after()`.
  /// - Complexity: As `find`.
  public func findAfter(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    index == 0 ? nil : find(&index, through: limit)
  }

  /// The first entry after the slot that holds `index`, beginning at most at `limit`. A zero entry counts.
  /// Kernel: `mt_next()`.
  /// - Complexity: O(log n).
  public func next(after index: UInt64, through limit: UInt64) -> Entry? {
    var cursor = Cursor(range: .single(index))
    return moveNext(&cursor, through: limit, skipsNull: true)
  }

  /// The last entry before the slot that holds `index`, ending at least at `limit`. A zero entry counts.
  ///
  /// As in the kernel an entry in the root pointer itself is returned to every `index` above `limit`, however high
  /// `limit` is. Kernel: `mt_prev()`.
  /// - Complexity: O(log n).
  public func previous(before index: UInt64, downTo limit: UInt64) -> Entry? {
    var cursor = Cursor(range: .single(index))
    return movePrevious(&cursor, downTo: limit, skipsNull: true)
  }

  // MARK: Gaps

  /// The lowest start of a gap of `size` indices in a window. Kernel: `mas_empty_area()`.
  /// - Throws: `gapsNotTracked` on a tree that does not track gaps; `invalidRange` where the window is inverted, `size`
  ///   is 0 or does not fit the window; `noSpace`. They are looked at in this order.
  /// - Complexity: O(n).
  public func lowestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    if !configuration.tracksGaps { throw .gapsNotTracked }
    return try lowestPlace(of: size, in: window)
  }

  /// The highest start of a gap of `size` indices in a window.
  ///
  /// A kernel of version 6.12 misses a gap that begins at index 0 where the window reaches up to `UInt64.max`: the
  /// length it compares with wraps to 0. Kernel: `mas_empty_area_rev()`.
  /// - Throws: As `lowestGap`.
  /// - Complexity: O(n).
  public func highestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    if !configuration.tracksGaps { throw .gapsNotTracked }
    return try highestPlace(of: size, in: window)
  }

  private func requireFit(of size: UInt64, in window: KeyRange) throws(RangeMapError) {
    if !window.isValid || size == 0 || window.countLessOne < size - 1 { throw .invalidRange }
  }

  func lowestPlace(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    try requireFit(of: size, in: window)
    var start = window.first
    for place in place(endingAtOrAfter: start)..<occupied.count {
      let range = occupied[place].range
      if range.first > window.last { break }
      if range.first > start, range.first - 1 - start >= size - 1 { return start }
      if range.last >= window.last { throw .noSpace }
      start = range.last + 1
    }
    if window.last - start >= size - 1 { return start }
    throw .noSpace
  }

  func highestPlace(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    try requireFit(of: size, in: window)
    var end = window.last
    var place = place(endingAtOrAfter: end)
    // The range at this place is the only one that may reach beyond the window's end.
    if place < occupied.count, occupied[place].first <= end {
      if occupied[place].first <= window.first { throw .noSpace }
      end = occupied[place].first - 1
    }
    while place > 0, occupied[place - 1].last >= window.first {
      let range = occupied[place - 1].range
      if range.last < end, end - range.last - 1 >= size - 1 { return end - (size - 1) }
      if range.first <= window.first { throw .noSpace }
      end = range.first - 1
      place -= 1
    }
    if end - window.first >= size - 1 { return end - (size - 1) }
    throw .noSpace
  }
}
