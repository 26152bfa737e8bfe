import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("Readers in reader mode")
struct ReaderTests {
  private static let readerModes = MapConfiguration.everyMode.filter(\.usesReadCopyUpdate)

  @Test("a replaced node is dead, and its slots stay readable until the reader leaves")
  func replacedNodesStay() throws {
    let tree = try makeTree(.readers, gappedRanges(4))
    let section = tree.enterReader()
    let leaf = tree.node(at: [])
    let words = (0...leaf.end).map { leaf.node.slot($0) }
    #expect(!leaf.node.isDead)
    try tree.store(.value(900), over: KeyRange(22, 25))
    #expect(tree.retiredNodes == 1)
    #expect(leaf.node.isDead)
    #expect((0..<words.count).map { leaf.node.slot($0) } == words)
    #expect(tree.node(at: []).node.base != leaf.node.base)
    for index in 0..<200 as Range<UInt64> {
      try tree.store(.value(index), over: index % 2 == 0 ? KeyRange(23, 24) : KeyRange(22, 25))
    }
    #expect(
      (0..<words.count).map { leaf.node.slot($0) } == words, "the node is not used again while the reader is inside")
    #expect(tree.retiredNodes == 201)
    #expect(tree.liveNodes == 202)
    tree.leaveReader(section)
    try tree.store(.value(901), over: KeyRange(22, 24))
    #expect(tree.retiredNodes == 0)
    #expect(tree.brokenLaws() == [])
  }

  @Test("without readers nothing waits; without reader mode nothing ever does")
  func nothingWaits() throws {
    for configuration in MapConfiguration.everyMode {
      let tree = try makeTree(configuration, gappedRanges(100))
      try tree.store(.value(900), over: KeyRange(3, 500))
      #expect(tree.retiredNodes == 0)
      #expect(tree.liveNodes == tree.nodes.count)
    }
  }

  @Test("a reader that entered after a node was replaced does not hold it")
  func laterReader() throws {
    let tree = try makeTree(.readers, gappedRanges(5))
    let first = tree.enterReader()
    try tree.store(.value(900), over: KeyRange(22, 25))
    let second = tree.enterReader()
    tree.leaveReader(first)
    try tree.store(.value(901), over: KeyRange(32, 35))
    // The first store's node is free; the second's waits for the second reader.
    #expect(tree.retiredNodes == 1)
    tree.leaveReader(second)
    try tree.store(.value(902), over: KeyRange(42, 45))
    #expect(tree.retiredNodes == 0)
  }

  @Test("two generations: a node is free when the readers of its epoch and of the one before have left")
  func epochs() {
    var pool = NodePool()
    var epochs = ReaderEpochs()
    func retire() {
      var reserve = NodeReserve()
      _ = pool.request(1, into: &reserve)
      epochs.retire(reserve.take())
    }
    let early = epochs.enter()
    retire()
    epochs.reclaim(into: &pool)
    #expect(epochs.retiredNodes == 1)
    let late = epochs.enter()
    #expect(late != early)
    retire()
    epochs.reclaim(into: &pool)
    #expect(epochs.retiredNodes == 2)
    epochs.leave(early)
    epochs.reclaim(into: &pool)
    #expect(epochs.retiredNodes == 1)
    #expect(pool.liveNodes == 1)
    epochs.reclaim(into: &pool)
    #expect(epochs.retiredNodes == 1)
    epochs.leave(late)
    epochs.reclaim(into: &pool)
    #expect(epochs.retiredNodes == 0)
    #expect(pool.liveNodes == 0)
    retire()
    epochs.reclaimAll(into: &pool)
    #expect(pool.liveNodes == 0)
  }

  @Test("a walk that stands in a dead node starts again, and goes on in the new data", arguments: readerModes)
  func restart(_ configuration: MapConfiguration) throws {
    let writes: [@Sendable (borrowing MapleTree) throws -> Void] = [
      { try $0.store(.value(900), over: KeyRange(22, 25)) },
      { try $0.store(.value(900), over: KeyRange(22, 23)) },
      { try $0.store(.value(900), over: KeyRange(22, 55)) },
      { try $0.store(.value(900), over: KeyRange(22, 333)) },
      { try $0.store(nil, over: KeyRange(0, 333)) },
      { try $0.store(.value(900), over: .all) },
      { try $0.store(nil, over: .all) },
      { $0.removeAll() },
    ]
    for write in writes {
      for start in stride(from: 0, through: 399, by: 7) as StrideThrough<UInt64> {
        let tree = try makeTree(configuration, gappedRanges(40))
        let twin = try makeTree(configuration, gappedRanges(40))
        try write(twin)
        let section = tree.enterReader()
        var forward = Position(tree.handle, at: .single(start))
        _ = forward.walk(to: start)
        var back = forward
        try write(tree)
        let (last, first) = (forward.last, back.first)
        let next = Entry(word: forward.move(.nextRange, limit: .max))
        if last != .max && next != twin.slot(at: last + 1).entry {
          Issue.record("next from \(start): \(String(describing: next))")
        }
        let previous = Entry(word: back.move(.previousRange, limit: 0))
        if first != 0 && previous != twin.slot(at: first - 1).entry {
          Issue.record("previous from \(start): \(String(describing: previous))")
        }
        tree.leaveReader(section)
      }
    }
  }

  @Test("bug 43, fix mt_destroy_walk() on root leaf node: a lone leaf is marked dead when the tree is emptied")
  func loneLeafDies() throws {
    for empty in [true, false] {
      let tree = try makeTree(.readers, gappedRanges(3))
      let section = tree.enterReader()
      let leaf = tree.node(at: []).node
      if empty { tree.removeAll() } else { try tree.store(nil, over: .all) }
      #expect(leaf.isDead)
      #expect(tree.retiredNodes == 1)
      tree.leaveReader(section)
    }
  }

  @Test("bug 7, disable mas_wr_append() when other readers are possible: no store changes an end that readers may hold")
  func endsStay() throws {
    for configuration in ReaderTests.readerModes {
      var generator = SeededGenerator(seed: 7)
      let tree = try makeTree(configuration, gappedRanges(40))
      for number in 0..<1500 as Range<UInt64> {
        let section = tree.enterReader()
        let before = tree.nodes.map { ($0, end: $0.end) }
        let first = generator.below(450)
        let last = generator.oneIn(8) ? UInt64.max : first + generator.below(30)
        try tree.store(generator.oneIn(3) ? nil : .value(number), over: KeyRange(first, last))
        for (found, end) in before where !found.node.isDead && found.node.isLeaf && found.end != end {
          Issue.record("store \(number) changed the end of a live leaf from \(end) to \(found.end)")
          return
        }
        tree.leaveReader(section)
      }
    }
  }

  @Test("reader mode can be turned on and off between writes")
  func toggle() throws {
    let tree = try makeTree(.plain, gappedRanges(5))
    try tree.store(.value(900), over: KeyRange(22, 25))
    #expect(tree.nodesTaken == 0)
    tree.setReadCopyUpdate(true)
    #expect(tree.configuration.usesReadCopyUpdate)
    try tree.store(.value(900), over: KeyRange(32, 35))
    #expect(tree.nodesTaken == 1)
    tree.setReadCopyUpdate(false)
    #expect(tree.brokenLaws() == [])
    try tree.store(.value(900), over: KeyRange(42, 45))
    #expect(tree.nodesTaken == 0)
  }

  @Test("the subject's readers nest, and hold nodes until the last leaves")
  func subjectReaders() throws {
    var subject = MapleTreeSubject(configuration: .readers)
    for (index, range) in gappedRanges(40).enumerated() {
      try subject.store(.value(UInt64(index)), over: range, policy: .maySleep)
    }
    subject.enterReader()
    subject.enterReader()
    try subject.store(.value(900), over: KeyRange(22, 25), policy: .maySleep)
    #expect(subject.counters.retiredNodes == 1)
    subject.leaveReader()
    #expect(subject.counters.retiredNodes == 1)
    subject.leaveReader()
    #expect(subject.counters.retiredNodes == 0)
    subject.leaveReader()
    #expect(subject.brokenLaws() == [])
  }
}
