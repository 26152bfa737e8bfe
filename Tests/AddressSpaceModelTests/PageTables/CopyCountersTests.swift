import RangeMapCore
import Testing

@testable import AddressSpaceModel

@Suite("Cost of the copy of page tables")
struct CopyCountersTests {
  /// Copies pages of folios of 2 to the power of `order` pages, in a heap that was never forked.
  /// - Returns: what the copy did, and the contiguous blocks of the parent that it took apart.
  private func copy(pages: Int, order: Int, batch: Int) throws -> (counters: CopyCounters, unfoldedBlocks: Int) {
    let (ledger, folios) = (ResourceLedger(), FolioPool())
    let parent = PageTable(geometry: .arm64, ledger: ledger, owner: .parent, folios: folios)
    let child = PageTable(geometry: .arm64, ledger: ledger, owner: .child, folios: folios)
    var failures = FailurePlan.none
    var counters = CopyCounters()
    var observer = NoCopyObserver()
    for page in stride(from: 0, to: pages, by: 1 << order) {
      try parent.touch(page: UInt64(page) * parent.geometry.pageSize, order: order, failures: &failures)
    }
    try PageTableCopy.copyRange(
      from: parent, to: child, range: KeyRange(0, UInt64(pages) * parent.geometry.pageSize - 1), batch: batch,
      failures: &failures, counters: &counters, observer: &observer)
    return (counters, parent.unfoldedBlocks)
  }

  @Test("one batch does at once what one by one does for each page", arguments: PageTableCopyTests.batches)
  func updates(batch: Int) throws {
    let measured = try copy(pages: 512, order: 9, batch: batch)
    // References, resident pages, the child's entries and the parent's: one update each.
    #expect(measured.counters.updates == 4 * 512 / batch)
    #expect(measured.counters.runs == 512 / batch)
    #expect(measured.counters.longestRun == batch)
    #expect(measured.counters.entries == 512 && measured.counters.workUnits == 8 * 512)
    // A block is taken apart by what protects less than all of it.
    #expect(measured.unfoldedBlocks == (batch < 16 ? 32 : 0))
  }

  @Test("a batch gains nothing where folios are single pages, and as much as a folio holds elsewhere")
  func folioSizeLimitsTheGain() throws {
    let single = try copy(pages: 64, order: 0, batch: 512)
    #expect(single.counters.updates == 4 * 64)
    let sixteen = try copy(pages: 64, order: 4, batch: 512)
    #expect(sixteen.counters.updates == 4 * 64 / 16)
  }
}
