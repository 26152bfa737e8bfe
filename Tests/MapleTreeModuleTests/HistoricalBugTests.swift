import RangeMapCore
import Testing

@testable import MapleTreeModule

/// Bugs that the kernel's tree had, by the subject of the commit that fixed each. Those that need another writer, a
/// reader or a preparation are in the suites about these.
@Suite("Bugs that the kernel's tree had")
struct HistoricalBugTests {
  /// Stores into a duplicate of a tree, and compares it with the model.
  private func expectStore(
    _ entry: Entry?, over range: KeyRange, in tree: borrowing MapleTree, _ model: SerialModel
  ) throws -> Bool {
    let next = MapleTree(configuration: tree.configuration)
    try tree.duplicate(into: next)
    var nextModel = model
    try next.store(entry, over: range)
    nextModel.store(entry, over: range)
    if next.slots == nextModel.slots && next.brokenLaws().isEmpty { return true }
    Issue.record("\(range) \(entry?.description ?? "NULL"): \(next.brokenLaws())")
    return false
  }

  /// The ranges of all internal nodes but the root.
  private func innerRanges(_ tree: borrowing MapleTree) -> [KeyRange] {
    tree.nodes.dropFirst().filter { !$0.node.isLeaf }.map(\.range)
  }

  @Test("1: correct tree corruption on spanning store", arguments: [false, true])
  func spanningStoreToSubtreeEnd(gaps: Bool) throws {
    // The store ends where the last leaf of the sub-tree ends in which it is found to span.
    for geometry in GeometryName.allCases {
      let count: UInt64 = geometry == .tiny ? 150 : 700
      let tree = try makeTree(MapConfiguration(tracksGaps: gaps, geometry: geometry), singles(count))
      let model = SerialModel(limit: Int(count) + 5, singles(count))
      #expect(tree.height >= 3)
      var tried = 0
      for range in innerRanges(tree) where range.last != .max {
        for first in stride(from: range.first, to: range.last, by: geometry == .tiny ? 1 : 9) {
          tried += 1
          guard try expectStore(.value(5000), over: KeyRange(first, range.last), in: tree, model) else { return }
          guard try expectStore(nil, over: KeyRange(first, range.last), in: tree, model) else { return }
        }
      }
      #expect(tried > 20)
    }
  }

  @Test("2: fix mas_spanning_rebalance() on insufficient data", arguments: MapConfiguration.everyMode)
  func mostOfTheRightEnd(_ configuration: MapConfiguration) throws {
    let tree = try makeTree(configuration, gappedRanges(60))
    let model = SerialModel(limit: 620, gappedRanges(60))
    for first in stride(from: 0, through: 610, by: 3) as StrideThrough<UInt64> {
      for last in [590, 595, 596, 599, 600, .max] as [UInt64] where first <= last {
        for entry in [nil, Entry.value(5000)] {
          guard try expectStore(entry, over: KeyRange(first, last), in: tree, model) else { return }
        }
      }
    }
  }

  @Test("3: simplify split calculation: no split leaves a node with too little")
  func splitCalculation() throws {
    for configuration in MapConfiguration.everyMode {
      var generator = SeededGenerator(seed: 3)
      for _ in 0..<6 {
        let ranges = (0..<120).map { KeyRange.single(3 * $0 + generator.below(2)) }.shuffled(using: &generator)
        let tree = MapleTree(configuration: configuration)
        for (index, range) in ranges.enumerated() {
          try tree.store(.value(UInt64(index)), over: range)
          if let law = tree.brokenLaws().first { Issue.record("\(configuration), \(range): \(law)") }
        }
      }
    }
  }

  @Test("4: refine mas_store_root() on storing NULL")
  func nullIntoRoot() throws {
    for (first, last) in [(0, 0), (0, 9), (1, 9), (5, .max), (0, .max)] as [(UInt64, UInt64)] {
      let empty = MapleTree()
      try empty.store(nil, over: KeyRange(first, last))
      #expect(empty.handle.rootWord == 0)
      let entry = try makeTree(.plain, [.single(0)])
      try entry.store(nil, over: KeyRange(first, last))
      #expect(entry.load(0) == (first == 0 ? nil : .value(0)))
      #expect(entry.height == 0)
    }
  }

  @Test("5: set the node limit when creating a new root node")
  func gapsInAFirstLeaf() throws {
    let tree = try makeTree(.gaps, [KeyRange(100, 199)])
    #expect(try tree.highestGap(of: 10, in: KeyRange(0, 1000)) == 991)
    #expect(try tree.highestGap(of: 10, in: KeyRange(0, 205)) == 90)
    #expect(try tree.highestGap(of: 1) == .max)
    #expect(try tree.lowestGap(of: 100, in: KeyRange(1, .max)) == 200)
    let upToTheEnd = try makeTree(.gaps, [KeyRange(100, .max)])
    #expect(try upToTheEnd.highestGap(of: 100) == 0)
    #expect(throws: RangeMapError.noSpace) { try upToTheEnd.highestGap(of: 101) }
  }

