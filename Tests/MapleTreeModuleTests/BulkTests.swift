import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("Bulk mode")
struct BulkTests {
  @Test(
    "takes the estimated number of nodes for n entries of a tree with gaps",
    arguments: zip([1, 10, 100, 1000, 10_000, 100_000] as [UInt64], [5, 6, 20, 164, 1611, 16_075]))
  func estimate(count: UInt64, nodes: Int) throws {
    let geometry = Geometry.linux64
    #expect(NodeDemand.forBulk(expecting: count, leaf: geometry.leaf, parent: geometry.gapTracking) == UInt64(nodes))
    let tree = MapleTree(configuration: .gaps)
    var cursor = Cursor(tree)
    try tree.withLock { () throws(RangeMapError) in try cursor.beginBulk(expecting: count) }
    #expect(cursor.nodesInReserve == nodes)
    #expect(tree.liveNodes == nodes)
    tree.withLock { cursor.abandon() }
    #expect(tree.liveNodes == 0)
  }

  @Test(
    "the estimate counts internal nodes of a plain tree by sixteen slots, and an impossible count does not overflow")
  func estimateOfPlainTree() {
    let geometry = Geometry.linux64
    // 2001 items are 143 leaves, and those 11 parents.
    #expect(NodeDemand.forBulk(expecting: 1000, leaf: geometry.leaf, parent: geometry.range) == 143 + 11 + 3)
    #expect(NodeDemand.forBulk(expecting: .max, leaf: geometry.leaf, parent: geometry.range) > UInt64(UInt32.max))
    let tree = MapleTree()
    var cursor = Cursor(tree)
    #expect(throws: RangeMapError.outOfMemory) {
      try tree.withLock { () throws(RangeMapError) in try cursor.beginBulk(expecting: .max) }
    }
    #expect(tree.liveNodes == 0)
  }

  @Test("135 ranges with holes make 17 full leaves and 20 nodes; the plain path makes 20 nodes too")
  func fullLeaves() throws {
    let ranges = gappedRanges(135)
    let tree = MapleTree(configuration: .gaps)
    try storeInBulk(tree, ranges)
    #expect(tree.nodes.count == 20)
    #expect(tree.leafCounts.count == 17)
    #expect(tree.leafCounts.allSatisfy { $0 == 15 || $0 == 16 })
    #expect(tree.brokenLaws() == [])
    #expect(tree.liveNodes == 20)
    let plain = try makeTree(.gaps, ranges)
    #expect(plain.nodes.count == 20)
    #expect(plain.slots == tree.slots)
  }

  @Test("ascending ranges of any count make the same map as plain stores", arguments: MapConfiguration.everyMode)
  func anyCount(_ configuration: MapConfiguration) throws {
    for count in 1...120 as ClosedRange<UInt64> {
      for ranges in [gappedRanges(count), singles(count)] {
        let tree = MapleTree(configuration: configuration)
        try storeInBulk(tree, ranges)
        if tree.slots != (try makeTree(configuration, ranges)).slots { Issue.record("\(count) ranges") }
        if let law = tree.brokenLaws().first { Issue.record("\(count) ranges: \(law)") }
      }
    }
  }

  @Test("a last leaf that is left with too little is evened out with the one before it", arguments: [false, true])
  func evenedOut(gaps: Bool) throws {
    let tree = MapleTree(configuration: gaps ? .gaps : .plain)
    var model = SerialModel(limit: 200)
    var cursor = Cursor(tree)
    try tree.withLock { () throws(RangeMapError) in
      try cursor.beginBulk(expecting: 60)
      for index in 0...60 as ClosedRange<UInt64> {
        // After sixty singles, one range takes all but the ends of the last leaf.
        let range = index < 60 ? .single(index) : KeyRange(tree.node(at: [tree.node(at: []).end]).range.first + 1, 58)
        cursor.set(to: range)
        try cursor.bulkStore(.value(index))
        model.store(.value(index), over: range)
      }
      #expect((tree.leafCounts.last ?? 0) < 5)
      cursor.abandon()
    }
    #expect(tree.handle.header.marks.count(.bulkLeafEvenedOut) == 1)
    #expect(tree.leafCounts.suffix(2).allSatisfy { $0 >= 7 })
    #expect(tree.slots == model.slots)
    #expect(tree.brokenLaws() == [])
    #expect(tree.liveNodes == tree.nodes.count)
  }

  @Test("any stores in bulk mode, and plain ones behind, keep to the model", arguments: MapConfiguration.everyMode)
  func anyStores(_ configuration: MapConfiguration) throws {
    for seed in 1...12 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let tree = MapleTree(configuration: configuration)
      var model = SerialModel(limit: 601)
      for round in 0..<6 as Range<UInt64> {
        let isBulk = round % 2 == 0
        var cursor = Cursor(tree)
        tree.handle.header.lock.acquire()
        if isBulk { try cursor.beginBulk(expecting: generator.below(100)) }
        for number in 0..<150 as Range<UInt64> {
          let first = isBulk && generator.below(8) != 0 ? number * 4 : generator.below(600)
          let width = generator.oneIn(20) ? 300 : generator.oneIn(4) ? 30 : 3 as UInt64
          let range = KeyRange(first, generator.oneIn(60) ? .max : Swift.min(first + generator.below(width), 600))
          let entry: Entry? = generator.oneIn(4) ? nil : .value(number)
          cursor.set(to: range)
          if isBulk { try cursor.bulkStore(entry) } else { try cursor.store(entry) }
          model.store(entry, over: range)
          guard tree.nodesTaken <= tree.nodesPlanned, tree.brokenLaws(nodesInReserve: cursor.nodesInReserve).isEmpty
          else {
            Issue.record("seed \(seed), round \(round), store \(number) over \(range): \(tree.brokenLaws())")
            tree.handle.header.lock.release()
            return
          }
        }
        cursor.abandon()
        tree.handle.header.lock.release()
        if tree.slots != model.slots || !tree.brokenLaws().isEmpty {
          Issue.record("seed \(seed), round \(round): \(tree.brokenLaws())")
          return
        }
      }
    }
  }

  @Test("where the reserve does not last, nodes are asked for without sleeping")
  func reserveRunsOut() throws {
    let tree = MapleTree(configuration: .gaps)
    var cursor = Cursor(tree)
    try tree.withLock { () throws(RangeMapError) in
      try cursor.beginBulk(expecting: 1)
      for (index, range) in gappedRanges(100).enumerated() {
        cursor.set(to: range)
        try cursor.bulkStore(.value(UInt64(index)))
      }
      cursor.abandon()
    }
    #expect(tree.slots == (try makeTree(.gaps, gappedRanges(100))).slots)
    #expect(tree.liveNodes == tree.nodes.count)
  }

  @Test("a store that wants more nodes than are left and gets none changes nothing and keeps the reserve")
  func refusedInBulk() throws {
    let tree = MapleTree(configuration: .gaps)
    var cursor = Cursor(tree)
    var refusals = 0
    try tree.withLock { () throws(RangeMapError) in
      try cursor.beginBulk(expecting: 1)
      for (index, range) in gappedRanges(100).enumerated() {
        cursor.set(to: range)
        let before = tree.fingerprint()
        let reserved = cursor.nodesInReserve
        tree.failRequest(1, forever: true)
        do throws(RangeMapError) {
          try cursor.bulkStore(.value(UInt64(index)))
        } catch {
          refusals += 1
          #expect(error == .outOfMemory)
          #expect(tree.fingerprint() == before)
          #expect(cursor.nodesInReserve == reserved)
          #expect(cursor.range == range)
          tree.permitRequests()
          try cursor.bulkStore(.value(UInt64(index)))
        }
        tree.permitRequests()
      }
      cursor.abandon()
    }
    #expect(refusals > 0)
    #expect(tree.brokenLaws() == [])
  }

  @Test("a bulk store outside bulk mode is refused")
  func notBegun() throws {
    let tree = MapleTree()
    var cursor = Cursor(tree)
    #expect(throws: RangeMapError.notPrepared) {
      try tree.withLock { () throws(RangeMapError) in try cursor.bulkStore(.value(1)) }
    }
    #expect(tree.handle.rootWord == 0)
  }

  private func storeInBulk(_ tree: borrowing MapleTree, _ ranges: [KeyRange]) throws(RangeMapError) {
    var cursor = Cursor(tree)
    let count = UInt64(ranges.count)
    tree.handle.header.lock.acquire()
    defer { tree.handle.header.lock.release() }
    try cursor.beginBulk(expecting: count)
    for (index, range) in ranges.enumerated() {
      cursor.set(to: range)
      try cursor.bulkStore(.value(UInt64(index)))
    }
    cursor.abandon()
  }
}
