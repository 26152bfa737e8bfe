import RangeMapCore
import Testing

@testable import AddressSpaceModel

@Suite("Fork's copy of page tables: pinned pages")
struct PinnedPageTests {
  #if DEBUG
    static let order = 4
  #else
    static let order = 6
  #endif
  static let pages = 1 << order

  @Test("a pinned page at every position of every batch", arguments: PageTableCopyTests.batches)
  func everyPosition(batch: Int) throws {
    for position in 0..<Self.pages {
      let layout = CopyLayout.onePinned(at: position, order: Self.order)
      let single = try CopyRun(layout, batch: 1)
      for pinned in PinnedPageRule.allCases {
        let run = try CopyRun(layout, batch: batch, pinned: pinned)
        try #require(run.observer.violations == [])
        try #require(run.counters.earlyCopies == 1)
        let address = run.bench.address(position)
        try #require(run.bench.child.entry(at: address).frame != run.bench.parent.entry(at: address).frame)
        try #require(run.bench.folios.isExclusive(run.bench.child.entry(at: address).frame))
        let differences = PageTableLaw.differences(
          oneByOne: single.tables, batched: run.tables, mapping: layout.mapping)
        try #require(differences == [])
        try expectRuns(run, position: position, batch: min(batch, Self.pages), pinned)
      }
    }
  }

  /// The batch that would hold the page either ends before it, or is refused and then goes page by page up to it.
  private func expectRuns(_ run: CopyRun, position: Int, batch: Int, _ pinned: PinnedPageRule) throws {
    let after = (Self.pages - position - 1 + batch - 1) / batch
    switch pinned {
    case .stopsBefore:
      try #require(run.counters.runs == (position + batch - 1) / batch + 1 + after)
      try #require(run.counters.sparesRequested == 1 && run.counters.sparesUnused == 0)
    case .refusesBatch:
      try #require(run.counters.runs == position / batch + position % batch + 1 + after)
      try #require(run.counters.sparesRequested == position % batch + 1)
      try #require(run.counters.sparesUnused == position % batch)
    }
  }

  @Test("no page for the early copy: what was copied before it is undone, whatever its position")
  func noPageForTheCopy() throws {
    for position in stride(from: 0, to: Self.pages, by: 5) {
      for batch in PageTableCopyTests.batches {
        let failures = FailurePlan(failing: 1, forever: true, of: .folio)
        let run = try CopyRun(
          .onePinned(at: position, order: Self.order), batch: batch, pinned: .stopsBefore, failures: failures)
        try #require(run.thrown == OutOfMemory(.folio))
        try #require(run.bench.child.resident.anonymous == position)
        try #require(run.observer.violations == [])
        run.bench.folios.unpin(run.bench.parent.entry(at: run.bench.address(position)).frame)
        try #require(run.bench.violationsThenTeardown() == [])
      }
    }
  }

  @Test("of a folio that was never forked, one pinned page has all pages copied", arguments: PinnedPageRule.allCases)
  func allExclusive(pinned: PinnedPageRule) throws {
    let run = try CopyRun(
      CopyLayout(items: [CopyLayout.heap(order: 4), .pinned(page: 9)]), batch: 16, pinned: pinned)
    #expect(run.counters.earlyCopies == 16)
    #expect(run.observer.violations == [])
  }

  @Test("pages of files are shared, pinned or not")
  func pinnedFile() throws {
    let bench = TableBench(.arm64)
    var failures = FailurePlan.none
    let folio = try bench.parent.touch(page: 0, contents: .file, order: 2, marks: [], failures: &failures)
    #expect(bench.folios.pin(bench.folios[folio].frame))
    try PageTableCopy.copyRange(from: bench.parent, to: bench.child, range: .all, failures: &failures)
    #expect(bench.folios[folio].mappings == 8)
    #expect(bench.folios[folio].references == 9)
    bench.folios.unpin(bench.folios[folio].frame)
    #expect(bench.violationsThenTeardown() == [])
  }

  @Test("a shared page of anonymous memory cannot be pinned")
  func sharedCannotBePinned() throws {
    let run = try CopyRun(CopyLayout(items: [CopyLayout.heap(order: 0)]), batch: 1)
    #expect(!run.bench.folios.pin(run.bench.parent.entry(at: 0).frame))
  }
}
