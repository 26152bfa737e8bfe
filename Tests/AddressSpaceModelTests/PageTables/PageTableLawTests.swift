import RangeMapCore
import Testing

@testable import AddressSpaceModel

/// For each law a fault that this law alone sees.
@Suite("Page tables: each law sees its own fault")
struct PageTableLawTests {
  static let copyFaults: [(CopyDefect, PageTableLaw)] = [
    (.addsMappingsBeforeReferences, .referencesCoverMappings),
    (.keepsExclusiveMarks, .exclusiveMarkClearedOnShare),
    (.sharesPinnedPages, .pinnedPageNeverShared),
    (.leavesParentWritable, .writableOnlyIfAlone),
    (.countsRunOnce, .countersMatchWalk),
    (.protectsWithoutUnfolding, .contiguousBlocksWhole),
    (.mixesMarksInRuns, .batchEqualsOneByOne),
    (.leavesEarlyCopyEmpty, .childReadsWhatParentHad),
  ]

  @Test("faults of the copy", arguments: copyFaults)
  func copyFault(_ defect: CopyDefect, _ law: PageTableLaw) throws {
    var seen: Set<PageTableLaw> = []
    for batch in PageTableCopyTests.batches {
      let single = try CopyRun(.mixed, batch: 1, defect: defect)
      let batched = try CopyRun(.mixed, batch: batch, pinned: .stopsBefore, defect: defect)
      let differences = PageTableLaw.differences(
        oneByOne: single.tables, batched: batched.tables, mapping: CopyLayout.mixed.mapping)
      seen.formUnion((batched.observer.violations + differences).map(\.law))
    }
    #expect(seen == [law])
  }

  @Test("a fault of the count of tables")
  func tableCount() throws {
    let bench = TableBench(.x86_64)
    try bench.parent.makeTables(for: KeyRange(0, 0x3fffff))
    bench.parent.freeRange(
      address: 0x200000, end: 0x201000, floor: 0x1ff000, ceiling: 0, defect: .leavesCount)
    #expect(Set(PageTableLaw.violations([bench.parent]).map(\.law)) == [.tablePagesMatchReachable])
  }

  @Test("a teardown whose ceiling is the start of a mapping that was never copied")
  func teardown() throws {
    let bench = TableBench(.x86_64)
    var failures = FailurePlan.none
    try bench.child.touch(page: 0x400000, failures: &failures)
    bench.child.clear(.all)
    bench.child.freeTables(of: [KeyRange(0x400000, 0x400fff)], floor: 0, ceiling: 0x500000)
    #expect(PageTableLaw.violations([bench.child]) == [])
    #expect(PageTableLaw.teardownViolations(bench.child).count == 3 + 1 + 3)
  }

  @Test("every law and every fault of the copy is in the list")
  func complete() {
    #expect(Set(Self.copyFaults.map(\.0)) == Set(CopyDefect.allCases))
    let laws = Self.copyFaults.map(\.1) + [.tablePagesMatchReachable, .nothingLeftAfterTeardown]
    #expect(Set(laws) == Set(PageTableLaw.allCases) && laws.count == PageTableLaw.allCases.count)
  }

  @Test("tables freed while entries are in them lose the entries, and the counters show it")
  func tablesFreedTooEarly() throws {
    let bench = TableBench(.x86_64)
    var failures = FailurePlan.none
    try bench.parent.touch(page: 0x400000, failures: &failures)
    bench.parent.freeTables(of: [KeyRange(0x400000, 0x400fff)], floor: 0, ceiling: 0)
    #expect(PageTableLaw.violations([bench.parent]).contains { $0.law == .countersMatchWalk })
    #expect(
      bench.ledger.outstanding(owner: .parent).map(\.description)
        == ["1 folio reference of parent, taken by populate for 0x0"])
    // A table made in the place of the freed one has none of its entries.
    try bench.parent.touch(page: 0x80_1000, failures: &failures)
    #expect(bench.parent.entry(at: 0x80_0000).isNone)
  }
}
