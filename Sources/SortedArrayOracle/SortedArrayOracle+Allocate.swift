import RangeMapCore

extension SortedArrayOracle {
  /// Inserts into the lowest gap of `size` in a window, and returns its start. Kernel: `mtree_alloc_range()`.
  /// - Throws: `gapsNotTracked`, then `reservedEntry` for an entry that `isReserved`, then what `lowestGap` throws.
  /// - Complexity: O(n).
  public mutating func allocateLowest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    try requireAllocatable(entry)
    let start = try lowestPlace(of: size, in: window)
    write(entry, over: KeyRange(start, start + (size - 1)))
    pauseCursors()
    return start
  }

  /// Inserts into the highest gap of `size` in a window, and returns its start. Kernel: `mtree_alloc_rrange()`.
  /// - Throws: As `allocateLowest`.
  /// - Complexity: O(n).
  public mutating func allocateHighest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    try requireAllocatable(entry)
    let start = try highestPlace(of: size, in: window)
    write(entry, over: KeyRange(start, start + (size - 1)))
    pauseCursors()
    return start
  }

  /// Inserts at the lowest free index of a window at or after `next`, else at the lowest of the whole window, and moves
  /// `next` behind it.
  ///
  /// The second search is made only if `next` is above the window's start; a success of it is reported as `wrapped`. A
  /// `next` above the window's end makes the first search fail without harm. After index `UInt64.max` was given out,
  /// `next` is 0 and the map remembers that: the next success reports `wrapped`, and the map forgets it again, unless
  /// that success was in a second search and so is `wrapped` anyhow. A call that throws changes neither `next` nor what
  /// the map remembers. Kernel: `mtree_alloc_cyclic()`.
  /// - Throws: `gapsNotTracked`, then `reservedEntry` for an entry that `isReserved`, then `invalidRange` for an
  ///   inverted window, then `noSpace`.
  /// - Complexity: O(n).
  public mutating func allocateCyclic(
    _ entry: Entry, in window: KeyRange, next: inout UInt64, policy: AllocationPolicy
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool) {
    try requireAllocatable(entry)
    var (index, wrapped) = try cyclicPlace(in: window, next: next)
    write(entry, over: .single(index))
    pauseCursors()
    if cyclicWrapped, !wrapped {
      cyclicWrapped = false
      wrapped = true
    }
    next = index &+ 1
    if next == 0 { cyclicWrapped = true }
    return (index, wrapped)
  }

  private func cyclicPlace(
    in window: KeyRange, next: UInt64
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool) {
    do {
      return (try lowestPlace(of: 1, in: KeyRange(max(window.first, next), window.last)), false)
    } catch {
      if next <= window.first { throw error }
      return (try lowestPlace(of: 1, in: window), true)
    }
  }

  private func requireAllocatable(_ entry: Entry) throws(RangeMapError) {
    if !configuration.tracksGaps { throw .gapsNotTracked }
    if entry.isReserved { throw .reservedEntry }
  }
}
