import MapleTreeModule
import RangeMapCore
import Testing

@testable import AddressSpaceModel

@Suite struct AddressSpaceCallTests {
  @Test func neighboursThatAgreeBecomeOneVma() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 2), [.readable, .writable]))
    try space.map(MappingRequest(pages(5, 6), [.readable, .writable]))
    #expect(space.counters.mapCount == 2)
    try space.map(MappingRequest(pages(3, 4), [.readable, .writable]))
    #expect(space.counters.mapCount == 1)
    #expect(space.counters.totalPages == 6)
    #expect(space.machine.committedPages == 6)
    #expect(space.inconsistencies() == [])
  }

  @Test func partsOfAFileJoinOnlyWhereTheFileGoesOn() throws {
    var space = makeSpace()
    let file = space.machine.newFile()
    try space.map(MappingRequest(pages(1, 2), .readable, file: file, filePage: 0))
    try space.map(MappingRequest(pages(3, 4), .readable, file: file, filePage: 2))
    #expect(space.counters.mapCount == 1)
    try space.map(MappingRequest(pages(5, 6), .readable, file: file, filePage: 9))
    #expect(space.counters.mapCount == 2)
    #expect(space.machine.files[file].references == 2)
  }

  private func writable(_ space: borrowing TreeSpace) -> [Bool] {
    (1...3).map { space.pageTable.entry(at: pages($0, $0).first).isWritable }
  }

  @Test func aPageMayBeWrittenToAsItsVmaMay() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 3), [.readable, .writable]))
    try space.touch(pages(1, 3))
    try space.protect(pages(2, 2), .readable)
    #expect(writable(space) == [true, false, true])
    // Nobody else sees the page.
    try space.protect(pages(2, 2), [.readable, .writable])
    #expect(writable(space) == [true, true, true])
    #expect(space.inconsistencies() == [])
  }

  @Test func aPageOfAFileIsCopiedWhenItMayBeWrittenTo() throws {
    var space = makeSpace()
    let file = space.machine.newFile()
    try space.map(MappingRequest(pages(1, 1), .readable, file: file, filePage: 0))
    try space.touch(pages(1, 1))
    let entry = space.pageTable.entry(at: pages(1, 1).first)
    try space.protect(pages(1, 1), [.readable, .writable])
    #expect(space.pageTable.entry(at: pages(1, 1).first) == entry)
    try space.touch(pages(1, 1))
    let copy = space.pageTable.entry(at: pages(1, 1).first)
    #expect(copy.isWritable && copy.frame != entry.frame)
    #expect(space.pageTable.resident.anonymous == 1 && space.pageTable.resident.file == 0)
    #expect(space.inconsistencies() == [])
  }

  @Test func aHoleInTheMiddleLeavesTwo() throws {
    var space = makeSpace()
    let file = space.machine.newFile()
    try space.map(MappingRequest(pages(1, 9), .readable, file: file, filePage: 10))
    try space.unmap(pages(4, 5))
    #expect(space.vmas().map { space.machine[$0].range } == [pages(1, 3), pages(6, 9)])
    #expect(space.vmas().map { space.machine[$0].filePage } == [10, 15])
    #expect(space.machine.files[file].links == 2)
    #expect(space.inconsistencies() == [])
  }

  @Test func unmappingFreesPageTablesThatNoNeighbourNeeds() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(0x200, 0x201), [.readable, .writable]))
    try space.map(MappingRequest(pages(0x3ff, 0x3ff), [.readable]))
    try space.touch(pages(0x200, 0x201))
    #expect(space.pageTable.tablePages == 3)
    try space.unmap(pages(0x200, 0x201))
    // The neighbour above lies under the same lowest table.
    #expect(space.pageTable.tablePages == 3)
    try space.unmap(pages(0x3ff, 0x3ff))
    #expect(space.pageTable.tablePages == 0)
    #expect(space.machine.folios.liveFolios == 0)
  }

  @Test func movedPagesKeepTheirContents() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 4), [.readable, .writable]))
    try space.touch(pages(2, 3))
    let contents = contentsOfPages(space)
    try space.remap(RemapRequest(old: 0x1000, oldSize: 0x4000, new: 0x100000, newSize: 0x8000))
    #expect(space.touchedPages == [0x101000, 0x102000])
    #expect(contentsOfPages(space) == contents)
    #expect(space.vmas().map { space.machine[$0].range } == [pages(0x100, 0x107)])
    #expect(space.machine.committedPages == 8)
    #expect(space.inconsistencies() == [])
  }

  @Test func memoryThatWasNeverTouchedJoinsItsNewNeighbours() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 2), [.readable, .writable]))
    try space.map(MappingRequest(pages(7, 8), [.readable, .writable]))
    try space.map(MappingRequest(pages(20, 23), [.readable, .writable]))
    try space.remap(RemapRequest(old: 20 << 12, oldSize: 0x4000, new: 3 << 12, newSize: 0x4000))
    #expect(space.vmas().map { space.machine[$0].range } == [pages(1, 8)])
    #expect(space.counters.mapCount == 1 && space.machine.committedPages == 8)
    #expect(space.inconsistencies() == [])
  }

  /// Its pages belong to the addresses at which they were touched.
  @Test func touchedMemoryJoinsOnlyWhereItCameFrom() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 6), [.readable, .writable]))
    try space.touch(pages(1, 6))
    try space.map(MappingRequest(pages(20, 20), [.readable, .writable]))
    try space.remap(RemapRequest(old: 5 << 12, oldSize: 0x2000, new: 21 << 12, newSize: 0x2000))
    #expect(space.vmas().map { space.machine[$0].range } == [pages(1, 4), pages(20, 20), pages(21, 22)])
    let contents = contentsOfPages(space)
    try space.remap(RemapRequest(old: 21 << 12, oldSize: 0x2000, new: 5 << 12, newSize: 0x2000))
    #expect(space.vmas().map { space.machine[$0].range } == [pages(1, 6), pages(20, 20)])
    #expect(contentsOfPages(space) == contents)
    #expect(space.inconsistencies() == [])
  }

  /// An untouched vma can be its own neighbour; one that stays cannot.
  @Test func aVmaThatMovesBesideItselfBecomesOneWithItself() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 4), [.readable, .writable]))
    try space.remap(RemapRequest(old: 1 << 12, oldSize: 0x2000, new: 5 << 12, newSize: 0x2000))
    #expect(space.vmas().map { space.machine[$0].range } == [pages(3, 6)])
    try space.remap(RemapRequest(old: 3 << 12, oldSize: 0x4000, new: 7 << 12, newSize: 0x4000, keepsOld: true))
    #expect(space.vmas().map { space.machine[$0].range } == [pages(3, 6), pages(7, 10)])
    #expect(space.machine.committedPages == 8 && space.inconsistencies() == [])
  }

  @Test func aPartOfAFileJoinsWhereTheFileGoesOn() throws {
    var space = makeSpace()
    let file = space.machine.newFile()
    try space.map(MappingRequest(pages(1, 2), .readable, file: file, filePage: 0))
    try space.map(MappingRequest(pages(10, 11), .readable, file: file, filePage: 2))
    try space.remap(RemapRequest(old: 10 << 12, oldSize: 0x2000, new: 3 << 12, newSize: 0x2000))
    #expect(space.vmas().map { space.machine[$0].range } == [pages(1, 4)])
    #expect(space.machine.files[file] == MappedFile(references: 1, links: 1))
    #expect(space.inconsistencies() == [])
  }

  @Test func growthInPlaceClosesTheGapToTheNextVma() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 2), [.readable, .writable]))
    try space.map(MappingRequest(pages(5, 6), [.readable, .writable]))
    try space.remap(RemapRequest(old: 1 << 12, oldSize: 0x2000, new: 1 << 12, newSize: 0x4000))
    #expect(space.vmas().map { space.machine[$0].range } == [pages(1, 6)])
    #expect(space.machine.committedPages == 6 && space.inconsistencies() == [])
  }

  /// Two objects that nobody else maps lie side by side and are not one; the halves of one object are.
  @Test func sharedMemoryJoinsOnlyItself() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 2), [.readable, .shared]))
    try space.map(MappingRequest(pages(3, 4), [.readable, .shared]))
    #expect(space.counters.mapCount == 2)
    try space.protect(pages(2, 2), [.readable, .writable])
    #expect(space.counters.mapCount == 3)
    try space.protect(pages(2, 2), .readable)
    #expect(space.counters.mapCount == 2)
  }

  /// The vma has grown before the table for its pages is refused.
  @Test func aMoveWhosePagesCannotFollowGivesBackWhatItJoined() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(0x1fe, 0x201), [.readable, .writable]))
    try space.touch(pages(0x1fe, 0x201))
    let back = RemapRequest(old: 0x9000 << 12, oldSize: 0x2000, new: 0x200 << 12, newSize: 0x2000)
    try space.remap(RemapRequest(old: 0x200 << 12, oldSize: 0x2000, new: 0x9000 << 12, newSize: 0x2000))
    let (before, touched) = (space.view, space.touchedPages)
    space.machine.failures = FailurePlan(failing: 1, of: .pageTablePage)
    #expect(throws: AddressSpaceError.outOfMemory) { try space.remap(back) }
    #expect(space.machine.failures.refusals == 1)
    space.machine.failures = .none
    #expect(space.view == before && space.touchedPages == touched && space.inconsistencies() == [])
    try space.remap(back)
    #expect(space.vmas().map { space.machine[$0].range } == [pages(0x1fe, 0x201)])
  }

  /// Growing is worth nothing without memory, but a vma of its own still will do.
  @Test func aMoveThatCannotJoinForLackOfMemoryStaysApart() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 2), [.readable, .writable]))
    try space.map(MappingRequest(pages(20, 21), [.readable, .writable]))
    space.machine.failures = FailurePlan(failing: 1, of: .treeNode)
    try space.remap(RemapRequest(old: 20 << 12, oldSize: 0x2000, new: 3 << 12, newSize: 0x2000))
    #expect(space.machine.failures.refusals == 1)
    space.machine.failures = .none
    #expect(space.vmas().map { space.machine[$0].range } == [pages(1, 2), pages(3, 4)])
    #expect(space.inconsistencies() == [])
  }

  private func contentsOfPages(_ space: borrowing TreeSpace) -> [UInt64] {
    var contents: [UInt64] = []
    let folios = space.machine.folios
    space.pageTable.forEachEntry { _, entry in contents.append(folios.contents(of: entry.frame)) }
    return contents
  }

  @Test func theHeapGrowsAsOneVmaAndShrinks() throws {
    var space = makeSpace()
    space.placeProgramBreak(0x5000)
    try space.setProgramBreak(0x7000)
    try space.setProgramBreak(0x9001)
    #expect(space.vmas().map { space.machine[$0].range } == [pages(5, 9)])
    try space.setProgramBreak(0x6000)
    #expect(space.vmas().map { space.machine[$0].range } == [pages(5, 5)])
  }

  @Test func aFullAddressSpaceRefusesAHole() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 9), [.readable, .writable]))
    space.mapCountLimit = 1
    let before = space.view
    #expect(throws: AddressSpaceError.tooManyVmas) { try space.unmap(pages(4, 5)) }
    #expect(space.view == before)
    #expect(space.inconsistencies() == [])
  }

  /// The common case: the key of a single vma is 0, and its entry fits the root.
  @Test func gatheringOneVmaNeedsNoNode() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 2), .readable))
    try space.map(MappingRequest(pages(3, 4), [.readable, .executable]))
    var one = try space.gather(pages(1, 2))
    let nodesForOne = one.side.counters.liveNodes
    space.reattach(&one)
    var two = try space.gather(pages(1, 4))
    let nodesForTwo = two.side.counters.liveNodes
    space.reattach(&two)
    #expect(nodesForOne == 0 && nodesForTwo > 0)
    #expect(space.inconsistencies() == [])
  }

  /// A vma that cannot be split stays whole, and those that were gathered before it stay attached.
  @Test func aSplitThatFailsAtTheEndLeavesAllInPlace() throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 2), .readable))
    try space.map(MappingRequest(pages(3, 6), [.readable, .executable]))
    let before = space.view
    space.machine.failures = FailurePlan(failing: 1, of: .vma)
    #expect(throws: AddressSpaceError.outOfMemory) { try space.unmap(pages(1, 4)) }
    space.machine.failures = .none
    #expect(space.view == before)
    #expect(space.counters.mapCount == 2)
    #expect(space.inconsistencies() == [])
  }

  @Test(arguments: [SideTreeDefect.countsBeforeStore, .repeatsVma])
  func theCheckOfTheSideTreeFindsItsDefects(_ defect: SideTreeDefect) throws {
    var space = makeSpace()
    try space.map(MappingRequest(pages(1, 2), .readable))
    try space.map(MappingRequest(pages(3, 4), [.readable, .executable]))
    let before = space.view
    let error = try #require(throws: AddressSpaceError.self) { try space.unmap(pages(1, 4), defect: defect) }
    guard case .sideTreeDiffers = error else {
      Issue.record("\(error) is not what the check throws")
      return
    }
    #expect(space.view == before)
  }
}
