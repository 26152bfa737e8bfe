import RangeMapCore

extension PageTable {
  /// Empties all entries in a range of addresses and gives back what they hold. The tables stay, empty.
  ///
  /// - Returns: How many entries held something.
  /// - Complexity: O(tables + entries) in the range. Kernel: `unmap_page_range()`.
  @discardableResult
  public func clear(_ range: KeyRange) -> Int {
    var cleared = 0
    forEachLowestTable(in: range) { table, _, span in
      unfoldPartly(table, span)
      for index in place(table, span.lowerBound)..<place(table, span.lowerBound) + span.count where slots[index] != 0 {
        let entry = PageTableEntry(word: slots[index])
        slots[index] = 0
        drop(entry)
        cleared += 1
      }
    }
    return cleared
  }

  /// Runs `body` on each lowest table that has an entry in the range: its number, the address of the first such entry,
  /// and the slots that are in the range.
  func forEachLowestTable(in range: KeyRange, _ body: (Int, UInt64, Range<Int>) -> Void) {
    guard range.isValid, range.first < geometry.addressLimit else { return }
    let last = min(range.last, geometry.addressLimit - 1)
    var address = PageTableGeometry.roundDown(range.first, to: geometry.pageSize)
    while address <= last {
      var table = 0
      var level = geometry.levels - 1
      while level > 0 {
        table = Int(slots[place(table, geometry.slot(of: address, level: level))])
        if table == 0 { break }
        level -= 1
      }
      // Where an entry of an upper table is empty, all that it would cover is skipped at once.
      let span = geometry.entrySpan(max(level, 1))
      let next = PageTableGeometry.roundDown(address, to: span) + span
      if level == 0 {
        let first = geometry.slot(of: address, level: 0)
        let end = geometry.slot(of: min(last, next - 1), level: 0) + 1
        body(table, address, first..<end)
      }
      address = next
    }
  }
}
