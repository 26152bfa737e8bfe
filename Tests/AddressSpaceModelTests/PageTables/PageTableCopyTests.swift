import RangeMapCore
import Testing

@testable import AddressSpaceModel

@Suite("Fork's copy of page tables")
struct PageTableCopyTests {
  static let batches = [1, 4, 16, 64, 512]

  @Test("all laws hold at every step, and a batch ends as one by one does", arguments: batches)
  func mixed(batch: Int) throws {
    for pinned in PinnedPageRule.allCases {
      let single = try CopyRun(.mixed, batch: 1)
      let batched = try CopyRun(.mixed, batch: batch, pinned: pinned)
      #expect(batched.observer.moments > 0)
      #expect(batched.observer.violations == [])
      let differences = PageTableLaw.differences(
        oneByOne: single.tables, batched: batched.tables, mapping: CopyLayout.mixed.mapping)
      #expect(differences == [])
      // The folio at 0 has one exclusive page; that at 64 was not forked before, so all its pages are.
      #expect(batched.counters.earlyCopies == 1 + 16)
      #expect(batched.bench.violationsThenTeardown().filter { $0.law != .nothingLeftAfterTeardown } == [])
    }
  }

  #if DEBUG
    static let randomLayouts = 60
    static let failingBatches = [1, 16]
  #else
    static let randomLayouts = 10_000
    static let failingBatches = batches
  #endif

  @Test("random layouts, in large tables and in tiny ones", arguments: [false, true])
  func random(tiny: Bool) throws {
    var generator = SeededGenerator(seed: 10)
    for _ in 0..<Self.randomLayouts {
      let layout = CopyLayout.random(
        &generator, pages: tiny ? 40 : 90, geometry: tiny ? .tiny : CopyLayout.fullGeometry)
      let single = try CopyRun(layout, batch: 1)
      let batch = Self.batches[Int(generator.below(5))]
      let batched = try CopyRun(layout, batch: batch, pinned: generator.oneIn(2) ? .stopsBefore : .refusesBatch)
      try #require(single.observer.violations == [])
      try #require(batched.observer.violations == [])
      let differences = PageTableLaw.differences(
        oneByOne: single.tables, batched: batched.tables, mapping: layout.mapping)
      try #require(differences == [])
    }
  }

  @Test("a shared mapping: nothing is protected, and the child's pages are clean")
  func sharedMapping() throws {
    var layout = CopyLayout(items: [.folio(order: 4, at: 0, pages: 16, .file, [.writable, .dirty])])
    layout.mapping = .sharedWritable
    for batch in [1, 16] {
      let run = try CopyRun(layout, batch: batch)
      #expect(run.observer.violations == [])
      #expect(run.counters.protections == 0)
      #expect(run.bench.parent.entry(at: 0).isWritable)
      #expect(run.bench.child.entry(at: 0).marks == [.writable, .contiguous])
    }
  }

  @Test("in a shared mapping a batch lets the child write to a run of which one page was writable")
  func sharedMappingMergesWritePermission() throws {
    var layout = CopyLayout(items: [.folio(order: 2, at: 0, pages: 4, .file, []), .marks(page: 2, .writable)])
    layout.mapping = .sharedWritable
    let writable = try [1, 4].map { batch in
      let run = try CopyRun(layout, batch: batch)
      return (0..<4).map { run.bench.child.entry(at: run.bench.address($0)).isWritable }
    }
    #expect(writable == [[false, false, true, false], [true, true, true, true]])
  }

  @Test("every failing step, once and for ever: nothing of the child is left, the parent reads what it read")
  func everyFailure() throws {
    for batch in Self.failingBatches {
      for pinned in PinnedPageRule.allCases {
        let all = try CopyRun(.mixed, batch: batch, pinned: pinned).failures
        // Of the slot with room for two, the second user after the parent's three needs a page to count on.
        #expect(all.steps(of: .pageTablePage) == UInt64(try CopyLayout.mixed.build().parent.tablePages))
        #expect(all.steps(of: .swapContinuation) == 1)
        #expect(all.steps(of: .pageContents) == 17)
        for index in 1...all.steps {
          for forever in [false, true] {
            let run = try CopyRun(
              .mixed, batch: batch, pinned: pinned, failures: FailurePlan(failing: index, forever: forever))
            try #require(run.thrown != nil && run.failures.steps == index)
            try #require(run.observer.violations == [])
            try expectUndone(run)
          }
        }
      }
    }
  }