  @Test("6: fix potential out-of-bounds access in mas_wr_end_piv(): a store that ends in the last slot of a full leaf")
  func lastSlotOfFullLeaf() throws {
    for configuration in MapConfiguration.everyMode {
      let slots = Geometry.named(configuration.geometry, for: .newest).leaf.slots
      let ranges = (0..<UInt64(slots)).map { KeyRange(10 * $0, $0 == UInt64(slots) - 1 ? .max : 10 * $0 + 9) }
      let tree = try makeTree(configuration, ranges)
      let model = SerialModel(limit: 10 * slots + 20, ranges)
      #expect(tree.height == 1)
      #expect(tree.node(at: []).count == slots)
      let last = UInt64(10 * slots)
      for first in stride(from: 0, to: last, by: 3) {
        for end in [last - 10, last - 5, last, .max] as [UInt64] where first <= end {
          for entry in [nil, Entry.value(900)] {
            guard try expectStore(entry, over: KeyRange(first, end), in: tree, model) else { return }
          }
        }
      }
    }
  }

  @Test("11: fix mas_empty_area_rev() lower bound validation: no gap begins below the window")
  func gapBelowWindow() throws {
    let tree = try makeTree(.gaps, gappedRanges(40))
    #expect(throws: RangeMapError.noSpace) { try tree.highestGap(of: 4, in: KeyRange(7, 15)) }
    #expect(throws: RangeMapError.noSpace) { try tree.highestGap(of: 3, in: KeyRange(208, 215)) }
    #expect(try tree.highestGap(of: 2, in: KeyRange(208, 215)) == 208)
  }

  @Test(
    "12 and 13: fix mas_skip_node() end slot detection, fix mas_empty_area() search: a hole in the last slot of a node")
  func holeInLastSlot() throws {
    for geometry in GeometryName.allCases {
      let count: UInt64 = geometry == .tiny ? 80 : 700
      let tree = try makeTree(MapConfiguration(tracksGaps: true, geometry: geometry), singles(count))
      #expect(tree.height >= 3)
      // Every index becomes the only hole in turn, those at the borders of nodes among them.
      for hole in 0..<count {
        try tree.store(nil, over: .single(hole))
        let window = KeyRange(0, count - 1)
        guard (try? tree.lowestGap(of: 1, in: window)) == hole, (try? tree.highestGap(of: 1, in: window)) == hole else {
          Issue.record("\(geometry): the hole at \(hole) was not found")
          return
        }
        try tree.store(.value(hole), over: .single(hole))
        #expect(throws: RangeMapError.noSpace) { try tree.lowestGap(of: 1, in: window) }
      }
      #expect(try tree.lowestGap(of: 1) == count)
      #expect(tree.brokenLaws() == [])
    }
  }

  @Test("16 and 18: fix allocation in mas_sparse_area(), fix mas_empty_area_rev() null pointer dereference")
  func gapsWithoutNodes() throws {
    let tree = MapleTree(configuration: .gaps)
    #expect(try tree.highestGap(of: 5, in: KeyRange(10, 30)) == 26)
    #expect(try tree.allocateHighest(.value(1), size: 5, in: KeyRange(10, 30)) == 26)
    let entry = try makeTree(.gaps, [.single(0)])
    #expect(try entry.highestGap(of: 5, in: KeyRange(0, 5)) == 1)
    #expect(try entry.lowestGap(of: 5, in: KeyRange(0, 5)) == 1)
    #expect(throws: RangeMapError.noSpace) { try entry.lowestGap(of: 6, in: KeyRange(0, 5)) }
    #expect(throws: RangeMapError.noSpace) { try entry.highestGap(of: 6, in: KeyRange(0, 5)) }
  }

  @Test("17: Revise limit checks in mas_empty_area{_rev}(): windows of one index")
  func windowsOfOneIndex() throws {
    let tree = try makeTree(.gaps, gappedRanges(40))
    for index in 0..<400 as Range<UInt64> {
      let isFree = index % 10 > 5
      #expect((try? tree.lowestGap(of: 1, in: .single(index))) == (isFree ? index : nil))
      #expect((try? tree.highestGap(of: 1, in: .single(index))) == (isFree ? index : nil))
    }
    #expect(try tree.lowestGap(of: 1, in: .single(.max)) == .max)
    #expect(throws: RangeMapError.invalidRange) { try tree.lowestGap(of: 2, in: .single(.max)) }
  }

