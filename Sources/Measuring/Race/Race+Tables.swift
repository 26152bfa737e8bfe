import Support

extension Race {
  /// The fewest rounds of a race that say anything.
  package static let leastRounds = 7

  /// Races two sides on both kinds of trees.
  /// - Parameters:
  ///   - lives: the sizes of trees that are filled, read and emptied.
  ///   - forks: the sizes of trees that are copied as a fork does.
  ///   - rounds: the rounds of each; five times as many of forks.
  ///   - goesOn: asked before each round.
  ///   - tell: told each race when its rounds are done.
  package static func all(
    _ first: RaceSide, _ second: RaceSide, lives: [Int], forks: [Int], rounds: Int, goesOn: () -> Bool,
    tell: (inout Race) throws(RaceError) -> Void
  ) throws(RaceError) {
    for tracksGaps in [false, true] {
      for count in lives {
        let rows = RaceRow.life(tracksGaps: tracksGaps)
        var race = try Race(count: count, tracksGaps: tracksGaps, rows: rows, first, second)
        for round in 0..<rounds where goesOn() { try race.runRound(round) }
        try tell(&race)
      }
      for count in forks {
        var race = try Race(count: count, tracksGaps: tracksGaps, rows: RaceRow.fork, first, second)
        try race.fill()
        for round in 0..<RaceRow.forkRounds(rounds) where goesOn() { try race.runRound(round) }
        try tell(&race)
      }
    }
  }

  /// Races our tree and another side, through the same calls.
  /// - Parameters:
  ///   - measuresCalls: whether it is measured what calls cost that find nothing to do.
  ///   - tell: told each table as it is done.
  package static func tables(
    against other: RaceSide, lives: [Int] = lifeSizes, forks: [Int] = CopyLayout.sizes, rounds: Int,
    measuresCalls: Bool = true, goesOn: () -> Bool, tell: (MeasuredTable) -> Void
  ) throws(RaceError) {
    var ways: [String: MeasuredTable] = [:]
    try all(.maple(), other, lives: lives, forks: forks, rounds: rounds, goesOn: goesOn) {
      (race) throws(RaceError) in
      if measuresCalls { try race.measureEmptyCalls() }
      guard race.rows.allSatisfy(RaceRow.fork.contains) else {
        return tell(race.table("\(race.count) entries", race.results.map { ($0.row.rawValue, $0) }))
      }
      // A table for each way to copy, with all sizes.
      for result in race.results {
        let name = result.row.rawValue
        let row = race.table(name, [("\(race.count) entries", result)])
        ways[name, default: MeasuredTable(title: row.title, columns: row.columns)].rows += row.rows
        if race.count == forks.last, let whole = ways.removeValue(forKey: name) { tell(whole) }
      }
    }
  }

  private func table(_ title: String, _ rows: [(name: String, result: RaceResult)]) -> MeasuredTable {
    MeasuredTable(
      title: "\(title), \(kindName(tracksGaps: tracksGaps))",
      columns: [
        .init(name: "ours"), .init(name: "theirs"), .init(name: "ratio", decimals: 2),
        .init(name: "worst", decimals: 2), .init(name: "our calls"), .init(name: "their calls"),
      ],
      rows: rows.map { name, result in
        let calls: [Double?] =
          result.row.calls.isEmpty
          ? [nil, nil, nil]
          : [
            result.worstRatio.isFinite ? result.worstRatio : nil, result.firstEmptyCalls, result.secondEmptyCalls,
          ]
        return .init(name: name, values: [result.first.median, result.second.median, result.ratio] + calls)
      })
  }
}
