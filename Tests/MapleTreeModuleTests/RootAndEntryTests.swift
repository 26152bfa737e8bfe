import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("Roots without a node, and kinds of entries")
struct RootAndEntryTests {
  @Test("one entry at index 0 lives in the root pointer, if it cannot be taken for a node")
  func entryInRoot() throws {
    for word in [4, 8, 1, 3, 0xffff_ffff_ffff_fffd] as [UInt64] {
      let tree = MapleTree()
      try tree.store(Entry(nonNullWord: word), over: .single(0))
      #expect(tree.handle.rootWord == word)
      #expect(tree.height == 0)
      #expect(tree.liveNodes == 0)
      #expect(tree.load(0)?.word == word)
      #expect(tree.load(1) == nil)
      #expect(tree.slot(at: 1).range == KeyRange(1, .max))
    }
    for word in [0x406, 0x40a, 4094, 4098, 0x1_0002] as [UInt64] {
      let tree = MapleTree()
      try tree.store(Entry(nonNullWord: word), over: .single(0))
      #expect(tree.height == 1)
      #expect(tree.liveNodes == 1)
      #expect(tree.slot(at: 0).entry?.word == word)
      #expect(tree.brokenLaws() == [])
    }
  }

  @Test("a root node is not turned back into an entry")
  func rootNodeStays() throws {
    let tree = MapleTree()
    try tree.store(.zero, over: .single(0))
    try tree.store(.value(1), over: .single(0))
    #expect(tree.height == 1)
    #expect(tree.load(0) == .value(1))
  }

  @Test("a first leaf holds the old entry, a NULL up to the store, the store, and a NULL behind")
  func rootExpansion() throws {
    let old = Slot(.single(0), .value(7))
    let expected: [(hasOld: Bool, range: KeyRange, slots: [Slot])] = [
      (false, KeyRange(0, 9), [Slot(KeyRange(0, 9), .value(1)), Slot(KeyRange(10, .max), nil)]),
      (false, .all, [Slot(.all, .value(1))]),
      (
        false, KeyRange(5, 9),
        [Slot(KeyRange(0, 4), nil), Slot(KeyRange(5, 9), .value(1)), Slot(KeyRange(10, .max), nil)]
      ),
      (false, KeyRange(5, .max), [Slot(KeyRange(0, 4), nil), Slot(KeyRange(5, .max), .value(1))]),
      (true, KeyRange(1, 9), [old, Slot(KeyRange(1, 9), .value(1)), Slot(KeyRange(10, .max), nil)]),
      (true, KeyRange(1, .max), [old, Slot(KeyRange(1, .max), .value(1))]),
      (
        true, KeyRange(2, 9),
        [old, Slot(.single(1), nil), Slot(KeyRange(2, 9), .value(1)), Slot(KeyRange(10, .max), nil)]
      ),
      (true, KeyRange(0, 3), [Slot(KeyRange(0, 3), .value(1)), Slot(KeyRange(4, .max), nil)]),
      (true, .all, [Slot(.all, .value(1))]),
    ]
    for configuration in MapConfiguration.everyMode {
      for (hasOld, range, slots) in expected {
        let tree = MapleTree(configuration: configuration)
        if hasOld { try tree.store(.value(7), over: .single(0)) }
        try tree.store(.value(1), over: range)
        #expect(tree.slots == slots)
        #expect(tree.height == 1)
        #expect(tree.node(at: []).count == slots.count)
        #expect(tree.brokenLaws() == [])
        #expect((tree.nodesTaken, tree.nodesPlanned) == (1, 1))
      }
    }
  }

  @Test("NULL over a tree without a node empties it from index 0 on, and changes nothing behind")
  func nullOverRoot() throws {
    for last in [0, 5, .max] as [UInt64] {
      let tree = MapleTree()
      try tree.store(.value(7), over: .single(0))
      try tree.store(nil, over: KeyRange(1, Swift.max(last, 1)))
      #expect(tree.load(0) == .value(7))
      try tree.store(nil, over: KeyRange(0, last))
      #expect(tree.handle.rootWord == 0)
      try tree.store(nil, over: KeyRange(3, 9))
      #expect(tree.handle.rootWord == 0)
      #expect(tree.liveNodes == 0)
    }
  }

