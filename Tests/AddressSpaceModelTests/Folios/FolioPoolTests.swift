import RangeMapCore
import Testing

@testable import AddressSpaceModel

@Suite("Folios")
struct FolioPoolTests {
  @Test("a folio's frames follow one another from a multiple of its size, and are used again")
  func frames() {
    let pool = FolioPool()
    let single = pool.allocate(.anonymous)
    let large = pool.allocate(.file, order: 4)
    #expect(pool[large].frame.number == 16)
    #expect(pool.folio(at: FrameNumber(31)) == large && pool[large].contains(FrameNumber(31)))
    #expect(!pool[large].contains(FrameNumber(32)) && !pool[large].contains(FrameNumber(15)))
    let frame = pool[single].frame
    pool.dropReferences(1, of: single)
    #expect(!pool.isLive(single) && pool.liveFolios == 1)
    #expect(pool[pool.allocate(.anonymous)].frame == frame)
  }

  @Test("counts that go below nothing are findings, and do not stop the run")
  func faults() {
    let pool = FolioPool()
    let folio = pool.allocate(.anonymous)
    pool.removeMapping(of: pool[folio].frame)
    pool.addMappings(1, from: pool[folio].frame, exclusive: true)
    pool.dropReferences(1, of: folio)
    pool.dropReferences(1, of: folio)
    pool.removeSwapUser(of: pool.makeSwapSlot())
    #expect(
      pool.faults.map(\.reason) == [
        .moreMappingsRemovedThanHeld, .freedWhileMapped, .moreReferencesDroppedThanHeld,
        .swapUsedLessThanReleased,
      ])
  }

  @Test("a folio may be pinned as long as one of its pages is, and an unpinned page stays exclusive")
  func pins() throws {
    let bench = TableBench(.arm64)
    var failures = FailurePlan.none
    let folio = try bench.parent.touch(page: 0, order: 2, failures: &failures)
    let frames = (0..<4).map { bench.folios[folio].frame.advanced(by: $0) }
    #expect(bench.folios.pin(frames[1]) && bench.folios.pin(frames[3]))
    #expect(!bench.folios.pin(frames[1]))
    #expect(bench.folios[folio].references == 6)
    bench.folios.unpin(frames[1])
    #expect(bench.folios[folio].maybePinned)
    bench.folios.unpin(frames[3])
    #expect(!bench.folios[folio].maybePinned && bench.folios[folio].references == 4)
    bench.folios.unpin(frames[3])
    #expect(bench.folios[folio].references == 4 && bench.folios.isExclusive(frames[3]))
    #expect(bench.violationsThenTeardown() == [])
  }

  @Test("a pin outlives the mapping, and then holds the folio alone")
  func pinOutlivesMapping() throws {
    let bench = TableBench(.arm64)
    var failures = FailurePlan.none
    let folio = try bench.parent.touch(page: 0, failures: &failures)
    let frame = bench.folios[folio].frame
    #expect(bench.folios.pin(frame))
    bench.parent.clear(.all)
    #expect(!bench.folios.isExclusive(frame))
    #expect(bench.folios[folio].references == 1 && PageTableLaw.violations([bench.parent]) == [])
    bench.folios.unpin(frame)
    #expect(bench.folios.liveFolios == 0 && bench.folios.faults.isEmpty)
  }

  @Test("one process maps a folio by a whole block, another one page: no mapping is of the folio as one unit")
  func blockIsNoEntireMapping() throws {
    let bench = TableBench(.arm64)
    var failures = FailurePlan.none
    let folio = try bench.parent.touch(page: 0, order: 4, marks: [], failures: &failures)
    let frame = bench.folios[folio].frame
    #expect(bench.parent.entry(at: 0).isContiguous)
    try bench.child.populate(
      page: 0x2000, entry: .page(frame.advanced(by: 2)), exclusive: false, failures: &failures)
    bench.folios.clearExclusive(1, from: frame.advanced(by: 2))
    #expect(
      (0..<16).map { bench.folios.mappings(of: frame.advanced(by: $0)) } == [1, 1, 2] + Array(repeating: 1, count: 13))
    #expect(bench.folios[folio].mappings == 17)
    #expect(!bench.child.entry(at: 0x2000).isContiguous)
    #expect(PageTableLaw.violations([bench.parent, bench.child]) == [])
    // A part of the block goes: the whole block is taken apart, and the counts go page by page.
    bench.parent.clear(KeyRange(0x2000, 0x2fff))
    #expect(bench.parent.unfoldedBlocks == 1 && !bench.parent.entry(at: 0).isContiguous)
    #expect(bench.folios[folio].mappings == 16)
    #expect(bench.violationsThenTeardown() == [])
  }

  @Test("a swap slot needs a page to count on whenever what it has is full")
  func swapContinuation() {
    let pool = FolioPool(swapCountLimit: 2)
    let slot = pool.makeSwapSlot()
    let needed = (0..<6).map { _ in
      let needed = pool.swapNeedsContinuation(slot)
      pool.addSwapUser(of: slot)
      return needed
    }
    #expect(needed == [false, false, true, false, true, false])
  }
}