  private func expectUndone(_ run: CopyRun) throws {
    run.bench.child.clear(.all)
    run.bench.child.freeTables(
      of: [KeyRange(0, run.bench.child.geometry.addressLimit - 1)], floor: 0, ceiling: 0)
    try #require(PageTableLaw.teardownViolations(run.bench.child) == [])
    try #require(run.bench.ledger.isClear(owner: .child))
    try #require(PageTableLaw.violations([run.bench.parent]) == [])
    let before = try CopyLayout.mixed.build()
    try #require(
      PageTableLaw.readViolations(parent: before.parent, child: run.bench.parent, range: .all) == [])
    try #require(before.folios.liveFolios == run.bench.folios.liveFolios)
    let references = [before, run.bench].map { $0.folios.liveFolioList().map(\.references) }
    try #require(references[0] == references[1])
  }

  @Test("a range copied a page at a time ends as the range copied at once")
  func pieces() throws {
    let whole = try CopyRun(.mixed, batch: 512)
    let bench = try CopyLayout.mixed.build()
    var failures = FailurePlan.none
    for page in 0..<601 {
      try PageTableCopy.copyRange(
        from: bench.parent, to: bench.child, range: bench.pages(page..<page + 1), mapping: CopyLayout.mixed.mapping,
        failures: &failures)
    }
    let differences = PageTableLaw.differences(
      oneByOne: (bench.parent, bench.child), batched: whole.tables, mapping: CopyLayout.mixed.mapping)
    #expect(differences == [])
  }

  @Test("the child gets a table wherever the parent has one, be it empty")
  func emptyTables() throws {
    let bench = TableBench(.x86_64)
    try bench.parent.makeTables(for: KeyRange(0x400000, 0x7fffff))
    var failures = FailurePlan.none
    try PageTableCopy.copyRange(from: bench.parent, to: bench.child, range: .all, failures: &failures)
    #expect(bench.child.reachableTables() == bench.parent.reachableTables())
    #expect(bench.violationsThenTeardown() == [])
  }

  @Test("swap entries: users are counted, exclusive marks go, more users than fit need a page")
  func swap() throws {
    let run = try CopyRun(CopyLayout(items: [.swapEntry(page: 0, users: 2, exclusive: true)]), batch: 16)
    #expect(run.failures.steps(of: .swapContinuation) == 1)
    #expect(run.bench.folios.swapUsers(of: 0) == 4)
    #expect(run.bench.child.resident.swap == 2)
    #expect(run.bench.ledger.amount(.swapEntry, owner: .child) == 2)
    #expect(run.bench.parent.entry(at: 0).marks == [] && run.bench.child.entry(at: 0).marks == [])
    #expect(run.bench.violationsThenTeardown() == [])
  }

  @Test("after a fork both sides write to pages of their own, and the last one in place")
  func copyOnWrite() throws {
    let run = try CopyRun(CopyLayout(items: [CopyLayout.heap(order: 1)]), batch: 16)
    var failures = FailurePlan.none
    let before = run.bench.folios.contents(of: run.bench.parent.entry(at: 0).frame)
    #expect(try run.bench.child.write(page: 0, failures: &failures) == .copied)
    #expect(run.bench.folios.contents(of: run.bench.parent.entry(at: 0).frame) == before)
    #expect(PageTableLaw.violations([run.bench.parent, run.bench.child]) == [])
    #expect(try run.bench.parent.write(page: 0, failures: &failures) == .inPlace)
    #expect(try run.bench.parent.write(page: 0x5000, failures: &failures) == .nothingThere)
    #expect(run.bench.violationsThenTeardown() == [])
  }

  @Test("a page that somebody else holds a reference of is copied before it is written to, mapped once or not")
  func heldElsewhere() throws {
    let bench = try CopyLayout(items: [CopyLayout.heap(order: 0), .forkedBefore]).build()
    var failures = FailurePlan.none
    let folio = bench.folios.folio(at: bench.parent.entry(at: 0).frame)
    bench.folios.addReferences(1, to: folio)
    #expect(try bench.parent.write(page: 0, failures: &failures) == .copied)
    #expect(bench.folios[folio].references == 1 && bench.folios[folio].mappings == 0)
    bench.folios.dropReferences(1, of: folio)
    #expect(bench.violationsThenTeardown() == [])
  }
}
