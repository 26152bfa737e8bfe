import AddressSpaceModel
import CountedMapleTree
import Measuring
import RangeMapCore
import Testing

@Suite("Counts of copies")
struct CopyCountTests {
  private func counts(_ size: Int) throws -> CopyCounts {
    var trial = try TreeCopyTrial(size: size) { MapleTreeSubject(configuration: $0) }
    return try CopyMeasurement.counts(&trial)
  }

  @Test("of a duplication: every node of both trees once, but the copy's root, which is made and not gone to")
  func duplicationVisitsEachNodeOnce() throws {
    for size in [21, 421, 3_221] {
      var source = MapleTreeSubject(configuration: .addressSpaceTree)
      for place in 0..<size { try source.store(.value(1), over: CopyLayout.range(place), policy: .maySleep) }
      var shape = TreeShape()
      source.describeShape(to: &shape)
      var copy = MapleTreeSubject(configuration: .addressSpaceTree)
      let before = source.counters
      try source.duplicate(into: &copy, policy: .maySleep)
      let visits = source.counters.nodeVisits - before.nodeVisits + copy.counters.nodeVisits
      #expect(visits == UInt64(2 * shape.nodeCount - 1), "\(size)")
      #expect(copy.counters.nodesAllocated == UInt64(shape.nodeCount))
    }
  }

  @Test("of a look-up: one node on each level")
  func lookupVisitsEachLevelOnce() throws {
    var map = MapleTreeSubject(configuration: .addressSpaceTree)
    for place in 0..<3_221 { try map.store(.value(1), over: CopyLayout.range(place), policy: .maySleep) }
    _ = map.load(CopyLayout.range(3_220).first)
    for place in stride(from: 0, to: 3_221, by: 37) {
      // The look-up before ended in a leaf.
      let before = map.counters.nodeVisits
      #expect(map.load(CopyLayout.range(place).first) != nil)
      #expect(map.counters.nodeVisits - before == map.counters.height)
    }
  }

  @Test("of nodes allocated, and of visits: straight lines in the number of mappings, and one by one in the levels too")
  func countsAreStraight() throws {
    var report = ForkCostReport(subject: "counted", rounds: 1)
    for size in CopyLayout.sizes.prefix(8) { report.treeCounts.append(try counts(size)) }
    report.fit()
    #expect(report.lines.filter { $0.name.hasSuffix("nodes allocated") && $0.isStraight != nil }.count == 2)
    #expect(report.countsAreStraight)
    let visits = report.lines.filter { $0.name.hasSuffix("node visits") }
    #expect(visits.map(\.isStraight) == [true, true])
    // A store that shortens the last gap records it on each level, and goes down again where it split the leaf.
    #expect((1..<2).contains(try #require(visits[0].aLevel)) && visits[1].aLevel == nil)
    for row in report.treeCounts {
      #expect(row.duplicate.nodesAllocated == row.nodesInParent && row.duplicate.nodesInCopy == row.nodesInParent)
      // Bulk mode's guess is kept in reserve until the end.
      #expect(row.oneByOne.nodesAllocated >= row.oneByOne.nodesInCopy)
    }
  }

  @Test("of a copy by duplicating: less than one visit for each mapping; one by one, a walk for each")
  func visits() throws {
    let row = try counts(3_221)
    #expect(row.duplicate.nodeVisits < 3_221)
    #expect(row.oneByOne.nodeVisits > 3_221)
  }

  @Test("are the same each time")
  func repeatable() throws {
    #expect(try counts(821) == counts(821))
  }

  @Test("leave out what asking about a store visits")
  func askingIsNotCounted() throws {
    func visits(asks: Bool) throws -> UInt64 {
      let map = MapleTreeSubject(configuration: .addressSpaceTree)
      var stores = 0
      if asks { map.tree.whenStored { _, _ in stores += 1 } }
      for place in 0..<421 { try map.tree.store(.value(1), over: CopyLayout.range(place)) }
      #expect(stores == (asks ? 421 : 0))
      return map.counters.nodeVisits
    }
    #expect(try visits(asks: true) == visits(asks: false))
  }

  @Test("of requests: every store of a heap is told of, once, with what it took")
  func everyStoreIsTold() throws {
    var kinds: [StoreKind: Int] = [:]
    var taken = 0
    let space = try HeapWorkload(mappings: 21, rounds: 5).run { configuration in
      let map = MapleTreeSubject(configuration: configuration)
      if configuration.tracksGaps {
        map.tree.whenStored { store, nodes in
          kinds[store.kind, default: 0] += 1
          taken += nodes
        }
      }
      return map
    }
    // Each of 5 times 16 pages that come back moves one bound; each run that goes splits the heap and clears the upper
    // part.
    #expect(kinds[.slotStore] == 5 * 16)
    #expect(taken >= 5 && UInt64(taken) <= space.tree.counters.nodesAllocated)
  }
}
