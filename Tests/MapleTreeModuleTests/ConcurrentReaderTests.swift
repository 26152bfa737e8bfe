import RangeMapCore
import Synchronization
import Testing

@testable import MapleTreeModule

/// A tree that threads share, with what they saw that they should not.
private final class SharedTree: @unchecked Sendable {
  let tree: MapleTree
  let isDone = Atomic<Bool>(false)
  let readsStarted = Atomic<Int>(0)
  let deadSeen = Atomic<Int>(0)
  private let faults = Mutex<[String]>([])

  init(_ configuration: MapConfiguration) { tree = MapleTree(configuration: configuration) }

  func report(_ fault: String) {
    faults.withLock { if $0.count < 10 { $0.append(fault) } }
  }

  var reported: [String] { faults.withLock { $0 } }
}

@Suite("Readers beside a writer", .serialized)
struct ConcurrentReaderTests {
  private static let limit: UInt64 = 400
  private static let readerModes = MapConfiguration.everyMode.filter(\.usesReadCopyUpdate)

  /// An entry that says for which range it was stored.
  private static func entry(for range: KeyRange) -> Entry { .value(range.first << 20 | min(range.last, 0xfffff)) }

  private static func range(of entry: Entry) -> KeyRange {
    let last = entry.word >> 1 & 0xfffff
    return KeyRange(entry.word >> 21, last == 0xfffff ? .max : last)
  }

  /// Stores random ranges, NULLs among them, now and then all that there is.
  private static func write(_ shared: SharedTree, count: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    // Readers come first, so that they run beside the stores.
    while shared.readsStarted.load(ordering: .relaxed) < 2 {}
    var number = 0
    // Goes on on a busy machine until a reader has met a dead node.
    while number < count || (shared.deadSeen.load(ordering: .relaxed) == 0 && number < 200 * count) {
      number += 1
      let first = generator.below(limit)
      let width = generator.oneIn(30) ? limit : generator.oneIn(5) ? 40 : 4
      let range = generator.oneIn(300) ? KeyRange.all : KeyRange(first, first + generator.below(width))
      do throws(RangeMapError) {
        try shared.tree.store(generator.oneIn(3) ? nil : entry(for: range), over: range)
      } catch {
        shared.report("store \(number): \(error)")
      }
    }
    shared.isDone.store(true, ordering: .releasing)
  }

  /// Reads in all ways until the writer is done, and `least` times at any rate.
  private static func read(_ shared: SharedTree, least: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var round = 0
    while round < least || !shared.isDone.load(ordering: .acquiring) {
      if round == 1 { shared.readsStarted.add(1, ordering: .relaxed) }
      round += 1
      let index = generator.below(limit + 50)
      if let entry = shared.tree.load(index), !range(of: entry).contains(index) {
        shared.report("load \(index): \(range(of: entry))")
      }
      var next = index
      if let entry = shared.tree.find(&next), !range(of: entry).overlaps(KeyRange(index, next &- 1)) {
        shared.report("find \(index), found \(range(of: entry)), goes on at \(next)")
      }
      if let entry = shared.tree.next(after: index), range(of: entry).last <= index {
        shared.report("next \(index): \(range(of: entry))")
      }
      if let entry = shared.tree.previous(before: index), range(of: entry).first >= index {
        shared.report("previous \(index): \(range(of: entry))")
      }
      if round % 16 == 0 { iterate(shared) }
      if round % 4 == 0 { walkTwice(shared, to: index) }
    }
  }

  /// Goes through the whole tree with a cursor: ranges ascend, and each entry was stored for an index of its range.
  private static func iterate(_ shared: SharedTree) {
    let section = shared.tree.enterReader()
    defer { shared.tree.leaveReader(section) }
    var cursor = Cursor(shared.tree)
    var behind: UInt64 = 0
    var steps = 0
    while let entry = cursor.find() {
      if cursor.range.last < behind { shared.report("the iteration went back to \(cursor.range) from \(behind)") }
      if !range(of: entry).overlaps(cursor.range) { shared.report("\(cursor.range) holds \(range(of: entry))") }
      steps += 1
      if steps > 10_000 { return shared.report("the iteration does not end") }
      guard cursor.range.last != .max else { return }
      behind = cursor.range.last + 1
    }
  }

  /// Walks down; where a node on the way is dead, a second walk must not come upon it again: what replaced it is
  /// reachable before it is dead.
  private static func walkTwice(_ shared: SharedTree, to index: UInt64) {
    let section = shared.tree.enterReader()
    defer { shared.tree.leaveReader(section) }
    guard let dead = deadNode(shared.tree.handle, to: index) else { return }
    shared.deadSeen.add(1, ordering: .relaxed)
    if passes(shared.tree.handle, to: index, dead) { shared.report("a dead node is still reachable at \(index)") }
  }

  private static func deadNode(_ handle: TreeHandle, to index: UInt64) -> UnsafeMutableRawPointer? {
    var found: UnsafeMutableRawPointer?
    descend(handle, to: index) { node in
      // A reader that dwells in a node sees it die beside it.
      var spins = 0
      while !node.isDead && spins < 50 { spins += 1 }
      if node.isDead { found = node.base }
      return found == nil
    }
    return found
  }

  private static func passes(_ handle: TreeHandle, to index: UInt64, _ dead: UnsafeMutableRawPointer) -> Bool {
    var passed = false
    descend(handle, to: index) { node in
      if node.base == dead { passed = true }
      return !passed && !node.isDead
    }
    return passed
  }

