import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("What trees look like")
struct ShapeTests {
  @Test("sixteen singles are leaves of nine and eight items")
  func sixteenSingles() throws {
    let tree = try makeTree(.plain, singles(16))
    #expect(tree.height == 2)
    #expect(tree.leafCounts == [9, 8])
  }

  @Test(
    "the singles 0...1000 take 73 nodes, 76 with gaps, in three levels, in either direction",
    arguments: [false, true], [false, true])
  func sequentialSingles(gaps: Bool, descending: Bool) throws {
    let ranges = singles(1001)
    let tree = try makeTree(gaps ? .gaps : .plain, descending ? ranges.reversed() : ranges)
    #expect(tree.height == 3)
    #expect(tree.nodes.count == (gaps ? 76 : 73))
    #expect(tree.liveNodes == (gaps ? 76 : 73))
    #expect(tree.brokenLaws() == [])
  }

  @Test("ranges with holes, ascending, leave full leaves behind; the last two share the rest")
  func ascendingGapped() throws {
    let counts = try makeTree(.plain, gappedRanges(40), algorithm: .toTheRoot).leafCounts
    #expect(counts.suffix(2) == [10, 7])
    #expect(counts.dropLast(2).allSatisfy { $0 == 15 || $0 == 16 })
    #expect(counts.reduce(0, +) == 80)
  }

  @Test("ranges with holes, descending, leave leaves nearly full behind the first")
  func descendingGapped() throws {
    let counts = try makeTree(.plain, gappedRanges(40).reversed(), algorithm: .toTheRoot).leafCounts
    #expect(counts == [15, 8, 14, 14, 14, 15])
  }

  @Test("in 7.3 a leaf that is too full is divided in its middle, in either direction")
  func gappedInSeven() throws {
    #expect(try makeTree(.plain, gappedRanges(40)).leafCounts.suffix(2) == [8, 9])
    #expect(try makeTree(.plain, gappedRanges(40).reversed()).leafCounts == [13, 10, 14, 14, 14, 15])
  }

  @Test(
    "duplicated trees of n ranges have the nodes, levels and requests of the table",
    arguments: zip(
      [0, 1, 10, 100, 1000, 0, 1, 10, 100, 1000] as [UInt64],
      [
        DuplicateCost(gaps: false, nodes: 0, height: 0, bulkRequests: 0),
        DuplicateCost(gaps: false, nodes: 1, height: 1, bulkRequests: 0),
        DuplicateCost(gaps: false, nodes: 3, height: 2, bulkRequests: 1),
        DuplicateCost(gaps: false, nodes: 14, height: 2, bulkRequests: 1),
        DuplicateCost(gaps: false, nodes: 136, height: 3, bulkRequests: 10),
        DuplicateCost(gaps: true, nodes: 0, height: 0, bulkRequests: 0),
        DuplicateCost(gaps: true, nodes: 1, height: 1, bulkRequests: 0),
        DuplicateCost(gaps: true, nodes: 3, height: 2, bulkRequests: 1),
        DuplicateCost(gaps: true, nodes: 16, height: 3, bulkRequests: 3),
        DuplicateCost(gaps: true, nodes: 143, height: 4, bulkRequests: 17),
      ]))
  func duplicateCosts(count: UInt64, cost: DuplicateCost) throws {
    let tree = try makeTree(cost.gaps ? .gaps : .plain, gappedRanges(count))
    #expect(tree.nodes.count == cost.nodes)
    #expect(tree.height == cost.height)
    let copy = MapleTree(configuration: tree.configuration)
    copy.permitRequests()
    try tree.duplicate(into: copy)
    let single = cost.nodes > 0 ? 1 : 0
    #expect(copy.handle.header.pool.budget.requests == UInt64(single + cost.bulkRequests))
    #expect(copy.liveNodes == cost.nodes)
    #expect(copy.nodesTaken == cost.nodes)
    #expect(copy.height == cost.height)
    #expect(copy.slots == tree.slots)
    #expect(copy.brokenLaws() == [])
  }

  struct DuplicateCost: Sendable {
    var gaps: Bool
    var nodes: Int
    var height: Int
    var bulkRequests: Int
  }

  @Test("erasing everything, one by one in any order, leaves no node", arguments: MapConfiguration.everyMode)
  func eraseAll(_ configuration: MapConfiguration) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let tree = try makeTree(configuration, gappedRanges(60))
      for index in (0..<60 as Range<UInt64>).shuffled(using: &generator) {
        #expect(try tree.erase(at: 10 * index + 3) == .value(index))
        if let law = tree.brokenLaws().first { Issue.record("seed \(seed), index \(index): \(law)") }
      }
      #expect(tree.height == 0)
      #expect(tree.liveNodes == tree.retiredNodes)
      #expect(tree.handle.rootWord == 0)
    }
  }

  @Test("one store can take several levels away")
  func severalLevelsLost() throws {
    let tree = try makeTree(.gaps, gappedRanges(1000))
    #expect(tree.height == 4)
    try tree.store(.value(1), over: KeyRange(3, 9990))
    #expect(tree.height == 1)
    #expect(tree.brokenLaws() == [])
    #expect(tree.liveNodes == 1)
  }
}
