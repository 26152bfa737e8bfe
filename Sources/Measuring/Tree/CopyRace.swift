import Glibc
import MapleTreeModule
import RangeMapCore
import Support

/// A duplicate raced against the least that it could cost: `memcpy()` of as many bytes as its nodes have.
///
/// Each side has a source and a target of its own, in memory of the same kind, and the order changes by the round.
struct CopyRace: ~Copyable {
  /// What the memory that is copied to was before.
  enum Target: CaseIterable {
    /// Written to before, by a copy that was destroyed.
    case used
    /// Got from the system for the copy: handing out its pages counts too.
    case new
  }

  let count: Int
  let target: Target
  /// Nanoseconds an entry.
  private(set) var duplicate = Measurement(name: "duplicate")
  private(set) var memcpy = Measurement(name: "memcpy")
  private let configuration: MapConfiguration
  private let tree: MapleTree
  private let copy: MapleTree
  private let bytes: CopiedBytes

  init(count: Int, tracksGaps: Bool, target: Target) throws(RangeMapError) {
    let workload = Workload(count: count)
    configuration = MapConfiguration(tracksGaps: tracksGaps, hasExternalLock: true)
    let tree = MapleTree(configuration: configuration)
    for number in 0..<UInt64(count) { try tree.store(workload.entry(number), over: workload.range(number)) }
    let copy = MapleTree(configuration: configuration)
    try tree.duplicate(into: copy)
    bytes = CopiedBytes(count: Int(tree.nodesInTree) * 256)
    self.count = count
    self.target = target
    self.tree = tree
    self.copy = copy
  }

  /// The median over the rounds of each round's ratio.
  var ratio: Double {
    zip(duplicate.rounds, memcpy.rounds).map { $0 / $1 }.median
  }

  mutating func runRound(_ round: Int) throws(RangeMapError) {
    if round.isMultiple(of: 2) { duplicate.rounds.append(try timeOfDuplicate()) }
    memcpy.rounds.append(timeOfMemcpy())
    if !round.isMultiple(of: 2) { duplicate.rounds.append(try timeOfDuplicate()) }
  }

  /// How often one measurement copies, so that the clock is fine enough.
  private var repetitions: Int { max(1, 200_000 / count) }

  private func timeOfDuplicate() throws(RangeMapError) -> Double {
    var total = 0.0
    for _ in 0..<repetitions {
      switch target {
      case .used:
        copy.removeAll()
        let watch = Stopwatch()
        try tree.duplicate(into: copy)
        total += watch.nanoseconds(for: count)
      case .new:
        bytes.bringInPages()
        let copy = MapleTree(configuration: configuration)
        let watch = Stopwatch()
        try tree.duplicate(into: copy)
        total += watch.nanoseconds(for: count)
      }
    }
    return total / Double(repetitions)
  }

  private func timeOfMemcpy() -> Double {
    var total = 0.0
    for _ in 0..<repetitions {
      if target == .new { bytes.bringInPages() }
      let watch = Stopwatch()
      bytes.copy(toNewMemory: target == .new)
      total += watch.nanoseconds(for: count)
    }
    return total / Double(repetitions)
  }
}

/// As many bytes as a tree's nodes have, and memory to copy them to, got from the system as the tree gets its slabs.
final class CopiedBytes {
  private let count: Int
  private let source: UnsafeMutableRawPointer
  private let target: UnsafeMutableRawPointer

  init(count: Int) {
    self.count = count
    source = Self.memory(of: count)
    target = Self.memory(of: count)
    memset(source, 1, count)
    memset(target, 2, count)
  }

  deinit {
    free(source)
    free(target)
  }

  private static func memory(of bytes: Int) -> UnsafeMutableRawPointer {
    let hugePage = 2 << 20
    guard let memory = aligned_alloc(bytes < hugePage ? 256 : hugePage, bytes) else { fatalError("no memory") }
    if bytes >= hugePage { madvise(memory, bytes, MADV_HUGEPAGE) }
    return memory
  }

  /// Copies all bytes.
  func copy(toNewMemory isNew: Bool) {
    let target = isNew ? Self.memory(of: count) : target
    memcpy(target, source, count)
    // Read back, or the copy could be left out.
    precondition(target.load(fromByteOffset: count - 1, as: UInt8.self) == 1)
    if isNew { free(target) }
  }

  /// Touches as much memory as a copy takes, and gives it back: where the machine is a virtual one, its host may first
  /// have to find the pages, which takes many times as long as the copy and would meet one side or the other by chance.
  func bringInPages() {
    let memory = Self.memory(of: count)
    memset(memory, 1, count)
    free(memory)
  }
}
