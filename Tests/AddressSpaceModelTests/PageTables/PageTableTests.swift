import RangeMapCore
import Testing

@testable import AddressSpaceModel

@Suite("Page tables")
struct PageTableTests {
  @Test("touching pages makes the tables that lead there; clearing leaves them, empty")
  func touchAndClear() throws {
    let bench = TableBench(.x86_64)
    var failures = FailurePlan.none
    try bench.parent.touch(page: 0x1f_f000, order: 1, failures: &failures)
    #expect(bench.parent.tablePagesByLevel == [2, 1, 1])
    #expect(bench.parent.resident.anonymous == 2)
    #expect(bench.parent.entry(at: 0x20_0fff).isWritable && bench.parent.entry(at: 0x20_1000).isNone)
    #expect(bench.parent.clear(KeyRange(0x1f_f000, 0x1f_ffff)) == 1)
    #expect(bench.parent.clear(.all) == 1)
    #expect(bench.parent.tablePages == 4 && bench.folios.liveFolios == 0)
    #expect(bench.violationsThenTeardown() == [])
    #expect(bench.parent.isEmpty)
  }

  @Test("every failing step of a touch: no entry is changed, and what was made can be freed")
  func touchFailures() throws {
    for index in 1...UInt64(5) {
      let bench = TableBench(.x86_64)
      var failures = FailurePlan(failing: index)
      let expected: FailureKind = index == 5 ? .folio : .pageTablePage
      #expect(throws: OutOfMemory(expected)) {
        try bench.parent.touch(page: 0x1f_f000, order: 1, failures: &failures)
      }
      #expect(bench.parent.tablePages == Int(index) - 1)
      #expect(bench.parent.resident == ResidentCounters())
      #expect(bench.violationsThenTeardown() == [])
    }
  }

  @Test("a page put over another drops the other, the same page too")
  func replace() throws {
    let bench = TableBench(.tiny)
    var failures = FailurePlan.none
    let first = try bench.parent.touch(page: 0x1000, failures: &failures)
    let frame = bench.folios[first].frame
    try bench.parent.populate(page: 0x1000, entry: .page(frame, marks: .dirty), failures: &failures)
    #expect(bench.folios[first].references == 1)
    let slot = bench.folios.makeSwapSlot()
    try bench.parent.populate(page: 0x1000, entry: .swap(slot), failures: &failures)
    #expect(bench.folios.liveFolios == 0 && bench.parent.resident.swap == 1)
    try bench.parent.populate(page: 0x1000, entry: .none, failures: &failures)
    #expect(bench.folios.swapUsers(of: slot) == 0)
    #expect(bench.violationsThenTeardown() == [])
  }

  @Test("a block is put together with its last entry, taken apart with any, and together again")
  func blocks() throws {
    let bench = TableBench(.arm64)
    var failures = FailurePlan.none
    let folio = try bench.parent.touch(page: 0x10000, order: 5, failures: &failures)
    let frame = bench.folios[folio].frame
    let contiguous = { (0..<48).map { bench.parent.entry(at: bench.address($0)).isContiguous } }
    #expect(contiguous() == Array(repeating: false, count: 16) + Array(repeating: true, count: 32))
    bench.parent.clear(bench.pages(20..<35))
    #expect(!contiguous().contains(true) && bench.parent.unfoldedBlocks == 2)
    for page in 32..<35 {
      try bench.parent.populate(
        page: bench.address(page), entry: .page(frame.advanced(by: page - 16), marks: .writable), failures: &failures)
    }
    // The last entry of the block was written before, so nobody looks at the block again until then.
    #expect(!contiguous().contains(true))
    try bench.parent.populate(
      page: bench.address(47), entry: .page(frame.advanced(by: 31), marks: .writable), failures: &failures)
    #expect(contiguous() == Array(repeating: false, count: 32) + Array(repeating: true, count: 16))
    #expect(bench.violationsThenTeardown() == [])
  }

  @Test("folios that do not lie as their addresses do make no block")
  func misalignedFolio() throws {
    let bench = TableBench(.arm64)
    var failures = FailurePlan.none
    try bench.parent.touch(page: 0x1000, order: 5, failures: &failures)
    #expect(bench.parent.foldedBlocks == 0)
    #expect(bench.violationsThenTeardown() == [])
  }

  @Test("addresses at both ends, and ranges past the end")
  func ends() throws {
    for geometry in [PageTableGeometry.x86_64, .tiny, .smallest] {
      let bench = TableBench(geometry)
      var failures = FailurePlan.none
      try bench.parent.touch(page: geometry.addressLimit - 1, failures: &failures)
      try bench.parent.touch(page: 0, failures: &failures)
      #expect(bench.parent.entry(at: geometry.addressLimit).isNone)
      #expect(bench.parent.entry(at: .max).isNone)
      #expect(bench.parent.clear(KeyRange(geometry.addressLimit, .max)) == 0)
      #expect(bench.parent.clear(KeyRange(geometry.addressLimit - 1, .max)) == 1)
      #expect(bench.parent.clear(.all) == 1)
      #expect(bench.violationsThenTeardown() == [])
    }
  }
}