  @Test("words that only the library may use are refused by every write, with a typed error")
  func advancedEntries() throws {
    let tree = MapleTree(configuration: .gaps)
    for word in stride(from: 2, through: 0x402, by: 4) {
      let entry = Entry(nonNullWord: UInt64(word))
      #expect(throws: RangeMapError.reservedEntry) { try tree.store(entry, over: KeyRange(1, 2)) }
      #expect(throws: RangeMapError.reservedEntry) { try tree.insert(entry, over: KeyRange(1, 2)) }
    }
    var cursor = Cursor(tree)
    tree.handle.header.lock.acquire()
    #expect(throws: RangeMapError.reservedEntry) { try cursor.store(Entry(nonNullWord: 2)) }
    #expect(throws: RangeMapError.reservedEntry) { try cursor.prepare(Entry(nonNullWord: 2)) }
    tree.handle.header.lock.release()
    #expect(tree.handle.rootWord == 0)
    for word in [0x406, 0x40a, 4094, 4098] as [UInt64] {
      try tree.store(Entry(nonNullWord: word), over: KeyRange(word, word + 1))
      #expect(tree.slot(at: word).entry?.word == word)
    }
  }

  @Test("an inverted range is refused")
  func invertedRange() throws {
    let tree = MapleTree()
    #expect(throws: RangeMapError.invalidRange) { try tree.store(.value(1), over: KeyRange(2, 1)) }
    #expect(throws: RangeMapError.invalidRange) { try tree.store(nil, over: KeyRange(2, 1)) }
    #expect(throws: RangeMapError.invalidRange) { try tree.insert(.value(1), over: KeyRange(2, 1)) }
  }

  @Test("neighbouring NULLs are one range, neighbouring ranges of one entry stay two")
  func fusion() throws {
    let tree = MapleTree()
    try tree.store(.value(1), over: KeyRange(0, 4))
    try tree.store(.value(1), over: KeyRange(5, 9))
    #expect(tree.slots.count == 3)
    try tree.store(nil, over: KeyRange(3, 4))
    try tree.store(nil, over: KeyRange(5, 9))
    #expect(tree.slots == [Slot(KeyRange(0, 2), .value(1)), Slot(KeyRange(3, .max), nil)])
  }

  @Test("insert fails with the first entry of the range, a zero entry too")
  func insertOccupied() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    #expect(throws: RangeMapError.occupied(by: .value(2))) { try tree.insert(.value(9), over: KeyRange(16, 300)) }
    #expect(throws: RangeMapError.occupied(by: .value(2))) { try tree.insert(.value(9), over: KeyRange(25, 26)) }
    try tree.insert(.value(9), over: KeyRange(16, 19))
    #expect(tree.load(17) == .value(9))
    try tree.store(.zero, over: KeyRange(1000, 1001))
    #expect(throws: RangeMapError.occupied(by: .zero)) { try tree.insert(.value(9), over: KeyRange(990, 1000)) }
  }
}

@Suite("Zero entries reserve a range")
struct ZeroEntryTests {
  @Test(
    "and read as NULL in the plain interface, as themselves through a cursor", arguments: MapConfiguration.everyMode)
  func reads(_ configuration: MapConfiguration) throws {
    let tree = try makeTree(configuration, gappedRanges(20))
    try tree.store(.zero, over: KeyRange(50, 95))
    #expect(tree.load(60) == nil)
    #expect(tree.slot(at: 60).entry == .zero)
    var index: UInt64 = 47
    #expect(tree.find(&index) == .value(10))
    #expect(index == 106)
    index = 60
    #expect(tree.find(&index, through: 95) == nil)
    #expect(index == 60)
    #expect(tree.next(after: 47) == .zero)
    #expect(tree.previous(before: 97) == .zero)
    var cursor = Cursor(tree, at: .single(47))
    #expect(cursor.find() == .zero)
    #expect(cursor.range == KeyRange(50, 95))
    #expect(try tree.erase(at: 70) == .zero)
    #expect(tree.slot(at: 70).range == KeyRange(46, 99))
  }

  @Test("occupy their range for gap search")
  func occupies() throws {
    let tree = MapleTree(configuration: .gaps)
    try tree.store(.zero, over: KeyRange(0, 9))
    #expect(try tree.lowestGap(of: 1) == 10)
    #expect(try tree.allocateLowest(.value(1), size: 5) == 10)
  }

  @Test("are replaced in place without a node", arguments: MapConfiguration.everyMode)
  func replacement(_ configuration: MapConfiguration) throws {
    let tree = try makeTree(configuration, gappedRanges(40))
    for index in 0..<40 as Range<UInt64> {
      let range = KeyRange(10 * index, 10 * index + 5)
      try tree.store(.zero, over: range)
      tree.failRequest(1, forever: true)
      try tree.store(.value(index + 100), over: range)
      #expect((tree.nodesTaken, tree.nodesPlanned) == (0, 0))
      #expect(tree.permitRequests() == 0)
      #expect(tree.load(range.first) == .value(index + 100))
    }
    #expect(tree.brokenLaws() == [])
  }
}