  @Test("19 and 20: fix mas_prev() and mas_find() state handling, add MAS_UNDERFLOW and MAS_OVERFLOW states")
  func limitsAreNotForgotten() throws {
    let tree = try makeTree(.plain, [KeyRange(0, 9), KeyRange(20, 29)])
    var cursor = Cursor(tree, at: .single(25))
    #expect(cursor.previous() == .value(0))
    #expect(cursor.previous() == nil)
    #expect(cursor.status == .underflow)
    // The entry that the cursor stands on is not skipped.
    #expect(cursor.find() == .value(0))
    #expect(cursor.find() == .value(1))
    #expect(cursor.next() == nil)
    #expect(cursor.status == .overflow)
    #expect(cursor.previous() == .value(1))
  }

  @Test(
    "23: fix handle of invalidated state in mas_wr_store_setup(): a store through a paused cursor lands in its range")
  func storeThroughPausedCursor() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    var model = SerialModel(limit: 420, gappedRanges(40))
    var cursor = Cursor(tree, at: .single(100))
    #expect(cursor.find() == .value(10))
    cursor.pause()
    try tree.store(nil, over: KeyRange(0, 399))
    try tree.store(.value(700), over: KeyRange(90, 110))
    model.store(nil, over: KeyRange(0, 399))
    model.store(.value(700), over: KeyRange(90, 110))
    try tree.withLock { () throws(RangeMapError) in
      #expect(try cursor.store(.value(701)) == .value(700))
    }
    model.store(.value(701), over: KeyRange(100, 105))
    #expect(tree.slots == model.slots)
    #expect(tree.brokenLaws() == [])
  }

  @Test("24: fix status setup on restore to active: a limit that was hit in a tree without a node")
  func limitsWithoutNode() throws {
    for taken in [false, true] {
      let tree = try makeTree(.plain, taken ? [.single(0)] : [])
      for first in CursorMove.allCases {
        for second in CursorMove.allCases {
          for (limit, then) in [(0, 0), (0, .max), (.max, 0), (.max, .max)] as [(UInt64, UInt64)] {
            var cursor = Cursor(tree, at: .single(5))
            _ = cursor.move(first, limit: limit)
            let entry = cursor.move(second, limit: then)
            #expect(entry == nil || (taken && entry == .value(0)))
          }
        }
      }
    }
  }

  @Test("26: reload mas before the second call for mas_empty_area: a cyclic allocation that begins again")
  func cyclicBeginsAgain() throws {
    let tree = try makeTree(.gaps, (50..<150).map { .single($0) })
    var next: UInt64 = 120
    #expect(try tree.allocateCyclic(.value(1), in: KeyRange(10, 149), next: &next) == (10, true))
    next = 300
    #expect(try tree.allocateCyclic(.value(1), in: KeyRange(10, 149), next: &next) == (11, true))
  }

  @Test("29: remove GFP_ZERO from kmem_cache_alloc(): a node that is used again holds nothing of its past")
  func recycledNodes() throws {
    for configuration in MapConfiguration.everyMode {
      let tree = MapleTree(configuration: configuration)
      for round in 0..<6 as Range<UInt64> {
        for (index, range) in gappedRanges(60).enumerated() { try tree.store(.value(UInt64(index)), over: range) }
        for index in stride(from: round % 2, to: 60, by: 2) { try tree.erase(at: 10 * index) }
        #expect(tree.brokenLaws() == [])
        if round % 3 == 2 { try tree.store(nil, over: .all) }
      }
    }
  }

  @Test("35: bulk stores must not use rebalance", arguments: [false, true])
  func noRebalanceInBulk(gaps: Bool) throws {
    let tree = try makeTree(gaps ? .gaps : .plain, gappedRanges(40))
    var model = SerialModel(limit: 420, gappedRanges(40))
    var cursor = Cursor(tree)
    try tree.withLock { () throws(RangeMapError) in
      try cursor.beginBulk(expecting: 10)
      cursor.set(to: KeyRange(2, 55))
      try cursor.bulkStore(.value(900))
      cursor.set(to: KeyRange(310, 315))
      try cursor.bulkStore(nil)
      cursor.abandon()
    }
    model.store(.value(900), over: KeyRange(2, 55))
    model.store(nil, over: KeyRange(310, 315))
    #expect(tree.slots == model.slots)
    #expect(tree.handle.header.marks.named.allSatisfy { !$0.name.hasPrefix("store rebalance") || $0.count == 0 })
    #expect(tree.brokenLaws() == [])
    #expect(tree.liveNodes == tree.nodes.count)
  }
}
