import RangeMapCore
import Testing

@testable import MapleTreeModule

/// A write that asks for nodes, with the tree that it is made in.
struct RefusableWrite: Sendable, CustomTestStringConvertible {
  var name: String
  var kind: StoreKind
  var ranges: [KeyRange]
  var usesReadCopyUpdate = false
  var write: @Sendable (borrowing MapleTree, AllocationPolicy) throws(RangeMapError) -> Void

  var testDescription: String { name }

  static func storing(
    _ kind: StoreKind, _ ranges: [KeyRange], _ entry: Entry?, _ range: KeyRange, readers: Bool = false
  ) -> RefusableWrite {
    RefusableWrite(
      name: "\(kind) \(entry == nil ? "of NULL " : "")over \(range)", kind: kind, ranges: ranges,
      usesReadCopyUpdate: readers
    ) {
      (tree, policy) throws(RangeMapError) in try tree.store(entry, over: range, policy: policy)
    }
  }

  static let all: [RefusableWrite] = [
    .storing(.rootStore, [], .value(1), KeyRange(5, 9)),
    .storing(.rootStore, [.single(0)], .value(1), KeyRange(1, 9)),
    .storing(.newRoot, gappedRanges(3), .value(1), .all),
    .storing(.nodeStore, gappedRanges(3), .value(1), KeyRange(2, 3), readers: true),
    .storing(.nodeStore, gappedRanges(40), nil, KeyRange(20, 25), readers: true),
    .storing(.splitStore, singles(15), .value(1), KeyRange(15, 15)),
    .storing(.splitStore, gappedRanges(40), .value(1), KeyRange(22, 23)),
    .storing(.splitStore, gappedRanges(40), .value(1), KeyRange(22, 23), readers: true),
    .storing(.rebalance, gappedRanges(40), .value(1), KeyRange(2, 55)),
    .storing(.rebalance, gappedRanges(40), .value(1), KeyRange(2, 55), readers: true),
    .storing(.spanningStore, gappedRanges(40), .value(1), KeyRange(3, 222)),
    .storing(.spanningStore, gappedRanges(300), nil, KeyRange(3, 2222), readers: true),
    .storing(.spanningStore, gappedRanges(40), .value(1), .all),
    RefusableWrite(name: "insert", kind: .splitStore, ranges: singles(15)) { (tree, policy) throws(RangeMapError) in
      try tree.insert(.value(1), over: .single(15), policy: policy)
    },
    RefusableWrite(name: "erase", kind: .nodeStore, ranges: gappedRanges(40), usesReadCopyUpdate: true) {
      (tree, policy) throws(RangeMapError) in _ = try tree.erase(at: 23, policy: policy)
    },
    RefusableWrite(name: "allocate the lowest", kind: .splitStore, ranges: singles(15)) {
      (tree, policy) throws(RangeMapError) in _ = try tree.allocateLowest(.value(1), size: 1, policy: policy)
    },
    RefusableWrite(name: "allocate the highest", kind: .splitStore, ranges: singles(15)) {
      (tree, policy) throws(RangeMapError) in
      _ = try tree.allocateHighest(.value(1), size: 1, in: KeyRange(0, 99), policy: policy)
    },
    RefusableWrite(name: "allocate cyclic", kind: .splitStore, ranges: singles(15)) {
      (tree, policy) throws(RangeMapError) in
      var next: UInt64 = 3
      defer { if next != 3 && next != 16 { Issue.record("next is \(next)") } }
      _ = try tree.allocateCyclic(.value(1), next: &next, policy: policy)
    },
    RefusableWrite(name: "a cursor's store", kind: .spanningStore, ranges: gappedRanges(40)) {
      (tree, policy) throws(RangeMapError) in
      var cursor = Cursor(tree, at: KeyRange(3, 222))
      try tree.withLockIfOwn { () throws(RangeMapError) in
        do throws(RangeMapError) {
          try cursor.store(.value(1), policy: policy)
        } catch {
          #expect(cursor.range == KeyRange(3, 222))
          #expect(cursor.nodesInReserve == 0)
          throw error
        }
      }
    },
    RefusableWrite(name: "a cursor's erase", kind: .nodeStore, ranges: gappedRanges(40), usesReadCopyUpdate: true) {
      (tree, policy) throws(RangeMapError) in
      var cursor = Cursor(tree, at: .single(23))
      try tree.withLockIfOwn { () throws(RangeMapError) in
        do throws(RangeMapError) {
          try cursor.erase(policy: policy)
        } catch {
          #expect(cursor.range == .single(23))
          #expect(cursor.nodesInReserve == 0)
          throw error
        }
      }
    },
    RefusableWrite(name: "a preparation", kind: .spanningStore, ranges: gappedRanges(40)) {
      (tree, policy) throws(RangeMapError) in
      var cursor = Cursor(tree, at: KeyRange(3, 222))
      try tree.withLockIfOwn { () throws(RangeMapError) in
        try cursor.prepare(.value(1), policy: policy)
        cursor.abandon()
      }
    },
    RefusableWrite(name: "the beginning of bulk mode", kind: .rootStore, ranges: []) {
      (tree, policy) throws(RangeMapError) in
      var cursor = Cursor(tree)
      try tree.withLockIfOwn { () throws(RangeMapError) in
        try cursor.beginBulk(expecting: 100, policy: policy)
        cursor.abandon()
      }
    },
  ]
}

