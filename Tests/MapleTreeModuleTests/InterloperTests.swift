import RangeMapCore
import Testing

@testable import MapleTreeModule

/// Another writer may come in whenever a write lets go of the lock to wait for memory.
@Suite("Another writer while a write sleeps")
struct InterloperTests {
  /// Makes a write whose first request is refused, and another writer's write meanwhile, which always succeeds.
  private func interrupt(
    _ tree: borrowing MapleTree, by other: @escaping (borrowing MapleTree) throws(RangeMapError) -> Void,
    _ write: () throws(RangeMapError) -> Void
  ) throws(RangeMapError) {
    let calls = CallCounter()
    tree.whileUnlocked { tree in
      calls.count += 1
      let budget = tree.handle.header.pool.budget
      tree.handle.header.pool.budget.permitAll()
      do throws(RangeMapError) { try other(tree) } catch { Issue.record("the other writer failed: \(error)") }
      tree.handle.header.pool.budget = budget
    }
    tree.failRequest(1, forever: false)
    defer {
      tree.whileUnlocked(nil)
      tree.permitRequests()
      if calls.count != 1 { Issue.record("the other writer ran \(calls.count) times") }
    }
    try write()
  }

  @Test("bug 25, reset mas->index and mas->last on write retries: a NULL is widened anew")
  func nullIsWidenedAnew() throws {
    let tree = try makeTree(.readers, gappedRanges(40))
    #expect(tree.plan(nil, over: KeyRange(20, 25)).range == KeyRange(16, 29))
    try interrupt(tree) { (tree) throws(RangeMapError) in
      try tree.store(.value(700), over: KeyRange(16, 19))
      try tree.store(.value(701), over: KeyRange(26, 29))
    } _: { () throws(RangeMapError) in
      try tree.store(nil, over: KeyRange(20, 25))
    }
    #expect(tree.load(17) == .value(700))
    #expect(tree.load(28) == .value(701))
    #expect(tree.slot(at: 22).range == KeyRange(20, 25))
    #expect(tree.brokenLaws() == [])
  }

