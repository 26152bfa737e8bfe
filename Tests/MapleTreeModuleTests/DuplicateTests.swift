import RangeMapCore
import Synchronization
import Testing

@testable import MapleTreeModule

@Suite("Duplication")
struct DuplicateTests {
  @Test("copies structure and entries, with nodes of its own", arguments: MapConfiguration.everyMode)
  func copies(_ configuration: MapConfiguration) throws {
    for count in [0, 1, 2, 10, 100] as [UInt64] {
      let source = try makeTree(configuration, gappedRanges(count))
      if count == 2 { try source.store(.zero, over: KeyRange(100, .max)) }
      let before = source.fingerprint()
      let copy = MapleTree(configuration: configuration)
      try source.duplicate(into: copy)
      #expect(copy.slots == source.slots)
      #expect(copy.height == source.height)
      // As many nodes as the source has, each taken once.
      #expect(copy.handle.header.nodesTaken == source.nodes.count)
      #expect(copy.liveNodes == source.nodes.count)
      #expect(copy.brokenLaws() == [])
      #expect(source.fingerprint() == before)
      #expect(source.brokenLaws() == [])
      let own = Set(source.nodes.map(\.node.base))
      #expect(copy.nodes.allSatisfy { !own.contains($0.node.base) })
      for (original, duplicate) in zip(source.nodes, copy.nodes) { expectSameShape(original, duplicate) }
      // Neither follows the other.
      try copy.store(.value(777), over: KeyRange(3, 4))
      #expect(source.fingerprint() == before)
      source.removeAll()
      #expect(copy.load(3) == .value(777))
      #expect(copy.brokenLaws() == [])
    }
  }

  @Test(
    "copies the same wherever the nodes are in memory: in order or not, into new, used or scattered ones",
    arguments: MapConfiguration.everyMode)
  func placesOfNodes(_ configuration: MapConfiguration) throws {
    let ranges = gappedRanges(1000)
    var generator = SeededGenerator(seed: 1)
    for order in [ranges, ranges.reversed(), ranges.shuffled(using: &generator)] {
      let source = try makeTree(configuration, order)
      let copy = MapleTree(configuration: configuration)
      for emptying in ["new", "emptied", "erased", "copied again"] {
        switch emptying {
        case "erased": for range in order { try copy.store(nil, over: range) }
        case "copied again":
          let middle = MapleTree(configuration: configuration)
          try copy.duplicate(into: middle)
          copy.removeAll()
          try middle.duplicate(into: copy)
        default: copy.removeAll()
        }
        if emptying != "copied again" { try source.duplicate(into: copy) }
        #expect(copy.brokenLaws() == [], "\(emptying)")
        #expect(copy.nodes.count == source.nodes.count)
        for (original, duplicate) in zip(source.nodes, copy.nodes) { expectSameShape(original, duplicate) }
      }
    }
  }

