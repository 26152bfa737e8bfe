import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("Prepared stores")
struct PreparedStoreTests {
  /// A store of each kind that asks for nodes, into forty ranges in reader mode.
  static let stores: [(entry: Entry?, range: KeyRange, kind: StoreKind)] = [
    (.value(900), KeyRange(22, 25), .nodeStore),
    (nil, KeyRange(20, 25), .nodeStore),
    (.value(900), KeyRange(22, 23), .splitStore),
    (.value(900), KeyRange(2, 55), .rebalance),
    (.value(900), KeyRange(3, 222), .spanningStore),
    (nil, KeyRange(3, 222), .spanningStore),
    (.value(900), .all, .spanningStore),
    (nil, .all, .spanningStore),
  ]

  @Test(
    "take exactly the plan's nodes, store without asking for more, and give the rest back", arguments: [false, true])
  func exact(gaps: Bool) throws {
    for (entry, range, kind) in PreparedStoreTests.stores {
      let configuration = MapConfiguration(tracksGaps: gaps, usesReadCopyUpdate: true)
      let tree = try makeTree(configuration, gappedRanges(40))
      let twin = try makeTree(configuration, gappedRanges(40))
      let plan = tree.plan(entry, over: range)
      #expect(plan.kind == kind)
      let before = tree.fingerprint()
      var cursor = Cursor(tree, at: range)
      tree.handle.header.lock.acquire()
      try cursor.prepare(entry)
      #expect(cursor.nodesInReserve == plan.demand)
      #expect(tree.fingerprint() == before)
      #expect(tree.brokenLaws(nodesInReserve: plan.demand) == [])
      tree.failRequest(1, forever: true)
      try cursor.storePrepared(entry)
      tree.handle.header.lock.release()
      #expect(tree.handle.header.pool.budget.requests == 0)
      #expect(cursor.nodesInReserve == 0)
      #expect(tree.brokenLaws() == [])
      try twin.store(entry, over: range)
      #expect(tree.slots == twin.slots)
      #expect(tree.nodesTaken == twin.nodesTaken)
    }
  }

  @Test("a changed tree in which the nodes still do is stored into")
  func changedAndFits() throws {
    let tree = try makeTree(.plain, gappedRanges(40), algorithm: .toTheRoot)
    var cursor = Cursor(tree, at: KeyRange(22, 23))
    try tree.withLock { () throws(RangeMapError) in try cursor.prepare(.value(900)) }
    #expect(cursor.nodesInReserve == 5)
    try tree.store(nil, over: KeyRange(40, 45))
    #expect(tree.plan(.value(900), over: KeyRange(22, 23)).kind == .nodeStore)
    try tree.withLock { () throws(RangeMapError) in try cursor.storePrepared(.value(900)) }
    #expect(tree.load(22) == .value(900))
    #expect(tree.load(41) == nil)
    #expect(tree.brokenLaws() == [])
  }

  @Test("a changed tree that needs more nodes is a typed error: the tree and the reserve are as before")
  func changedAndNoLongerFits() throws {
    let tree = try makeTree(.readers, gappedRanges(40), algorithm: .toTheRoot)
    var cursor = Cursor(tree, at: KeyRange(26, 27))
    try tree.withLock { () throws(RangeMapError) in try cursor.prepare(.value(900)) }
    #expect(cursor.nodesInReserve == 1)
    try tree.store(.value(901), over: KeyRange(22, 25))
    #expect(tree.plan(.value(900), over: KeyRange(26, 27)).kind == .splitStore)
    let before = tree.fingerprint()
    tree.failRequest(1, forever: true)
    tree.handle.header.lock.acquire()
    #expect(throws: RangeMapError.planNoLongerFits) { try cursor.storePrepared(.value(900)) }
    #expect(tree.handle.header.pool.budget.requests == 0)
    tree.permitRequests()
    #expect(tree.fingerprint() == before)
    #expect(cursor.nodesInReserve == 1)
    #expect(cursor.range == KeyRange(26, 27))
    try cursor.prepare(.value(900))
    #expect(cursor.nodesInReserve == 5)
    try cursor.storePrepared(.value(900))
    tree.handle.header.lock.release()
    #expect(tree.load(26) == .value(900))
    #expect(tree.brokenLaws() == [])
  }

