import RangeMapCore

extension SortedArrayOracle {
  /// Remembers a store for `storePrepared`; an earlier preparation is given up, unless this one is refused. Pauses no
  /// cursor. Kernel: `mas_preallocate()`.
  /// - Throws: `invalidRange`, then `reservedEntry` for an entry that `isAdvanced`; an earlier preparation is then
  ///   kept.
  public mutating func prepare(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try requireStorable(entry, over: range)
    preparation = PreparedStore(entry: entry, range: range)
  }

  /// Carries out the prepared store, and ends the preparation. Kernel: `mas_store_prealloc()`.
  /// - Throws: `notPrepared`.
  /// - Complexity: As `store`.
  public mutating func storePrepared() throws(RangeMapError) {
    guard let prepared = preparation else { throw .notPrepared }
    preparation = nil
    write(prepared.entry, over: prepared.range)
    pauseCursors()
  }

  /// Gives up a preparation; nothing where there is none. Kernel: `mas_destroy()`.
  public mutating func abandonPrepared() { preparation = nil }

  /// Begins bulk mode, or begins it anew. Never throws, and pauses no cursor. Kernel: `mas_expected_entries()`.
  public mutating func beginBulk(expecting count: UInt64, policy: AllocationPolicy) throws(RangeMapError) {
    isInBulkMode = true
  }

  /// Stores in bulk mode, in any order.
  /// - Throws: `notPrepared` outside bulk mode, then `invalidRange`, then `reservedEntry` for an entry that
  ///   `isAdvanced`.
  /// - Complexity: As `store`.
  public mutating func bulkStore(_ entry: Entry?, over range: KeyRange) throws(RangeMapError) {
    if !isInBulkMode { throw .notPrepared }
    try store(entry, over: range, policy: .mustNotSleep)
  }

  /// Ends bulk mode; nothing outside of it. Pauses no cursor.
  public mutating func endBulk() { isInBulkMode = false }
}
