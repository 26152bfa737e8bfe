import Harness
import Operations
import Racing

/// The speed of two subjects, on the rows of `make bench`.
struct CompareRace: Encodable {
  /// One row of one number of entries and one kind of tree.
  struct Row: Encodable {
    var name: String
    var entries: Int
    var tracksGaps: Bool
    /// Nanoseconds an operation, medians.
    var first: Double
    var second: Double
    /// B to A, the median of the rounds' ratios, and where it lies in 95 of 100 races.
    var ratio: Double
    var least: Double
    var greatest: Double

    /// Whether the interval has 1 in it: then nothing is said of which is faster.
    var isUndecided: Bool { least <= 1 && greatest >= 1 }
  }

  /// Rounds of a row, each with a ratio of its own.
  static let rounds = 15
  private static let lifeSize = 10_000
  private static let forkSizes = [221, 6_421]

  var rows: [Row] = []

  /// Races the two.
  static func run(_ first: SubjectName, _ second: SubjectName) throws -> CompareRace {
    // The ratio is B to A, so that what is above 1 is slower than before.
    let (one, other) = (try side(of: second), try side(of: first))
    var race = CompareRace()
    do throws(RaceError) {
      for tracksGaps in [false, true] {
        var life = try Race(
          count: lifeSize, tracksGaps: tracksGaps, rows: RaceRow.life(tracksGaps: tracksGaps), one, other)
        try race.add(&life, rounds: rounds, tracksGaps)
        for count in forkSizes {
          var fork = try Race(count: count, tracksGaps: tracksGaps, rows: RaceRow.fork, one, other)
          try fork.fill()
          try race.add(&fork, rounds: RaceRow.forkRounds(rounds), tracksGaps)
        }
      }
    } catch {
      throw CommandFailure("--speed: \(error)")
    }
    return race
  }

  private mutating func add(_ race: inout Race, rounds: Int, _ tracksGaps: Bool) throws(RaceError) {
    for round in 0..<rounds where !Interruption.isRequested { try race.runRound(round) }
    for result in race.results where !result.first.rounds.isEmpty {
      rows.append(
        Row(
          name: result.row.rawValue, entries: race.count, tracksGaps: tracksGaps, first: result.second.median,
          second: result.first.median, ratio: result.ratio, least: result.interval.lowerBound,
          greatest: result.interval.upperBound))
    }
  }

  private static func side(of subject: SubjectName) throws -> RaceSide {
    switch subject {
    case .maple: return .maple()
    case .mapleAs(let rule): return .maple(rule: rule)
    case .library(let path, _): return .library(try SubjectName.load(path))
    case .oracle, .canary:
      throw CommandFailure("--speed: expected a tree or a library, found \(subject.name)")
    }
  }

  var text: String {
    var table = [["speed", "entries", "A ns", "B ns", "B to A", "95 %"]]
    for row in rows {
      table.append([
        row.name + (row.tracksGaps ? ", gaps" : ""), "\(row.entries)", Text.decimal(row.first, 1),
        Text.decimal(row.second, 1), Text.decimal(row.ratio, 2),
        "\(Text.decimal(row.least, 2))...\(Text.decimal(row.greatest, 2))",
      ])
    }
    let undecided = rows.count { $0.isUndecided }
    let slower = rows.count { $0.least > 1 }
    return Text.table(table, leftColumns: 1)
      + "B is slower in \(slower) \(slower == 1 ? "row" : "rows"), "
      + "faster in \(rows.count - slower - undecided); in \(undecided) the interval holds 1\n"
  }
}
