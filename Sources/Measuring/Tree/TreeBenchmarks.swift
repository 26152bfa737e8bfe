import MapleTreeModule
import RangeMapCore
import Support

/// Measures our tree alone.
package enum TreeBenchmarks {
  /// Measures everything.
  /// - Parameters:
  ///   - sizes: two sizes of trees that are filled, read and emptied.
  ///   - forkSizes: the sizes of trees that are copied as a fork does.
  ///   - rounds: the rounds of which medians are taken; five times as many for what is short.
  ///   - tell: told each table as it is done.
  package static func run(
    sizes: [Int] = lifeSizes, forkSizes: [Int] = CopyLayout.sizes, rounds: Int, tell: (MeasuredTable) -> Void
  ) throws(RangeMapError) {
    for count in sizes {
      for tracksGaps in [false, true] { tell(try life(count: count, tracksGaps: tracksGaps, rounds: rounds)) }
    }
    let rounds = RaceRow.forkRounds(rounds)
    for tracksGaps in [false, true] { tell(try copies(of: sizes, tracksGaps: tracksGaps, rounds: rounds)) }
    for tracksGaps in [false, true] { tell(try forks(of: forkSizes, tracksGaps: tracksGaps, rounds: rounds)) }
  }

  private static func life(count: Int, tracksGaps: Bool, rounds: Int) throws(RangeMapError) -> MeasuredTable {
    var benchmark = TreeBenchmark(count: count, tracksGaps: tracksGaps)
    for _ in 0..<rounds { try benchmark.runRound() }
    let bytes = (Double(benchmark.nodes * 256) / Double(count) * 10).rounded() / 10
    return MeasuredTable(
      title: "\(count) entries, \(kindName(tracksGaps: tracksGaps)), \(benchmark.nodes) nodes, \(bytes) bytes an entry",
      columns: [.init(name: "ns")], rows: benchmark.rows.map { .init(name: $0.name, values: [$0.median]) })
  }

  /// What is new memory to a small copy, the allocator has mostly used before: only the great one is measured there.
  private static func copies(
    of sizes: [Int], tracksGaps: Bool, rounds: Int
  ) throws(RangeMapError) -> MeasuredTable {
    var table = MeasuredTable(
      title: "a duplicate, \(kindName(tracksGaps: tracksGaps))",
      columns: [.init(name: "duplicate"), .init(name: "memcpy"), .init(name: "ratio", decimals: 2)])
    for (count, target) in [(sizes[0], CopyRace.Target.used), (sizes[1], .used), (sizes[1], .new)] {
      var race = try CopyRace(count: count, tracksGaps: tracksGaps, target: target)
      for round in 0..<rounds { try race.runRound(round) }
      let values = [race.duplicate.median, race.memcpy.median, race.ratio]
      table.rows.append(.init(name: "\(count) entries, \(target) memory", values: values))
    }
    return table
  }

  private static func forks(
    of sizes: [Int], tracksGaps: Bool, rounds: Int
  ) throws(RangeMapError) -> MeasuredTable {
    var table = MeasuredTable(
      title: "a fork, \(kindName(tracksGaps: tracksGaps))", columns: RaceRow.fork.map { .init(name: $0.rawValue) })
    for count in sizes {
      let lane = try RaceRunner.maple(Workload(count: count), tracksGaps: tracksGaps)
      _ = try lane.run(.ascendingStore)
      var rows = RaceRow.fork.map { _ in [Double]() }
      for _ in 0..<rounds {
        for index in rows.indices { rows[index].append(try lane.run(RaceRow.fork[index]).nanoseconds) }
      }
      table.rows.append(.init(name: "\(count) entries", values: rows.map(\.median)))
    }
    return table
  }
}
