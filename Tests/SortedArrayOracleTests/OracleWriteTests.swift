import RangeMapCore
import SortedArrayOracle
import Testing

private let a = Entry.value(1)
private let b = Entry.value(2)
/// A word that is accepted but never kept in the root pointer.
private let internalLooking = Entry(nonNullWord: 0x2002)

/// What is refused, what a write does to the cursors, and what becomes of the root.
@Suite struct OracleWriteTests {
  private var allocating: MapConfiguration { MapConfiguration(tracksGaps: true) }

  private func map(
    _ configuration: MapConfiguration = MapConfiguration(), holding stores: [(KeyRange, Entry)]
  ) throws -> SortedArrayOracle {
    var map = SortedArrayOracle(configuration: configuration)
    for (range, entry) in stores { try map.store(entry, over: range, policy: .maySleep) }
    return map
  }

  // MARK: What is refused

  @Test(arguments: [2, 0x402] as [UInt64])
  func everyWriteRefusesAnAdvancedEntry(word: UInt64) throws {
    let entry = Entry(nonNullWord: word)
    var map = SortedArrayOracle(configuration: allocating)
    try map.beginBulk(expecting: 1, policy: .maySleep)
    let before = map.fingerprint()
    #expect(throws: RangeMapError.reservedEntry) { try map.store(entry, over: .single(1), policy: .maySleep) }
    #expect(throws: RangeMapError.reservedEntry) { try map.insert(entry, over: .single(1), policy: .maySleep) }
    #expect(throws: RangeMapError.reservedEntry) { try map.prepare(entry, over: .single(1), policy: .maySleep) }
    #expect(throws: RangeMapError.reservedEntry) { try map.bulkStore(entry, over: .single(1)) }
    #expect(throws: RangeMapError.reservedEntry) { _ = try map.cursorStore(0, entry, policy: .maySleep) }
    #expect(map.fingerprint() == before)
  }

  @Test func anInvertedRangeIsRefusedBeforeTheEntryIsLookedAt() throws {
    let inverted = KeyRange(2, 1)
    let entry = Entry(nonNullWord: 2)
    var map = SortedArrayOracle()
    try map.beginBulk(expecting: 1, policy: .maySleep)
    map.cursorSet(0, to: inverted)
    #expect(throws: RangeMapError.invalidRange) { try map.store(entry, over: inverted, policy: .maySleep) }
    #expect(throws: RangeMapError.invalidRange) { try map.insert(entry, over: inverted, policy: .maySleep) }
    #expect(throws: RangeMapError.invalidRange) { try map.prepare(entry, over: inverted, policy: .maySleep) }
    #expect(throws: RangeMapError.invalidRange) { try map.bulkStore(entry, over: inverted) }
    #expect(throws: RangeMapError.invalidRange) { _ = try map.cursorStore(0, entry, policy: .maySleep) }
  }