  /// Compares all but addresses.
  private func expectSameShape(_ original: FoundNode, _ duplicate: FoundNode) {
    #expect(original.range == duplicate.range)
    #expect(original.node.kind == duplicate.node.kind)
    let slots = original.node.slotsOffset..<original.node.slotsOffset + 8 * original.node.slotCount
    for offset in stride(from: 8, to: Node.byteCount, by: 8) {
      let words = (original.node.word(at: offset), duplicate.node.word(at: offset))
      let isChild = !original.node.isLeaf && slots.contains(offset) && (offset - slots.lowerBound) / 8 <= original.end
      if isChild ? words.0 & 0xff != words.1 & 0xff : words.0 != words.1 {
        Issue.record("word at \(offset) of the node over \(original.range)")
      }
    }
    let links = (original.node.parent, duplicate.node.parent)
    #expect(links.0.isRoot == links.1.isRoot)
    if !links.0.isRoot { #expect(links.0.slot == links.1.slot) }
  }

  @Test("an entry in the root pointer is copied without a node")
  func rootEntry() throws {
    let source = try makeTree(.plain, [.single(0)])
    let copy = MapleTree()
    copy.failRequest(1, forever: true)
    try source.duplicate(into: copy)
    #expect(copy.permitRequests() == 0)
    #expect(copy.load(0) == .value(0))
    #expect(copy.height == 0)
  }

  @Test(
    "fails at every allocation of a thousand-entry tree without a leak: the copy stays empty, the source as it was",
    arguments: [false, true], AllocationPolicy.allCases)
  func failures(forever: Bool, policy: AllocationPolicy) throws {
    let source = try makeTree(.gaps, gappedRanges(1000))
    let before = source.fingerprint()
    let copy = MapleTree(configuration: .gaps)
    var failures = 0
    for number in 1...1000 as ClosedRange<UInt64> {
      copy.failRequest(number, forever: forever)
      var failure: RangeMapError?
      do throws(RangeMapError) { try source.duplicate(into: copy, policy: policy) } catch { failure = error }
      let refusals = copy.permitRequests()
      if refusals == 0 {
        #expect(failure == nil)
        // One request for the root and one for the children of each of the seventeen internal nodes.
        #expect(number == 19)
        break
      }
      if failure == nil {
        #expect(policy != .mustNotSleep && !forever)
        #expect(copy.slots == source.slots)
        copy.removeAll()
      } else {
        failures += 1
        #expect(failure == .outOfMemory)
      }
      #expect(copy.handle.rootWord == 0)
      #expect(copy.height == 0)
      #expect(copy.liveNodes == 0)
      #expect(copy.brokenLaws() == [])
    }
    #expect(failures == (policy == .mustNotSleep || forever ? 18 : 0))
    #expect(source.fingerprint() == before)
    #expect(source.brokenLaws() == [])
    #expect(copy.slots == source.slots)
  }

  @Test("a tree of another kind, reader mode, lock or geometry is refused, and one that holds something")
  func refusals() throws {
    let source = try makeTree(.plain, gappedRanges(40))
    let before = source.fingerprint()
    for configuration in [
      MapConfiguration(tracksGaps: true), MapConfiguration(usesReadCopyUpdate: true),
      MapConfiguration(hasExternalLock: true), MapConfiguration(geometry: .tiny),
    ] {
      let copy = MapleTree(configuration: configuration)
      #expect(throws: RangeMapError.kindsDiffer) { try source.duplicate(into: copy) }
      #expect(copy.handle.rootWord == 0)
      #expect(copy.liveNodes == 0)
    }
    for range in [KeyRange.single(0), KeyRange(3, 4)] {
      let copy = try makeTree(.plain, [range])
      let held = copy.fingerprint()
      #expect(throws: RangeMapError.destinationNotEmpty) { try source.duplicate(into: copy) }
      #expect(copy.fingerprint() == held)
    }
    #expect(source.fingerprint() == before)
    // Reader mode counts as it is now, not as the tree was made.
    let copy = MapleTree(configuration: .readers)
    copy.setReadCopyUpdate(false)
    try source.duplicate(into: copy)
    #expect(copy.slots == source.slots)
  }

  /// Which trees' locks were asked for, in order.
  private final class LockLog: Sendable {
    let names = Mutex<[String]>([])
    func predicate(_ name: String) -> @Sendable () -> Bool {
      { [self] in
        names.withLock { $0.append(name) }
        return true
      }
    }
  }

  #if DEBUG
    @Test("the destination's external lock is asked for first, then the source's")
    func lockOrder() throws {
      let log = LockLog()
      let configuration = MapConfiguration(hasExternalLock: true)
      let source = MapleTree(configuration: configuration, externalLockIsHeld: log.predicate("source"))
      let copy = MapleTree(configuration: configuration, externalLockIsHeld: log.predicate("copy"))
      try source.store(.value(1), over: KeyRange(3, 4))
      log.names.withLock { $0 = [] }
      try source.duplicate(into: copy)
      #expect(log.names.withLock { $0 } == ["copy", "source"])
    }
  #endif

  @Test("both own locks are free again afterwards, also after a failure")
  func locksReleased() throws {
    let source = try makeTree(.plain, gappedRanges(40))
    let copy = MapleTree()
    copy.failRequest(1, forever: true)
    #expect(throws: RangeMapError.outOfMemory) { try source.duplicate(into: copy) }
    copy.permitRequests()
    try source.duplicate(into: copy)
    try source.store(.value(1), over: KeyRange(3, 4))
    try copy.store(.value(1), over: KeyRange(3, 4))
  }

  @Test("what a tree is outlives its content, and a cyclic wrap is duplicated")
  func attributes() throws {
    let source = MapleTree(configuration: .gaps)
    var next = UInt64.max
    _ = try source.allocateCyclic(.value(1), next: &next)
    try source.store(.value(2), over: KeyRange(5, 9))
    let copy = MapleTree(configuration: .gaps)
    try source.duplicate(into: copy)
    #expect(try copy.allocateCyclic(.value(1), next: &next) == (0, true))
    source.setReadCopyUpdate(true)
    source.removeAll()
    #expect(source.configuration == MapConfiguration(tracksGaps: true, usesReadCopyUpdate: true))
    #expect(source.height == 0)
    #expect(source.handle.rootWord == 0)
  }
}
