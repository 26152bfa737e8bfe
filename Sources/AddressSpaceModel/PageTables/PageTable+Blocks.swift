/// Contiguous blocks: entries that say together that their pages follow one another in memory. Either all entries of a
/// block have the mark or none. Kernel: `arch/arm64/mm/contpte.c`.
extension PageTable {
  /// Writes a run of entries of one lowest table, whose pages follow one another, and puts the blocks together whose
  /// last entry it writes. Kernel: `set_ptes()`.
  func writeRun(_ entry: PageTableEntry, count: Int, table: Int, slot: Int) {
    unfoldPartly(table, slot..<slot + count)
    let first = place(table, slot)
    if entry.kind == .page {
      for index in 0..<count { slots[first + index] = entry.advanced(by: index).word }
    } else {
      for index in 0..<count { slots[first + index] = entry.word }
    }
    guard geometry.blockBits > 0, entry.kind == .page else { return }
    let size = geometry.blockEntries
    var block = slot & ~(size - 1)
    while block + size <= slot + count {
      foldIfPossible(table, block: block)
      block += size
    }
  }

  /// Takes the right to write away from a run of entries of one lowest table. Kernel: `wrprotect_ptes()`.
  func protectRun(count: Int, table: Int, slot: Int, unfolds: Bool = true) {
    if unfolds { unfoldPartly(table, slot..<slot + count) }
    let first = place(table, slot)
    for index in first..<first + count { slots[index] &= ~PageTableEntry.Marks.writable.rawValue }
  }

  /// Takes the blocks apart of which the slots are a part and not the whole. Kernel: `contpte_try_unfold_partial()`.
  func unfoldPartly(_ table: Int, _ range: Range<Int>) {
    guard geometry.blockBits > 0 else { return }
    let size = geometry.blockEntries
    let first = range.lowerBound & ~(size - 1)
    let last = (range.upperBound - 1) & ~(size - 1)
    if range.lowerBound > first || range.upperBound < first + size { unfold(table, block: first) }
    if last != first, range.upperBound < last + size { unfold(table, block: last) }
  }

  private func unfold(_ table: Int, block: Int) {
    let first = place(table, block)
    guard PageTableEntry(word: slots[first]).isContiguous else { return }
    for index in first..<first + geometry.blockEntries { slots[index] &= ~PageTableEntry.Marks.contiguous.rawValue }
    unfoldedBlocks += 1
  }

  private func foldIfPossible(_ table: Int, block: Int) {
    let first = place(table, block)
    let head = PageTableEntry(word: slots[first])
    guard head.kind == .page, head.frame.number & UInt64(geometry.blockEntries - 1) == 0, !head.isContiguous else {
      return
    }
    for index in 1..<geometry.blockEntries {
      guard PageTableEntry(word: slots[first + index]).continues(head, by: index) else { return }
    }
    for index in first..<first + geometry.blockEntries { slots[index] |= PageTableEntry.Marks.contiguous.rawValue }
    foldedBlocks += 1
  }
}

extension PageTableEntry {
  /// What entries of one block may differ in.
  private static let ignoredInBlocks = Marks([.dirty, .accessed, .contiguous]).rawValue | 3 << 9

  /// Whether the entry is what a block's first entry needs to find that many further on.
  func continues(_ head: PageTableEntry, by distance: Int) -> Bool {
    (word ^ head.advanced(by: distance).word) & ~Self.ignoredInBlocks == 0
  }
}
