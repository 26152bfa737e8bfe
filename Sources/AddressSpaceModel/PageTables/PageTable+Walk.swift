import RangeMapCore

extension PageTable {
  /// A table that a walk meets.
  public struct VisitedTable: Hashable, Sendable {
    /// 0 for the tables of page entries.
    public let level: Int
    /// The first address that the table covers.
    public let address: UInt64
  }

  /// All tables below the highest that can be reached from it, by rising address; an upper table before those below it.
  public func reachableTables() -> [VisitedTable] {
    var found: [VisitedTable] = []
    visit(table: 0, level: geometry.levels - 1, address: 0, &found)
    return found
  }

  /// Runs `body` on each entry in the range that is not empty, by rising address.
  public func forEachEntry(in range: KeyRange = .all, _ body: (UInt64, PageTableEntry) -> Void) {
    forEachLowestTable(in: range) { table, address, span in
      var rest = span
      while let slot = usedSlot(table, in: rest) {
        body(
          address + UInt64(slot - span.lowerBound) * geometry.pageSize, PageTableEntry(word: slots[place(table, slot)]))
        rest = slot + 1..<span.upperBound
      }
    }
  }

  /// The first slot of a table that is not empty, of those in a span; `nil` if all are.
  ///
  /// Most slots are empty, and a check of a fork looks at all of them several times.
  private func usedSlot(_ table: Int, in span: Range<Int>) -> Int? {
    slots.withUnsafeBufferPointer { slots in
      let first = place(table, 0)
      for slot in span where slots[first + slot] != 0 { return slot }
      return nil
    }
  }

  /// The resident pages as the entries have it.
  public func walkedResident() -> ResidentCounters {
    var counted = ResidentCounters()
    forEachEntry { _, entry in
      switch entry.kind {
      case .page:
        if folios[folios.folio(at: entry.frame)].contents == .anonymous {
          counted.anonymous += 1
        } else {
          counted.file += 1
        }
      case .swap: counted.swap += 1
      case .none, .special: break
      }
    }
    return counted
  }

  private func visit(table: Int, level: Int, address: UInt64, _ found: inout [VisitedTable]) {
    var rest = 0..<geometry.entries
    while let slot = usedSlot(table, in: rest) {
      rest = slot + 1..<geometry.entries
      let below = Int(slots[place(table, slot)])
      let first = address + UInt64(slot) * geometry.entrySpan(level)
      found.append(VisitedTable(level: level - 1, address: first))
      if level > 1 { visit(table: below, level: level - 1, address: first, &found) }
    }
  }
}
