import RangeMapCore

/// Plain writes. Each takes the tree's own lock; each that throws has changed nothing.
extension MapleTree {
  /// Makes a range hold an entry, or NULL. Kernel: `mtree_store_range()`.
  /// - Throws: `invalidRange`, `reservedEntry`, `outOfMemory`.
  /// - Complexity: O(log n), and the nodes that the range covers.
  public func store(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy = .maySleep
  ) throws(RangeMapError) {
    try handle.check(range, entry)
    try handle.locked { () throws(RangeMapError) in
      try handle.store(entry?.word ?? 0, over: range, policy: policy)
    }
  }

  /// Makes a range hold an entry if all of it is NULL. Kernel: `mtree_insert_range()`.
  /// - Throws: `occupied` with the first entry of the range, and what `store` throws.
  /// - Complexity: O(log n).
  public func insert(
    _ entry: Entry, over range: KeyRange, policy: AllocationPolicy = .maySleep
  ) throws(RangeMapError) {
    try handle.check(range, entry)
    try handle.locked { () throws(RangeMapError) in
      try handle.insert(entry.word, over: range, policy: policy)
    }
  }

  /// Makes the range that holds an index NULL, and returns its entry. Kernel: `mtree_erase()`.
  /// - Throws: `outOfMemory`: joining what is left can take nodes.
  /// - Complexity: O(log n).
  @discardableResult
  public func erase(at index: UInt64, policy: AllocationPolicy = .maySleep) throws(RangeMapError) -> Entry? {
    try handle.locked { () throws(RangeMapError) in
      try handle.erase(at: index, policy: policy)
    }
  }

  /// Inserts into the lowest gap of a size in a window, and returns its start. Kernel: `mtree_alloc_range()`.
  /// - Throws: `gapsNotTracked`, `reservedEntry` for every word below 4096 that looks internal, `invalidRange`,
  ///   `noSpace`, `outOfMemory`.
  public func allocateLowest(
    _ entry: Entry, size: UInt64, in window: KeyRange = .all, policy: AllocationPolicy = .maySleep
  ) throws(RangeMapError) -> UInt64 {
    try allocate(entry, size, window, policy, lowest: true)
  }

  /// Inserts into the highest gap of a size in a window. Kernel: `mtree_alloc_rrange()`.
  public func allocateHighest(
    _ entry: Entry, size: UInt64, in window: KeyRange = .all, policy: AllocationPolicy = .maySleep
  ) throws(RangeMapError) -> UInt64 {
    try allocate(entry, size, window, policy, lowest: false)
  }

  private func allocate(
    _ entry: Entry, _ size: UInt64, _ window: KeyRange, _ policy: AllocationPolicy, lowest: Bool
  ) throws(RangeMapError) -> UInt64 {
    guard handle.configuration.tracksGaps else { throw .gapsNotTracked }
    guard !entry.isReserved else { throw .reservedEntry }
    return try handle.locked { () throws(RangeMapError) in
      try handle.allocate(entry.word, size: size, in: window, policy: policy, lowest: lowest)
    }
  }

  /// Inserts at the lowest free index of a window at or after `next`, else from the window's start, and moves `next`
  /// behind it. `wrapped` is true where the search began again, and for the first success after `next` went to 0.
  /// Kernel: `mtree_alloc_cyclic()`.
  public func allocateCyclic(
    _ entry: Entry, in window: KeyRange = .all, next: inout UInt64, policy: AllocationPolicy = .maySleep
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool) {
    guard handle.configuration.tracksGaps else { throw .gapsNotTracked }
    guard !entry.isReserved else { throw .reservedEntry }
    let from = next
    let result = try handle.locked { () throws(RangeMapError) in
      try handle.allocateCyclic(entry.word, in: window, from: from, policy: policy)
    }
    next = result.index &+ 1
    return result
  }

  /// Empties the tree; what it is stays. Kernel: `mtree_destroy()`.
  /// - Complexity: O(n).
  public func removeAll() {
    handle.locked { handle.removeEverything() }
  }
}

extension TreeHandle {
  /// Kernel: `mas_insert()`.
  func insert(_ word: UInt64, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    var reserve = NodeReserve()
    defer { empty(&reserve) }
    while true {
      if let entry = firstEntry(in: range) { throw .occupied(by: entry) }
      if try tryStore(word, over: range, &reserve, policy: policy) != nil { return }
    }
  }

  /// The first entry that overlaps a range.
  func firstEntry(in range: KeyRange) -> Entry? {
    var position = Position(self, at: .single(range.first))
    let word = position.walk(to: range.first)
    if word != 0 { return Entry(word: word) }
    // NULLs are joined: what comes behind this one is an entry.
    if position.last >= range.last { return nil }
    return Entry(word: position.walk(to: position.last + 1))
  }

  /// Kernel: `mas_erase()`.
  func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    var reserve = NodeReserve()
    defer { empty(&reserve) }
    while true {
      var position = Position(self, at: .single(index))
      guard let entry = Entry(word: position.walk(to: index)) else { return nil }
      let range = KeyRange(position.first, position.last)
      if try tryStore(0, over: range, &reserve, policy: policy) != nil { return entry }
    }
  }

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
