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
