import AddressSpaceModel
import MapleTreeModule
import Operations
import RangeMapCore
import SortedArrayOracle
import Testing

@testable import Measuring

@Suite("Copies of trees and of address spaces")
struct CopyTrialTests {
  @Test("hold what they should, in both ways", arguments: [1, 2, 21, 421])
  func copiesAreRight(size: Int) throws {
    var tree = try TreeCopyTrial(size: size) { MapleTreeSubject(configuration: $0) }
    var space = try SpaceCopyTrial(size: size) { MapleTreeSubject(configuration: $0) }
    for way in CopyWay.allCases {
      let nodes = try tree.run(way, checks: true).nodesInCopy
      #expect(try space.run(way, checks: true).nodesInCopy == nodes)
      #expect(nodes == tree.nodesInParent)
      // What is not built to count says 0, which is not taken for a count.
      #expect(try tree.run(way).nodeVisits == 0)
    }
    #expect(throws: CopyFault.nothingMeasured) { _ = try CopyMeasurement.counts(&tree) }
  }

  @Test("are measured in every size, in both ways")
  func times() throws {
    let rows = try CopyMeasurement.times(sizes: [21, 121], rounds: 2, mappings: 500) { (size) throws(CopyFault) in
      try TreeCopyTrial(size: size) { MapleTreeSubject(configuration: $0) }
    }
    #expect(rows.map(\.vmas) == [21, 121])
    #expect(rows.allSatisfy { $0.oneByOne.nanosecondsPerVma > 0 && $0.duplicate.nanosecondsPerVma > 0 })
  }

  @Test("are not measured where there is nothing to do, or where the user has enough")
  func nothingMeasured() {
    func make(_ size: Int) throws(CopyFault) -> TreeCopyTrial<MapleTreeSubject> {
      try TreeCopyTrial(size: size) { MapleTreeSubject(configuration: $0) }
    }
    #expect(throws: CopyFault.nothingMeasured) { try CopyMeasurement.times(sizes: [], rounds: 1, make: make) }
    #expect(throws: CopyFault.nothingMeasured) { try CopyMeasurement.times(sizes: [21], rounds: 0, make: make) }
    #expect(throws: CopyFault.nothingMeasured) {
      try CopyMeasurement.times(sizes: [21], rounds: 1, goesOn: { false }, make: make)
    }
  }

  @Test("take the middle of the rounds, and the gain of rounds that belong together")
  func medians() {
    // The machine was slow in one round, for both.
    let row = CopyComparison(vmas: 10, rounds: [(150, 100), (9_000, 6_000), (151, 100)])
    #expect(row.oneByOne.nanoseconds == 151 && row.duplicate.nanosecondsPerVma == 10)
    #expect(abs(row.gain - 50) < 1e-9)
  }
}

@Suite("Requests for nodes")
struct RequestTallyTests {
  @Test("are added up by formula, and those that fall short are found")
  func sums() {
    var tally = RequestTally(formulas: ["all", "none"])
    tally.add(kind: "a", asked: [7, 0], taken: 3)
    tally.add(kind: "b", asked: [4, 0], taken: 0)
    tally.add(kind: "a", asked: [0, 0], taken: 0)
    #expect(tally.asked == [11, 0] && tally.taken == 3 && tally.stores == 3)
    #expect(tally.storesThatAskForNone == [1, 3] && tally.storesThatTakeNone == 2)
    #expect(tally.storesThatFallShort == [0, 1])
    #expect(tally.kinds == ["a": 2, "b": 1])
    #expect(tally.share(2) == 2 * 100.0 / 3 && RequestTally(formulas: []).share(0) == 0)
  }

  @Test("of a heap: it ends as large as it was, in a process of as many mappings")
  func heap() throws {
    let workload = HeapWorkload(mappings: 21, rounds: 3)
    let space = try workload.run { MapleTreeSubject(configuration: $0) }
    #expect(space.counters.mapCount == 21 && space.inconsistencies() == [])
    #expect(space.programBreak == 0x5555_5556_0000 + 256 << 12)
    // Only what came back was touched: the same 16 pages each time.
    #expect(workload.calls == 52)
    let heap = space.firstVma(endingAfter: 0x5555_5556_0000)
    #expect(heap.map { space.machine[$0].pageCount } == 256)
  }
}