extension MapleTree {
  /// Runs a body with the tree's own lock held, if it has one.
  func withLockIfOwn(_ body: () throws(RangeMapError) -> Void) throws(RangeMapError) {
    if configuration.hasExternalLock { return try body() }
    try withLock(body)
  }
}

/// Counts calls, from within closures that outlive a borrow.
final class CallCounter: @unchecked Sendable {
  var count = 0
}

@Suite("A refused allocation leaves no trace")
struct FailureTests {
  @Test("whatever the write, the policy, the lock and the request", arguments: RefusableWrite.all, [false, true])
  func everyRequest(_ write: RefusableWrite, gaps: Bool) throws {
    for policy in AllocationPolicy.allCases {
      for external in [false, true] where gaps || !write.name.hasPrefix("allocate") {
        for forever in [false, true] {
          try failEachRequest(
            write, policy, forever: forever,
            MapConfiguration(
              tracksGaps: gaps, usesReadCopyUpdate: write.usesReadCopyUpdate, hasExternalLock: external))
        }
      }
    }
  }

  /// Refuses the first request of a write, then the second and so on, until the write makes fewer requests than that.
  private func failEachRequest(
    _ write: RefusableWrite, _ policy: AllocationPolicy, forever: Bool, _ configuration: MapConfiguration
  ) throws {
    let sleeps = policy == .maySleep && !configuration.hasExternalLock
    // All policies but one try a second time.
    let outlivesOne = policy != .mustNotSleep
    for number in 1...8 as ClosedRange<UInt64> {
      let unlocked = CallCounter()
      let tree = try makeTree(configuration, write.ranges)
      let before = tree.fingerprint()
      let live = tree.liveNodes
      let slots = tree.slots
      tree.whileUnlocked { tree in
        unlocked.count += 1
        if tree.handle.header.lock.isHeldByCurrentThread { Issue.record("the lock is held during the sleep") }
      }
      tree.failRequest(number, forever: forever)
      var failure: RangeMapError?
      do throws(RangeMapError) { try write.write(tree, policy) } catch { failure = error }
      let refusals = tree.permitRequests()
      #expect(tree.handle.header.lock.isHeldByCurrentThread == false)
      if refusals == 0 {
        #expect(failure == nil)
        #expect(unlocked.count == 0)
        #expect(number > 1, "the write never asked for a node")
        return
      }
      #expect(unlocked.count == (sleeps ? 1 : 0), "request \(number)")
      if outlivesOne && !forever {
        #expect(failure == nil, "request \(number)")
        #expect(refusals == 1)
      } else {
        #expect(failure == .outOfMemory, "request \(number)")
        #expect(refusals == (outlivesOne ? 2 : 1))
        #expect(tree.fingerprint() == before, "request \(number)")
        #expect(tree.liveNodes == live)
        #expect(tree.slots == slots)
        // Memory came back: the same write succeeds.
        try write.write(tree, policy)
      }
      #expect(tree.brokenLaws() == [])
    }
    Issue.record("\(write.name) asks for ever")
  }

  @Test("the writes of this suite are of every kind that asks for nodes")
  func kinds() throws {
    #expect(Set(RefusableWrite.all.map(\.kind)) == Set(StoreKind.allCases.filter(\.asksForNodes)))
    let named = RefusableWrite.all.filter { !$0.name.hasPrefix("a ") && !$0.name.hasPrefix("the ") }
    for write in named {
      let tree = try makeTree(
        MapConfiguration(tracksGaps: true, usesReadCopyUpdate: write.usesReadCopyUpdate), write.ranges)
      let height = tree.height
      try write.write(tree, .maySleep)
      let readers = write.usesReadCopyUpdate ? " rcu" : ""
      let cell = "store \(write.kind) height \(height) gaps\(readers) done"
      #expect((tree.handle.header.marks.named.first { $0.name == cell }?.count ?? 0) > 0, "\(write.name): \(cell)")
    }
  }

  @Test("a refusal is marked at its kind")
  func marks() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    tree.failRequest(1, forever: true)
    #expect(throws: RangeMapError.outOfMemory) {
      try tree.store(.value(1), over: KeyRange(22, 23), policy: .mustNotSleep)
    }
    tree.permitRequests()
    #expect(tree.handle.header.marks.named.first { $0.name == "store split-store height 2 plain refused" }?.count == 1)
  }

  @Test("a tree of the greatest height that would grow is refused with a typed error, before any request")
  func heightLimit() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    let height = tree.height
    // No memory holds such a tree: only its recorded height is that great.
    tree.handle.header.height = TreeHandle.greatestHeight
    let before = tree.fingerprint()
    tree.failRequest(1, forever: true)
    for range in [KeyRange(22, 23), KeyRange(3, 222)] {
      #expect(throws: RangeMapError.heightLimit) { try tree.store(.value(1), over: range) }
    }
    #expect(tree.handle.header.pool.budget.requests == 0)
    tree.permitRequests()
    #expect(tree.fingerprint() == before)
    try tree.store(.value(1), over: KeyRange(20, 25))
    tree.handle.header.height = height
    #expect(tree.brokenLaws() == [])
  }
}
