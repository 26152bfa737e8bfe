import Testing

@testable import AddressSpaceModel

@Suite("Cost of the copy of page tables")
struct CopyMeasurementTests {
  @Test("one batch does at once what one by one does for each page", arguments: PageTableCopyTests.batches)
  func updates(batch: Int) {
    let measured = CopyMeasurement.measure(pages: 512, order: 9, batch: batch, rounds: 1)
    // References, resident pages, the child's entries and the parent's: one update each.
    #expect(measured.counters.updates == 4 * 512 / batch)
    #expect(measured.counters.runs == 512 / batch)
    #expect(measured.counters.longestRun == batch)
    #expect(measured.counters.entries == 512 && measured.counters.workUnits == 8 * 512)
    // A block is taken apart by what protects less than all of it.
    #expect(measured.unfoldedBlocks == (batch < 16 ? 32 : 0))
    #expect(measured.nanosecondsPerPage > 0)
  }

  @Test("a batch gains nothing where folios are single pages, and as much as a folio holds elsewhere")
  func folioSizeLimitsTheGain() {
    let single = CopyMeasurement.measure(pages: 64, order: 0, batch: 512, rounds: 1)
    #expect(single.counters.updates == 4 * 64)
    let sixteen = CopyMeasurement.measure(pages: 64, order: 4, batch: 512, rounds: 1)
    #expect(sixteen.counters.updates == 4 * 64 / 16)
  }
}
