import MapleTreeModule
import Racing
import RangeMapCore

/// Measures our tree alone, and prints the tables.
struct TreeReport {
  let rounds: Int

  func run() throws {
    for count in treeSizes {
      for tracksGaps in [false, true] { try runTree(count: count, tracksGaps: tracksGaps) }
    }
    for tracksGaps in [false, true] { try runCopies(tracksGaps: tracksGaps) }
    for tracksGaps in [false, true] { try runForks(tracksGaps: tracksGaps) }
  }

  private func runTree(count: Int, tracksGaps: Bool) throws {
    var benchmark = TreeBenchmark(count: count, tracksGaps: tracksGaps)
    for _ in 0..<rounds { try benchmark.runRound() }
    let bytes = Double(benchmark.nodes * 256) / Double(count)
    print(
      "\(count) entries, \(kindName(tracksGaps: tracksGaps)): "
        + "\(benchmark.nodes) nodes, \(decimal(bytes)) bytes an entry; median of \(rounds) rounds, ns an operation")
    for row in benchmark.rows { print(tableRow(row.name, [decimal(row.median)])) }
  }

  /// What is new memory to a small copy, the allocator has mostly used before: only the great one is measured there.
  private func runCopies(tracksGaps: Bool) throws(RangeMapError) {
    let rounds = RaceRow.forkRounds(rounds)
    print(
      tableRow(
        "a duplicate, \(kindName(tracksGaps: tracksGaps))",
        ["duplicate", "memcpy", "ratio"]) + "   medians of \(rounds) rounds, ns an entry")
    for (count, target) in [(treeSizes[0], CopyRace.Target.used), (treeSizes[1], .used), (treeSizes[1], .new)] {
      var race = try CopyRace(count: count, tracksGaps: tracksGaps, target: target)
      for round in 0..<rounds { try race.runRound(round) }
      print(
        tableRow(
          "\(count), \(target) memory",
          [decimal(race.duplicate.median), decimal(race.memcpy.median), twoDecimals(race.ratio)]))
    }
  }

  private func runForks(tracksGaps: Bool) throws(RangeMapError) {
    let rounds = RaceRow.forkRounds(rounds)
    print("fork, \(kindName(tracksGaps: tracksGaps)): median of \(rounds) rounds, ns an entry")
    print(tableRow("entries", RaceRow.fork.map { padded($0.rawValue, 24, left: true) }))
    for count in forkSizes {
      let lane = try RaceRunner.maple(Workload(count: count), tracksGaps: tracksGaps)
      _ = try lane.run(.ascendingStore)
      var rows = RaceRow.fork.map { Measurement(name: $0.rawValue) }
      for _ in 0..<rounds {
        for index in rows.indices { rows[index].rounds.append(try lane.run(RaceRow.fork[index]).nanoseconds) }
      }
      print(tableRow("\(count)", rows.map { padded(decimal($0.median), 24, left: true) }))
    }
  }
}
