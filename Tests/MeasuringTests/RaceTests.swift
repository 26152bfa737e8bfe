import MapleTreeModule
import Measuring
import Testing

/// The race of two subjects, and what is said of its ratios.
struct RaceTests {
  @Test(
    "the interval of a median is the narrowest of order statistics that holds it 95 times in 100",
    arguments: [(5, 0), (6, 0), (8, 0), (9, 1), (12, 2), (15, 3), (20, 5), (75, 28)])
  func interval(_ count: Int, _ cut: Int) {
    // Shuffled, and far from evenly spread: the order alone decides.
    let values = (0..<count).map { Double(($0 * 7) % count == 0 ? 0 : ($0 * 7) % count) }
    let squares = values.map { $0 * $0 }
    let sorted = squares.sorted()
    #expect(RatioInterval.ofMedian(squares) == sorted[cut]...sorted[count - 1 - cut])
  }

  @Test("of nothing there is no interval")
  func nothing() {
    #expect(RatioInterval.ofMedian([]) == 0...0)
    #expect(RatioInterval.ofMedian([1.5]) == 1.5...1.5)
  }

  @Test("two sides run the same rows in turn, and both find the same", arguments: [false, true])
  func race(_ tracksGaps: Bool) throws {
    var race = try Race(
      count: 200, tracksGaps: tracksGaps, rows: RaceRow.life(tracksGaps: tracksGaps), .maple(),
      .maple(rule: .copiedByLevel))
    for round in 0..<7 { try race.runRound(round) }
    #expect(race.results.map(\.row) == RaceRow.life(tracksGaps: tracksGaps))
    for result in race.results {
      #expect(result.first.rounds.count == 7 && result.second.rounds.count == 7)
      #expect(result.interval.contains(result.ratio))
      #expect(result.ratio > 0)
    }
  }
}