  @Test func allocationRefusesTheKindOfTreeThenTheEntryThenTheWindow() {
    var plain = SortedArrayOracle()
    var gaps = SortedArrayOracle(configuration: allocating)
    var next: UInt64 = 0
    let inverted = KeyRange(2, 1)
    #expect(throws: RangeMapError.gapsNotTracked) {
      _ = try plain.allocateLowest(.zero, size: 0, in: inverted, policy: .maySleep)
    }
    #expect(throws: RangeMapError.gapsNotTracked) {
      _ = try plain.allocateHighest(.zero, size: 0, in: inverted, policy: .maySleep)
    }
    #expect(throws: RangeMapError.gapsNotTracked) {
      _ = try plain.allocateCyclic(.zero, in: inverted, next: &next, policy: .maySleep)
    }
    #expect(throws: RangeMapError.gapsNotTracked) { _ = try plain.lowestGap(of: 0, in: inverted) }
    #expect(throws: RangeMapError.gapsNotTracked) { _ = try plain.highestGap(of: 0, in: inverted) }
    #expect(throws: RangeMapError.reservedEntry) {
      _ = try gaps.allocateLowest(.zero, size: 0, in: inverted, policy: .maySleep)
    }
    #expect(throws: RangeMapError.reservedEntry) {
      _ = try gaps.allocateHighest(Entry(nonNullWord: 4094), size: 0, in: inverted, policy: .maySleep)
    }
    #expect(throws: RangeMapError.reservedEntry) {
      _ = try gaps.allocateCyclic(.zero, in: inverted, next: &next, policy: .maySleep)
    }
  }

  @Test(arguments: [
    (UInt64(1), KeyRange(2, 1)), (UInt64(0), KeyRange(0, 9)), (UInt64(11), KeyRange(0, 9)),
  ])
  func aGapSearchRefusesAWindowThatCannotHoldTheSize(size: UInt64, window: KeyRange) {
    var map = SortedArrayOracle(configuration: allocating)
    #expect(throws: RangeMapError.invalidRange) { _ = try map.lowestGap(of: size, in: window) }
    #expect(throws: RangeMapError.invalidRange) { _ = try map.highestGap(of: size, in: window) }
    #expect(throws: RangeMapError.invalidRange) {
      _ = try map.allocateLowest(a, size: size, in: window, policy: .maySleep)
    }
    #expect(throws: RangeMapError.invalidRange) {
      _ = try map.allocateHighest(a, size: size, in: window, policy: .maySleep)
    }
  }

  @Test func insertNamesTheLowestEntryInTheWay() throws {
    var map = try map(holding: [(KeyRange(10, 12), .zero), (KeyRange(20, 25), a)])
    #expect(throws: RangeMapError.occupied(by: .zero)) { try map.insert(b, over: KeyRange(0, 30), policy: .maySleep) }
    #expect(throws: RangeMapError.occupied(by: a)) { try map.insert(b, over: KeyRange(13, 20), policy: .maySleep) }
    try map.insert(b, over: KeyRange(13, 19), policy: .maySleep)
    #expect(map.entryCount == 3)
  }

  // MARK: Allocation

  @Test func allocationTakesTheLowestAndTheHighestGap() throws {
    var map = try map(allocating, holding: [(KeyRange(0, 3), a), (KeyRange(8, 15), a)])
    #expect(try map.allocateLowest(b, size: 4, in: KeyRange(0, 31), policy: .maySleep) == 4)
    #expect(try map.allocateHighest(b, size: 4, in: KeyRange(0, 31), policy: .maySleep) == 28)
    #expect(map.slot(at: 5) == (KeyRange(4, 7), b))
    #expect(map.slot(at: 30) == (KeyRange(28, 31), b))
    #expect(throws: RangeMapError.noSpace) {
      _ = try map.allocateLowest(b, size: 1, in: KeyRange(0, 15), policy: .maySleep)
    }
  }

  // MARK: Preparation and bulk mode

  @Test func aPreparedStoreIsCarriedOutOnce() throws {
    var map = SortedArrayOracle()
    #expect(throws: RangeMapError.notPrepared) { try map.storePrepared() }
    try map.prepare(a, over: KeyRange(1, 5), policy: .maySleep)
    #expect(throws: RangeMapError.invalidRange) { try map.prepare(b, over: KeyRange(5, 1), policy: .maySleep) }
    map.removeAll()
    try map.storePrepared()
    #expect(map.slot(at: 3) == (KeyRange(1, 5), a))
    #expect(throws: RangeMapError.notPrepared) { try map.storePrepared() }
    try map.prepare(b, over: KeyRange(1, 5), policy: .maySleep)
    map.abandonPrepared()
    #expect(throws: RangeMapError.notPrepared) { try map.storePrepared() }
  }

  @Test func bulkStoresNeedBulkMode() throws {
    var map = SortedArrayOracle()
    #expect(throws: RangeMapError.notPrepared) { try map.bulkStore(a, over: KeyRange(5, 1)) }
    try map.beginBulk(expecting: 3, policy: .maySleep)
    map.removeAll()
    try map.bulkStore(a, over: KeyRange(1, 5))
    map.endBulk()
    #expect(throws: RangeMapError.notPrepared) { try map.bulkStore(a, over: KeyRange(1, 5)) }
    #expect(map.entryCount == 1)
  }

  // MARK: Duplication

  @Test func aDuplicateIsEqualAndApart() throws {
    var source = try map(holding: [(KeyRange(3, 9), a), (KeyRange(10, 19), a)])
    var copy = SortedArrayOracle()
    try source.duplicate(into: &copy, policy: .maySleep)
    #expect(copy.fingerprint() == source.fingerprint())
    try source.store(b, over: .single(4), policy: .maySleep)
    #expect(copy.slot(at: 4) == (KeyRange(3, 9), a))
    #expect(copy.fingerprint() != source.fingerprint())
  }

  @Test func aDuplicateRefusesAnotherKindBeforeAFullDestination() throws {
    let source = try map(holding: [(KeyRange(3, 9), a)])
    var full = try map(holding: [(KeyRange(3, 9), a)])
    #expect(throws: RangeMapError.destinationNotEmpty) { try source.duplicate(into: &full, policy: .maySleep) }
    for configuration in [
      MapConfiguration(tracksGaps: true), MapConfiguration(usesReadCopyUpdate: true),
      MapConfiguration(hasExternalLock: true), MapConfiguration(geometry: .tiny),
    ] {
      var other = try map(configuration, holding: [(KeyRange(3, 9), a)])
      #expect(throws: RangeMapError.kindsDiffer) { try source.duplicate(into: &other, policy: .maySleep) }
    }
  }

  // MARK: Cursors and writes

  @Test func aWritePausesTheOtherCursorsThatHaveMoved() throws {
    var map = try map(holding: [(KeyRange(16, 31), a)])
    for cursor in 0..<3 {
      map.cursorSet(cursor, to: .single(20))
      _ = map.cursorMove(cursor, .walk, limit: 0)
    }
    map.cursorSet(3, to: .single(20))
    map.cursorSet(0, to: KeyRange(40, 41))
    #expect(try map.cursorStore(0, b, policy: .maySleep) == nil)
    #expect(map.cursorState(0) == CursorState(range: KeyRange(40, 41), status: .active))
    #expect(map.cursorState(1) == CursorState(range: KeyRange(16, 31), status: .pause))
    #expect(map.cursorState(2) == CursorState(range: KeyRange(16, 31), status: .pause))
    #expect(map.cursorState(3) == CursorState(range: .single(20), status: .start))
  }

  @Test func whatWritesNothingPausesNoCursor() throws {
    var map = try map(holding: [(KeyRange(16, 31), a)])
    _ = map.cursorMove(1, .walk, limit: 0)
    map.cursorSet(0, to: .single(3))
    #expect(try map.cursorErase(0, policy: .maySleep) == nil)
    #expect(try map.erase(at: 3, policy: .maySleep) == nil)
    try map.prepare(a, over: .single(1), policy: .maySleep)
    map.abandonPrepared()
    try map.beginBulk(expecting: 1, policy: .maySleep)
    map.endBulk()
    map.setReadCopyUpdate(true)
    #expect(throws: RangeMapError.occupied(by: a)) { try map.insert(b, over: .all, policy: .maySleep) }
    #expect(map.cursorState(0) == CursorState(range: KeyRange(0, 15), status: .active))
    #expect(map.cursorState(1) == CursorState(range: KeyRange(0, 15), status: .active))
  }

  /// A cursor after a store: what was there, the store's range and entry, and the cursor's range and status.
  struct CursorStore: Sendable {
    var before: [KeyRange]
    var range: KeyRange
    var entry: Entry?
    var after: CursorState

    init(_ before: [KeyRange], _ range: KeyRange, _ entry: Entry?, _ rangeAfter: KeyRange, _ status: CursorStatus) {
      self.before = before
      self.range = range
      self.entry = entry
      after = CursorState(range: rangeAfter, status: status)
    }
  }

  private static let zeroRange = KeyRange.single(0)
  private static let ten = KeyRange(10, 19)
  private static let thirty = KeyRange(30, 39)

  @Test(arguments: [
    // From an empty map.
    CursorStore([], zeroRange, a, zeroRange, .start),
    CursorStore([], zeroRange, internalLooking, zeroRange, .active),
    CursorStore([], ten, a, ten, .active),
    CursorStore([], ten, nil, ten, .none),
    CursorStore([], .all, nil, .all, .none),
    // From an entry in the root pointer.
    CursorStore([zeroRange], zeroRange, b, zeroRange, .start),
    CursorStore([zeroRange], zeroRange, internalLooking, zeroRange, .active),
    CursorStore([zeroRange], ten, b, ten, .active),
    CursorStore([zeroRange], ten, nil, ten, .none),
    CursorStore([zeroRange], KeyRange(0, 7), nil, KeyRange(0, 7), .root),
    // From nodes.
    CursorStore([ten, thirty], zeroRange, b, zeroRange, .active),
    CursorStore([ten, thirty], KeyRange(12, 13), nil, KeyRange(12, 13), .active),
    CursorStore([ten, thirty], KeyRange(15, 22), nil, KeyRange(15, 29), .active),
    CursorStore([ten, thirty], ten, nil, KeyRange(0, 29), .active),
    CursorStore([ten, thirty], KeyRange(20, 39), nil, KeyRange(20, .max), .active),
    CursorStore([ten, thirty], KeyRange(22, 23), nil, KeyRange(20, 29), .active),
    CursorStore([ten, thirty], KeyRange(5, 45), nil, .all, .start),
  ])
  func aCursorStandsOnWhatItStored(store: CursorStore) throws {
    var map = try map(holding: store.before.map { ($0, a) })
    let former = map.slot(at: store.range.first).entry
    map.cursorSet(2, to: store.range)
    #expect(try map.cursorStore(2, store.entry, policy: .maySleep) == former)
    #expect(map.cursorState(2) == store.after)
    #expect(map.brokenLaws() == [])
  }

  @Test func aCursorErasesTheWholeRangeAndStandsOnTheWholeNullRange() throws {
    var map = SortedArrayOracle()
    for number in 0..<UInt64(40) {
      try map.store(.value(number), over: KeyRange(10 * number, 10 * number + 5), policy: .maySleep)
    }
    map.cursorSet(0, to: KeyRange(23, 99))
    #expect(try map.cursorErase(0, policy: .maySleep) == .value(2))
    #expect(map.cursorState(0) == CursorState(range: KeyRange(16, 29), status: .active))
    map.cursorSet(0, to: .single(47))
    #expect(try map.cursorErase(0, policy: .maySleep) == nil)
    #expect(map.cursorState(0) == CursorState(range: KeyRange(46, 49), status: .active))
  }

  @Test func aCursorErasesWithoutNodes() throws {
    var map = try map(holding: [(.single(0), a)])
    map.cursorSet(0, to: .single(7))
    #expect(try map.cursorErase(0, policy: .maySleep) == nil)
    #expect(map.cursorState(0) == CursorState(range: KeyRange(1, .max), status: .none))
    map.cursorSet(0, to: KeyRange(0, 7))
    #expect(try map.cursorErase(0, policy: .maySleep) == a)
    #expect(map.cursorState(0) == CursorState(range: KeyRange(0, 7), status: .root))
    map.cursorSet(0, to: .single(7))
    #expect(try map.cursorErase(0, policy: .maySleep) == nil)
    #expect(map.cursorState(0) == CursorState(range: .all, status: .none))
    // The last entry of a tree of nodes takes the nodes with it.
    try map.store(a, over: KeyRange(5, 9), policy: .maySleep)
    map.cursorSet(0, to: .single(7))
    #expect(try map.cursorErase(0, policy: .maySleep) == a)
    #expect(map.cursorState(0) == CursorState(range: .all, status: .start))
  }

  @Test func nodesStayUntilAllIsNull() throws {
    var map = try map(holding: [(.single(0), a), (.single(5), a)])
    #expect(try map.erase(at: 5, policy: .maySleep) == a)
    #expect(map.cursorMove(0, .walk, limit: 0) == a)
    #expect(map.cursorState(0).status == .active)
    try map.store(b, over: .single(0), policy: .maySleep)
    map.cursorReset(0)
    #expect(map.cursorMove(0, .walk, limit: 0) == b)
    #expect(map.cursorState(0).status == .active)
    #expect(try map.erase(at: 0, policy: .maySleep) == b)
    #expect(map.cursorMove(0, .walk, limit: 0) == nil)
    #expect(map.cursorState(0).status == .none)
  }

  @Test func theFingerprintFollowsContentAndConfiguration() throws {
    let base = try map(holding: [(KeyRange(1, 2), a)])
    var others = [
      try map(holding: [(KeyRange(1, 2), b)]), try map(holding: [(KeyRange(1, 3), a)]),
      try map(holding: [(KeyRange(2, 2), a)]), try map(holding: [(.single(1), a), (.single(2), a)]),
      try map(MapConfiguration(usesReadCopyUpdate: true), holding: [(KeyRange(1, 2), a)]),
      SortedArrayOracle(),
    ]
    others.append(try map(holding: [(.single(0), a)]))
    var nodes = try map(holding: [(KeyRange(0, 1), a)])
    try nodes.store(nil, over: .single(1), policy: .maySleep)
    others.append(nodes)
    #expect(Set((others + [base]).map { $0.fingerprint() }).count == others.count + 1)
    #expect(try map(holding: [(KeyRange(1, 2), a)]).fingerprint() == base.fingerprint())
  }
}