  @Test("a tree that grew a level in between needs more than was prepared")
  func treeGrew() throws {
    let tree = try makeTree(.plain, singles(15))
    var cursor = Cursor(tree, at: KeyRange(3, 12))
    try tree.withLock { () throws(RangeMapError) in try cursor.prepare(.value(900)) }
    #expect(cursor.nodesInReserve == 0)
    for index in 15..<40 as Range<UInt64> { try tree.store(.value(index), over: .single(index)) }
    tree.handle.header.lock.acquire()
    #expect(throws: RangeMapError.planNoLongerFits) { try cursor.storePrepared(.value(900)) }
    tree.handle.header.lock.release()
    #expect(tree.load(5) == .value(5))
  }

  @Test("abandoning gives the nodes back")
  func abandon() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    let live = tree.liveNodes
    let before = tree.fingerprint()
    var cursor = Cursor(tree, at: KeyRange(3, 222))
    try tree.withLock { () throws(RangeMapError) in try cursor.prepare(.value(900)) }
    #expect(tree.liveNodes == live + 7)
    tree.withLock { cursor.abandon() }
    #expect(tree.liveNodes == live)
    #expect(tree.fingerprint() == before)
    #expect(tree.brokenLaws() == [])
  }

  @Test("a cursor that ends gives its reserve back")
  func cursorEnds() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    let live = tree.liveNodes
    do {
      var cursor = Cursor(tree, at: KeyRange(3, 222))
      try tree.withLock { () throws(RangeMapError) in try cursor.prepare(.value(900)) }
      #expect(tree.liveNodes == live + 7)
    }
    #expect(tree.liveNodes == live)
  }

  @Test("a cursor that ends inside the lock gives its reserve back, too")
  func cursorEndsInsideLock() async {
    await #expect(processExitsWith: .success) {
      let tree = try makeTree(.plain, gappedRanges(40))
      let live = tree.liveNodes
      try tree.withLock { () throws(RangeMapError) in
        var cursor = Cursor(tree, at: KeyRange(3, 222))
        try cursor.prepare(.value(900))
      }
      precondition(tree.liveNodes == live)
    }
  }

  @Test("a second preparation replaces the first; one that fails keeps it")
  func prepareTwice() throws {
    let tree = try makeTree(.readers, gappedRanges(40))
    let live = tree.liveNodes
    var cursor = Cursor(tree, at: KeyRange(22, 25))
    tree.handle.header.lock.acquire()
    try cursor.prepare(.value(1))
    #expect(cursor.nodesInReserve == 1)
    cursor.set(to: KeyRange(3, 222))
    tree.failRequest(1, forever: true)
    #expect(throws: RangeMapError.outOfMemory) { try cursor.prepare(.value(1), policy: .mustNotSleep) }
    tree.permitRequests()
    #expect(cursor.nodesInReserve == 1)
    #expect(tree.liveNodes == live + 1)
    // Kernel 6.12.36: a flag of the first preparation made the second one take nothing.
    try cursor.prepare(.value(1))
    #expect(cursor.nodesInReserve == 7)
    #expect(tree.liveNodes == live + 7)
    try cursor.storePrepared(.value(1))
    tree.handle.header.lock.release()
    #expect(tree.brokenLaws() == [])
  }

  @Test("the subject refuses a prepared store that was not prepared, and keeps one that no longer fits")
  func subject() throws {
    var subject = MapleTreeSubject(configuration: .readers)
    for (index, range) in gappedRanges(40).enumerated() {
      try subject.store(.value(UInt64(index)), over: range, policy: .maySleep)
    }
    func refusal(_ subject: inout MapleTreeSubject) -> RangeMapError? {
      do throws(RangeMapError) {
        try subject.storePrepared()
        return nil
      } catch { return error }
    }
    #expect(refusal(&subject) == .notPrepared)
    try subject.prepare(.value(900), over: KeyRange(26, 27), policy: .maySleep)
    #expect(subject.counters.reservedNodes == 1)
    try subject.store(.value(901), over: KeyRange(22, 25), policy: .maySleep)
    #expect(refusal(&subject) == .planNoLongerFits)
    #expect(subject.counters.reservedNodes == 1)
    #expect(refusal(&subject) == .planNoLongerFits)
    try subject.store(nil, over: KeyRange(100, 105), policy: .maySleep)
    subject.abandonPrepared()
    #expect(subject.counters.reservedNodes == 0)
    #expect(refusal(&subject) == .notPrepared)
    #expect(subject.brokenLaws() == [])
  }
}
