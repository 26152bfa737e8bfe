import RangeMapCore

/// Faults that a hand could put into the freeing of tables. They exist so that the tests can show that a check sees
/// them.
enum TableFreeDefect: CaseIterable {
  /// Ends are compared as they are, and not less one, so that 0 is no longer the top.
  case comparesEndsPlainly
  /// A ceiling that rounds down to 0 is taken for the top.
  case takesCeilingRoundedToZeroForTop
  /// The last table is not left out when the mapping above needs it.
  case keepsEndAboveCeiling
  /// The floor is rounded down to a table's span.
  case roundsFloorDown
  /// The ceiling is not rounded at the upper levels.
  case roundsCeilingOnce
  /// A freed table is not taken off the count.
  case leavesCount
}

extension PageTable {
  /// Frees the tables that only `[address, end)` needs, after its entries were cleared.
  ///
  /// `floor` is the end of the mapping below, and nothing that starts below it is freed; `ceiling` is the start of
  /// the mapping above. An end or ceiling of 0 is the top of all addresses. Entries left in a freed table are lost,
  /// which the counters then show.
  /// - Precondition: `[address, end)` is not empty and within the address space.
  /// - Complexity: O(entries of the tables that cover the range). Kernel: `free_pgd_range()`.
  public func freeRange(address: UInt64, end: UInt64, floor: UInt64, ceiling: UInt64) {
    freeRange(address: address, end: end, floor: floor, ceiling: ceiling, defect: nil)
  }

  func freeRange(address: UInt64, end: UInt64, floor: UInt64, ceiling: UInt64, defect: TableFreeDefect?) {
    precondition(address < end && end <= geometry.addressLimit, "the range is within the address space")
    let span = geometry.tableSpan(0)
    let floor = defect == .roundsFloorDown ? PageTableGeometry.roundDown(floor, to: span) : floor
    var address = PageTableGeometry.roundDown(address, to: span)
    if address < floor {
      address &+= span
      if address == 0 { return }
    }
    var ceiling = ceiling
    if ceiling != 0 {
      ceiling = PageTableGeometry.roundDown(ceiling, to: span)
      if ceiling == 0, defect != .takesCeilingRoundedToZeroForTop { return }
    }
    var end = end
    if Self.isAbove(end, ceiling, defect), defect != .keepsEndAboveCeiling { end &-= span }
    if address > end &- 1 { return }
    let bounds = FreedBounds(floor: floor, ceiling: ceiling, defect: defect)
    freeTables(below: 0, level: geometry.levels - 1, from: address, to: end, bounds)
  }

  private struct FreedBounds {
    let floor: UInt64
    /// Rounded down to the span of a lowest table.
    let ceiling: UInt64
    let defect: TableFreeDefect?
  }

  /// Whether an end lies above the ceiling, both less one, so that 0 is the top.
  private static func isAbove(_ end: UInt64, _ ceiling: UInt64, _ defect: TableFreeDefect?) -> Bool {
    defect == .comparesEndsPlainly ? end > ceiling : end &- 1 > ceiling &- 1
  }

  /// Frees what may be freed below an upper table. Kernel: `free_p4d_range()`, `free_pud_range()`, `free_pmd_range()`.
  private func freeTables(below table: Int, level: Int, from address: UInt64, to end: UInt64, _ bounds: FreedBounds) {
    var piece = address
    repeat {
      let next = PageTableGeometry.spanEnd(of: piece, end: end, span: geometry.entrySpan(level))
      let slot = geometry.slot(of: piece, level: level)
      let below = Int(slots[place(table, slot)])
      if below != 0 {
        if level > 1 { freeTables(below: below, level: level - 1, from: piece, to: next, bounds) }
        if level == 1 || nobodyElseNeeds(from: piece, to: next, span: geometry.entrySpan(level), bounds) {
          releaseTable(below: table, slot: slot, level: level - 1, counts: bounds.defect != .leavesCount)
        }
      }
      piece = next
    } while piece != end
  }

  /// Whether neither the mapping below nor the one above reaches into the span of the table that covers the piece.
  private func nobodyElseNeeds(from piece: UInt64, to next: UInt64, span: UInt64, _ bounds: FreedBounds) -> Bool {
    if PageTableGeometry.roundDown(piece, to: span) < bounds.floor { return false }
    var ceiling = bounds.ceiling
    if ceiling != 0, bounds.defect != .roundsCeilingOnce {
      ceiling = PageTableGeometry.roundDown(ceiling, to: span)
      if ceiling == 0, bounds.defect != .takesCeilingRoundedToZeroForTop { return false }
    }
    return !Self.isAbove(next, ceiling, bounds.defect)
  }
}