  private static func descend(_ handle: TreeHandle, to index: UInt64, _ visit: (Node) -> Bool) {
    guard var reference = NodeReference.inRoot(handle.rootWord) else { return }
    var high = UInt64.max
    while true {
      let node = handle.node(reference)
      let end = node.end(max: high)
      let slot = node.slotIndex(holding: index)
      let word = node.slot(slot)
      high = node.upperBound(slot, end: end, max: high)
      guard visit(node), !node.isLeaf else { return }
      reference = NodeReference(word: word)
    }
  }

  @Test("only ever see entries that were stored for what they asked", arguments: readerModes)
  func storesBesideReads(_ configuration: MapConfiguration) {
    let shared = SharedTree(configuration)
    runThreads([
      { ConcurrentReaderTests.write(shared, count: 6000, seed: 1) },
      { ConcurrentReaderTests.read(shared, least: 300, seed: 2) },
      { ConcurrentReaderTests.read(shared, least: 300, seed: 3) },
    ])
    #expect(shared.reported == [])
    #expect(shared.deadSeen.load(ordering: .relaxed) > 0, "no reader met a dead node: the test saw nothing")
    #expect(shared.tree.brokenLaws() == [])
    // No reader is inside any more.
    shared.tree.removeAll()
    #expect(shared.tree.retiredNodes == 0)
    #expect(shared.tree.liveNodes == 0)
  }

  @Test("a range that is stored over and over, whole, is never seen to be missing", arguments: readerModes)
  func neverMissing(_ configuration: MapConfiguration) throws {
    let shared = SharedTree(configuration)
    let kept = KeyRange(200, 209)
    try shared.tree.store(ConcurrentReaderTests.entry(for: kept), over: kept)
    runThreads([
      {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<5000 {
          // All around it, and itself, but never NULL over it.
          let below = generator.below(200)
          let above = 210 + generator.below(200)
          let range = generator.oneIn(3) ? kept : generator.oneIn(2) ? KeyRange(below, 199) : KeyRange(210, above)
          let entry = range == kept || generator.oneIn(2) ? ConcurrentReaderTests.entry(for: range) : nil
          do throws(RangeMapError) {
            try shared.tree.store(entry, over: range)
            let single = KeyRange.single(generator.oneIn(2) ? below : above)
            try shared.tree.store(ConcurrentReaderTests.entry(for: single), over: single)
          } catch {
            shared.report("\(error)")
          }
        }
        shared.isDone.store(true, ordering: .releasing)
      },
      {
        var round: UInt64 = 0
        while round < 1000 || !shared.isDone.load(ordering: .acquiring) {
          round += 1
          let index = 200 + round % 10
          guard let entry = shared.tree.load(index), ConcurrentReaderTests.range(of: entry) == kept else {
            shared.report("nothing at \(index)")
            return
          }
          var next = index
          if shared.tree.find(&next, through: index) == nil { shared.report("find found nothing at \(index)") }
        }
      },
    ])
    #expect(shared.reported == [])
    #expect(shared.tree.brokenLaws() == [])
  }

  @Test("bug 42, replace data before marking dead: a root that is dead is the root no more", arguments: readerModes)
  func deadRootIsReplaced(_ configuration: MapConfiguration) {
    let shared = SharedTree(configuration)
    runThreads([
      {
        var generator = SeededGenerator(seed: 9)
        while shared.readsStarted.load(ordering: .relaxed) < 1 {}
        var number: UInt64 = 0
        // Goes on on a busy machine until the reader had its chance.
        while number < 12_000 || (shared.deadSeen.load(ordering: .relaxed) == 0 && number < 2_000_000) {
          number += 1
          // A few ranges, so that the root is the node that most stores replace.
          let first = generator.below(8)
          let range = KeyRange(first, generator.oneIn(50) ? .max : first + generator.below(4))
          do throws(RangeMapError) {
            try shared.tree.store(generator.oneIn(3) ? nil : .value(number), over: range)
          } catch {
            shared.report("\(error)")
          }
        }
        shared.isDone.store(true, ordering: .releasing)
      },
      {
        let handle = shared.tree.handle
        while !shared.isDone.load(ordering: .acquiring) {
          // Inside one section no node is used again.
          let section = shared.tree.enterReader()
          for _ in 0..<100 {
            let word = handle.rootWord
            guard let root = NodeReference.inRoot(word) else { continue }
            let node = handle.node(root)
            var spins = 0
            while !node.isDead && spins < 20 { spins += 1 }
            if node.isDead {
              if handle.rootWord == word { shared.report("the root is dead") }
              shared.deadSeen.add(1, ordering: .relaxed)
            }
          }
          shared.tree.leaveReader(section)
          shared.readsStarted.add(1, ordering: .relaxed)
        }
      },
    ])
    #expect(shared.reported == [])
    #expect(shared.deadSeen.load(ordering: .relaxed) > 0, "no root was seen to die: the test saw nothing")
    #expect(shared.tree.brokenLaws() == [])
  }

  @Test("two writers take turns under the tree's lock")
  func twoWriters() {
    for configuration in MapConfiguration.everyMode {
      let shared = SharedTree(configuration)
      runThreads(
        (0..<2 as Range<UInt64>).map { half in
          {
            for index in 0..<400 as Range<UInt64> {
              do throws(RangeMapError) {
                try shared.tree.store(.value(index), over: .single(index * 2 + half))
              } catch {
                shared.report("\(error)")
              }
            }
          }
        })
      #expect(shared.reported == [])
      #expect((0..<800 as Range<UInt64>).allSatisfy { shared.tree.load($0) == .value($0 / 2) })
      #expect(shared.tree.brokenLaws() == [])
    }
  }
}
