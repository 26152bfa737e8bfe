import Support

/// The speed of two subjects, on the rows of `make bench`.
package struct CompareRace: Encodable, Sendable {
  /// One row of one number of entries and one kind of tree.
  package struct Row: Encodable, Sendable {
    package var name: String
    package var entries: Int
    package var tracksGaps: Bool
    /// Nanoseconds an operation, medians.
    package var first: Double
    package var second: Double
    /// B to A, the median of the rounds' ratios, and where it lies in 95 of 100 races.
    package var ratio: Double
    package var least: Double
    package var greatest: Double

    package init(
      name: String, entries: Int, tracksGaps: Bool, first: Double, second: Double, ratio: Double, least: Double,
      greatest: Double
    ) {
      (self.name, self.entries, self.tracksGaps) = (name, entries, tracksGaps)
      (self.first, self.second, self.ratio, self.least, self.greatest) = (first, second, ratio, least, greatest)
    }

    /// Whether the interval has 1 in it: then nothing is said of which is faster.
    package var isUndecided: Bool { least <= 1 && greatest >= 1 }
  }

  /// Rounds of a row, each with a ratio of its own.
  package static let rounds = 15

  package var rows: [Row] = []

  package init() {}

  /// Races two sides.
  /// - Parameter goesOn: asked before each round.
  package static func run(_ first: RaceSide, _ second: RaceSide, goesOn: () -> Bool) throws(RaceError) -> CompareRace {
    var found = CompareRace()
    // The ratio is B to A, so that what is above 1 is slower than before.
    try Race.all(second, first, lives: [10_000], forks: [221, 6_421], rounds: rounds, goesOn: goesOn) { race in
      for result in race.results where !result.first.rounds.isEmpty {
        found.rows.append(
          Row(
            name: result.row.rawValue, entries: race.count, tracksGaps: race.tracksGaps, first: result.second.median,
            second: result.first.median, ratio: result.ratio, least: result.interval.lowerBound,
            greatest: result.interval.upperBound))
      }
    }
    return found
  }
}
