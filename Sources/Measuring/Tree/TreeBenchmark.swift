import MapleTreeModule
import RangeMapCore

/// The rows of one kind and size of our tree, by the tree's own calls.
struct TreeBenchmark {
  let count: Int
  let configuration: MapConfiguration
  private let workload: Workload
  /// Keeps results alive that nobody reads.
  private var sink: UInt64 = 0
  private(set) var rows: [Measurement] = []
  private(set) var nodes = 0

  init(count: Int, tracksGaps: Bool) {
    self.count = count
    configuration = MapConfiguration(tracksGaps: tracksGaps, hasExternalLock: true)
    workload = Workload(count: count)
  }

  private func nanoseconds(for count: Int, _ body: () -> Void) -> Double {
    let watch = Stopwatch()
    body()
    return watch.nanoseconds(for: count)
  }

  private mutating func record(_ name: String, _ value: Double) {
    if let index = rows.firstIndex(where: { $0.name == name }) {
      rows[index].rounds.append(value)
    } else {
      rows.append(Measurement(name: name, rounds: [value]))
    }
  }

  /// Measures every row once.
  mutating func runRound() throws(RangeMapError) {
    let tree = MapleTree(configuration: configuration)
    try record("ascending store", store(into: tree, 0..<UInt64(count)))
    nodes = Int(tree.nodesInTree)
    reads(tree)
    try erase(tree)
    record("destroy", nanoseconds(for: count) { tree.removeAll() })
    let random = MapleTree(configuration: configuration)
    try record("random store", store(into: random, workload.order))
  }

  private func store(
    into tree: borrowing MapleTree, _ numbers: some Sequence<UInt64>
  ) throws(RangeMapError) -> Double {
    let watch = Stopwatch()
    for number in numbers { try tree.store(workload.entry(number), over: workload.range(number)) }
    return watch.nanoseconds(for: count)
  }

  private mutating func reads(_ tree: borrowing MapleTree) {
    var sum: UInt64 = 0
    record(
      "random load",
      nanoseconds(for: count) {
        for number in workload.order { sum &+= tree.load(workload.index(in: number))?.word ?? 0 }
      })
    record("forward iteration", nanoseconds(for: count) { tree.forEach { _, entry in sum &+= entry.word } })
    var cursor = Cursor(tree, at: .single(.max))
    record(
      "backward iteration",
      nanoseconds(for: count) { while let entry = cursor.previous() { sum &+= entry.word } })
    if configuration.tracksGaps {
      record(
        "gap search",
        nanoseconds(for: count) {
          for number in workload.order {
            sum &+= (try? tree.lowestGap(of: workload.gapSize, in: workload.window(from: number))) ?? 0
          }
        })
    }
    sink &+= sum
  }

  private mutating func erase(_ tree: borrowing MapleTree) throws(RangeMapError) {
    let half = workload.order.prefix(count / 2)
    let watch = Stopwatch()
    for number in half { _ = try tree.erase(at: workload.index(in: number)) }
    record("random erase", watch.nanoseconds(for: half.count))
  }
}
