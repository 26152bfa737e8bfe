import RangeMapCore

extension SortedArrayOracle {
  /// Makes a range hold an entry, or NULL. Kernel: `mtree_store_range()`.
  /// - Throws: `invalidRange`, then `reservedEntry` for an entry that `isAdvanced`.
  /// - Complexity: O(log n), and one move of the ranges behind it.
  public mutating func store(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try requireStorable(entry, over: range)
    write(entry, over: range)
    pauseCursors()
  }

  /// Makes a range hold an entry if all of it is NULL; else `occupied` with the lowest entry in it, be it a zero entry.
  /// Kernel: `mtree_insert_range()`.
  /// - Throws: `invalidRange`, then `reservedEntry` for an entry that `isAdvanced`, then `occupied`.
  /// - Complexity: As `store`.
  public mutating func insert(
    _ entry: Entry, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try requireStorable(entry, over: range)
    let place = place(endingAtOrAfter: range.first)
    if place < occupied.count, occupied[place].first <= range.last {
      throw .occupied(by: occupied[place].entry)
    }
    write(entry, over: range)
    pauseCursors()
  }

  /// Makes the range that holds `index` NULL, and returns its entry.
  ///
  /// Where the index is NULL already, nothing is written and no cursor is paused. Kernel: `mtree_erase()`.
  /// - Complexity: As `store`.
  public mutating func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    let (range, entry) = slot(at: index)
    if entry == nil { return nil }
    write(nil, over: range)
    pauseCursors()
    return entry
  }

  /// Makes the map empty. It keeps its kind, a preparation, bulk mode, and the memory of a cyclic allocation's wrap.
  /// Kernel: `mtree_destroy()`.
  /// - Complexity: O(1).
  public mutating func removeAll() {
    occupied.removeAll(keepingCapacity: true)
    form = .empty
    pauseCursors()
  }

  /// Turns the reader mode on or off. Nothing else changes, and no cursor is paused.
  /// Kernel: `mt_set_in_rcu()`, `mt_clear_in_rcu()`.
  public mutating func setReadCopyUpdate(_ enabled: Bool) { configuration.usesReadCopyUpdate = enabled }

  /// Makes an empty map of the same kind equal to this one, the memory of a cyclic allocation's wrap included. The
  /// destination's cursors are paused; this map's are not touched. Kernel: `mtree_dup()`.
  /// - Throws: `kindsDiffer`, then `destinationNotEmpty`.
  /// - Complexity: O(n), at the first write to either map.
  public func duplicate(
    into destination: inout SortedArrayOracle, policy: AllocationPolicy
  ) throws(RangeMapError) {
    if configuration != destination.configuration { throw .kindsDiffer }
    if destination.form != .empty { throw .destinationNotEmpty }
    destination.occupied = occupied
    destination.form = form
    destination.cyclicWrapped = cyclicWrapped
    destination.pauseCursors()
  }

  // MARK: What all writes share

  func requireStorable(_ entry: Entry?, over range: KeyRange) throws(RangeMapError) {
    if !range.isValid { throw .invalidRange }
    if let entry, entry.isAdvanced { throw .reservedEntry }
  }

  /// Pauses all cursors but `exception` that have been used since they were set.
  mutating func pauseCursors(except exception: Int? = nil) {
    for number in 0..<Self.cursorCount where number != exception && cursors[number].status != .start {
      cursors[number].status = .pause
      cursors[number].remembersSlot = false
    }
  }

  /// Makes a valid range hold an entry or NULL, and follows what becomes of the root.
  mutating func write(_ entry: Entry?, over range: KeyRange) {
    replace(range, with: entry)
    if occupied.isEmpty {
      form = .empty
    } else if let entry, form != .nodes {
      form = range == .single(0) && !entry.looksInternal ? .direct : .nodes
    }
  }

  /// Replaces the content of a range in place.
  private mutating func replace(_ range: KeyRange, with entry: Entry?) {
    let low = place(endingAtOrAfter: range.first)
    var high = low
    while high < occupied.count, occupied[high].first <= range.last { high += 1 }

    var before: OccupiedRange?
    var after: OccupiedRange?
    if low < high, occupied[low].first < range.first {
      before = occupied[low]
      before?.last = range.first - 1
    }
    if low < high, occupied[high - 1].last > range.last {
      after = occupied[high - 1]
      after?.first = range.last + 1
    }

    resize(low..<high, to: (before == nil ? 0 : 1) + (entry == nil ? 0 : 1) + (after == nil ? 0 : 1))
    var place = low
    if let before {
      occupied[place] = before
      place += 1
    }
    if let entry {
      occupied[place] = OccupiedRange(first: range.first, last: range.last, word: entry.word)
      place += 1
    }
    if let after { occupied[place] = after }
  }

  /// Makes room for `count` ranges where those at `places` are; what they are is for the caller to write.
  private mutating func resize(_ places: Range<Int>, to count: Int) {
    if places.count > count {
      occupied.removeSubrange(places.lowerBound + count..<places.upperBound)
    } else if places.count < count {
      let filler = OccupiedRange(first: 0, last: 0, word: 0)
      occupied.insert(contentsOf: repeatElement(filler, count: count - places.count), at: places.upperBound)
    }
  }
}
