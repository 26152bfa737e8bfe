import RangeMapCore

extension AddressSpace where Map: ~Copyable {
  /// Takes pages out to swap: those of private memory that are folios of their own, and that nobody has pinned. Those
  /// of areas that are locked in memory stay. Kernel: `try_to_unmap()`, as reclaim calls it.
  public mutating func swapOut(_ range: KeyRange) {
    var pages: [(address: UInt64, entry: PageTableEntry)] = []
    pageTable.forEachEntry(in: range) { address, entry in
      if entry.kind == .page { pages.append((address, entry)) }
    }
    for (address, entry) in pages {
      let folios = machine.folios
      let folio = folios[folios.folio(at: entry.frame)]
      guard folio.contents == .anonymous, folio.order == 0, !folios.isPinned(entry.frame),
        let vma = firstVma(endingAfter: address), !machine[vma].flags.contains(.locked)
      else { continue }
      let marks: PageTableEntry.Marks = folios.isExclusive(entry.frame) ? .swapExclusive : []
      // The table is there: nothing is asked for.
      try? pageTable.populate(
        page: address, entry: .swap(folios.makeSwapSlot(), marks: marks), failures: &machine.failures)
    }
  }
}