  @Test("the same for a spanning NULL, through a cursor")
  func spanningNullThroughCursor() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    let range = KeyRange(20, 225)
    #expect(tree.plan(nil, over: range).kind == .spanningStore)
    var cursor = Cursor(tree, at: range)
    try interrupt(tree) { (tree) throws(RangeMapError) in
      try tree.store(.value(700), over: KeyRange(16, 19))
      try tree.store(.value(701), over: KeyRange(226, 229))
    } _: { () throws(RangeMapError) in
      try tree.withLock { () throws(RangeMapError) in
        #expect(try cursor.store(nil) == .value(2))
      }
    }
    #expect(tree.load(17) == .value(700))
    #expect(tree.load(228) == .value(701))
    #expect(cursor.range == range)
    #expect(tree.brokenLaws() == [])
  }

  @Test("a store that becomes one of another kind is planned anew")
  func kindChanges() throws {
    // A node store in reader mode becomes a split, which needs more nodes than were waited for.
    let tree = try makeTree(.readers, gappedRanges(40))
    let range = KeyRange(26, 27)
    #expect(tree.plan(.value(1), over: range).kind == .nodeStore)
    try interrupt(tree) { (tree) throws(RangeMapError) in
      try tree.store(.value(700), over: KeyRange(22, 25))
      #expect(tree.plan(.value(1), over: range).kind == .splitStore)
    } _: { () throws(RangeMapError) in
      try tree.store(.value(1), over: range)
    }
    #expect(tree.load(26) == .value(1))
    #expect(tree.load(23) == .value(700))
    #expect(tree.brokenLaws() == [])
  }

  @Test("a store into a tree that grew or went meanwhile is planned anew", arguments: MapConfiguration.everyMode)
  func treeReplaced(_ configuration: MapConfiguration) throws {
    for (before, after) in [(0, 200), (40, 300), (40, 0), (300, 5)] as [(UInt64, UInt64)] {
      let tree = try makeTree(configuration, gappedRanges(before))
      let twin = try makeTree(configuration, gappedRanges(after))
      let range = KeyRange(before == 0 ? 7 : 3, 222)
      try interrupt(tree) { (tree) throws(RangeMapError) in
        tree.removeAll()
        for (index, range) in gappedRanges(after).enumerated() { try tree.store(.value(UInt64(index)), over: range) }
      } _: { () throws(RangeMapError) in
        try tree.store(.value(999), over: range)
      }
      try twin.store(.value(999), over: range)
      #expect(tree.slots == twin.slots)
      #expect(tree.brokenLaws() == [])
    }
  }

  @Test("a second refusal, after another writer made the demand grow, fails without a trace of the own write")
  func secondRequestRefused() throws {
    let tree = try makeTree(.readers, gappedRanges(40))
    let twin = try makeTree(.readers, gappedRanges(40))
    try twin.store(.value(700), over: KeyRange(22, 25))
    let calls = CallCounter()
    tree.whileUnlocked { tree in
      calls.count += 1
      guard calls.count == 1 else { return }
      tree.handle.header.pool.budget.permitAll()
      #expect(throws: Never.self) { try tree.store(.value(700), over: KeyRange(22, 25)) }
      // The request after the sleep is granted, the one for what the split needs more is not.
      tree.handle.header.pool.budget.failRequest(2, forever: true)
    }
    tree.failRequest(1, forever: false)
    #expect(throws: RangeMapError.outOfMemory) { try tree.store(.value(1), over: KeyRange(26, 27)) }
    #expect(tree.permitRequests() == 2)
    #expect(calls.count == 2)
    #expect(tree.slots == twin.slots)
    #expect(tree.brokenLaws() == [])
  }

  @Test("insert looks again whether the range is free")
  func insertLooksAgain() throws {
    let tree = try makeTree(.plain, singles(15))
    #expect(throws: RangeMapError.occupied(by: .value(700))) {
      try interrupt(tree) { (tree) throws(RangeMapError) in
        try tree.store(.value(700), over: .single(15))
      } _: { () throws(RangeMapError) in
        try tree.insert(.value(1), over: .single(15))
      }
    }
    #expect(tree.load(15) == .value(700))
    #expect(tree.brokenLaws() == [])
  }

  @Test("erase erases the range that is there then, and nothing where it went")
  func eraseLooksAgain() throws {
    for (replaced, expected) in [(KeyRange(20, 30), Entry.value(700)), (KeyRange(23, 23), .value(700))] {
      let tree = try makeTree(.readers, gappedRanges(40))
      try interrupt(tree) { (tree) throws(RangeMapError) in
        try tree.store(.value(700), over: replaced)
      } _: { () throws(RangeMapError) in
        #expect(try tree.erase(at: 23) == expected)
      }
      #expect(tree.load(23) == nil)
      #expect(tree.load(22) == (replaced.first == 20 ? nil : .value(2)))
      #expect(tree.brokenLaws() == [])
    }
    let tree = try makeTree(.readers, gappedRanges(40))
    try interrupt(tree) { (tree) throws(RangeMapError) in
      _ = try tree.erase(at: 23)
    } _: { () throws(RangeMapError) in
      #expect(try tree.erase(at: 23) == nil)
    }
  }

  @Test("bug 27, catch race in mas_alloc_cyclic(), and all other allocations: the gap is searched again")
  func allocationsSearchAgain() throws {
    let other = { (tree: borrowing MapleTree) throws(RangeMapError) in
      try tree.store(.value(700), over: .single(15))
      try tree.store(.value(701), over: .single(99))
    }
    for call in 0..<3 {
      let tree = try makeTree(.gaps, singles(15))
      try interrupt(tree, by: other) { () throws(RangeMapError) in
        switch call {
        case 0: #expect(try tree.allocateLowest(.value(1), size: 1) == 16)
        case 1: #expect(try tree.allocateHighest(.value(1), size: 1, in: KeyRange(0, 99)) == 98)
        default:
          var next: UInt64 = 3
          #expect(try tree.allocateCyclic(.value(1), next: &next) == (16, false))
          #expect(next == 17)
        }
      }
      #expect(tree.load(15) == .value(700))
      #expect(tree.load(99) == .value(701))
      #expect(tree.brokenLaws() == [])
    }
  }

  @Test("a cyclic allocation whose last free index went begins again from the window's start")
  func cyclicWrapsAfterSleep() throws {
    let configuration = MapConfiguration(tracksGaps: true, usesReadCopyUpdate: true)
    let tree = try makeTree(configuration, (1...9).map { .single($0) })
    var next: UInt64 = 10
    try interrupt(tree) { (tree) throws(RangeMapError) in
      try tree.store(.value(700), over: .single(10))
    } _: { () throws(RangeMapError) in
      #expect(try tree.allocateCyclic(.value(1), in: KeyRange(0, 10), next: &next) == (0, true))
    }
    #expect(next == 1)
    #expect(tree.brokenLaws() == [])
  }

  @Test("an allocation finds no space where the other writer took the rest")
  func spaceTaken() throws {
    let tree = try makeTree(.gaps, singles(15))
    #expect(throws: RangeMapError.noSpace) {
      try interrupt(tree) { (tree) throws(RangeMapError) in
        try tree.store(.value(700), over: KeyRange(15, 20))
      } _: { () throws(RangeMapError) in
        _ = try tree.allocateLowest(.value(1), size: 2, in: KeyRange(0, 21))
      }
    }
    #expect(tree.brokenLaws() == [])
  }

  @Test("a preparation plans again, and holds what the tree needs then")
  func preparation() throws {
    let tree = try makeTree(.readers, gappedRanges(40), algorithm: .toTheRoot)
    var cursor = Cursor(tree, at: KeyRange(26, 27))
    try interrupt(tree) { (tree) throws(RangeMapError) in
      try tree.store(.value(700), over: KeyRange(22, 25))
    } _: { () throws(RangeMapError) in
      try tree.withLock { () throws(RangeMapError) in
        try cursor.prepare(.value(1))
        #expect(cursor.nodesInReserve == 5)
        try cursor.storePrepared(.value(1))
      }
    }
    #expect(tree.load(26) == .value(1))
    #expect(tree.load(23) == .value(700))
    #expect(tree.brokenLaws() == [])
  }
}
