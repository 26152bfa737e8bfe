import MapleTreeModule
import RangeMapCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The rows of one kind and size of tree. Every range is six indices wide with a hole of four behind it, as areas of an
/// address space are; indices come in one fixed random order.
struct TreeBenchmark {
  let count: Int
  let configuration: MapConfiguration
  private let order: [UInt64]
  /// Keeps results alive that nobody reads.
  private var sink: UInt64 = 0
  private(set) var rows: [Measurement] = []
  private(set) var nodes = 0

  init(count: Int, tracksGaps: Bool) {
    self.count = count
    configuration = MapConfiguration(tracksGaps: tracksGaps, hasExternalLock: true)
    var generator = SeededGenerator(seed: 1)
    order = Array(0..<UInt64(count)).shuffled(using: &generator)
  }

  private func range(_ number: UInt64) -> KeyRange { KeyRange(number * 10, number * 10 + 5) }

  private func entry(_ number: UInt64) -> Entry { .value(number) }

  private mutating func record(_ name: String, _ value: Double) {
    if let index = rows.firstIndex(where: { $0.name == name }) {
      rows[index].rounds.append(value)
    } else {
      rows.append(Measurement(name: name, rounds: [value]))
    }
  }

  /// Measures every row once.
  mutating func runRound() throws {
    let tree = MapleTree(configuration: configuration)
    try record("ascending store", store(into: tree, 0..<UInt64(count)))
    nodes = Int(tree.nodesInTree)
    reads(tree)
    try duplicate(tree)
    try erase(tree)
    record("destroy", nanoseconds(for: count) { tree.removeAll() })
    let random = MapleTree(configuration: configuration)
    try record("random store", store(into: random, order))
  }

  private func store(into tree: borrowing MapleTree, _ numbers: some Sequence<UInt64>) throws -> Double {
    var failure: RangeMapError?
    let time = nanoseconds(for: count) {
      for number in numbers {
        do throws(RangeMapError) {
          try tree.store(entry(number), over: range(number))
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    return time
  }

  private mutating func reads(_ tree: borrowing MapleTree) {
    var sum: UInt64 = 0
    record(
      "random load", nanoseconds(for: count) { for number in order { sum &+= tree.load(number * 10 + 3)?.word ?? 0 } })
    record("forward iteration", nanoseconds(for: count) { tree.forEach { _, entry in sum &+= entry.word } })
    var cursor = Cursor(tree, at: .single(.max))
    record(
      "backward iteration",
      nanoseconds(for: count) { while let entry = cursor.previous() { sum &+= entry.word } })
    if configuration.tracksGaps {
      let end = UInt64(count) * 10
      record(
        "gap search",
        nanoseconds(for: count) {
          for number in order { sum &+= (try? tree.lowestGap(of: 4, in: KeyRange(number * 10, end))) ?? 0 }
        })
    }
    sink &+= sum
  }

  private mutating func duplicate(_ tree: borrowing MapleTree) throws {
    let copy = MapleTree(configuration: configuration)
    var failure: RangeMapError?
    record(
      "duplicate",
      nanoseconds(for: count) {
        do throws(RangeMapError) { try tree.duplicate(into: copy) } catch { failure = error }
      })
    if let failure { throw failure }
    record("destroy a duplicate", nanoseconds(for: count) { copy.removeAll() })
    // The floor for a duplicate: the same bytes, from memory to fresh memory.
    let bytes = nodes * 256
    guard let source = malloc(bytes), let target = malloc(bytes) else { return }
    memset(source, 1, bytes)
    record("memcpy of a duplicate's bytes", nanoseconds(for: count) { memcpy(target, source, bytes) })
    sink &+= UInt64(target.load(as: UInt8.self))
    free(source)
    free(target)
  }

  private mutating func erase(_ tree: borrowing MapleTree) throws {
    var failure: RangeMapError?
    let half = order.prefix(count / 2)
    record(
      "random erase",
      nanoseconds(for: half.count) {
        for number in half {
          do throws(RangeMapError) { try tree.erase(at: number * 10) } catch { failure = error }
        }
      })
    if let failure { throw failure }
  }
}
