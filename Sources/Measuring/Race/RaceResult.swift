import Support

/// What a row of a race gave.
package struct RaceResult {
  package let row: RaceRow
  package private(set) var first: Measurement
  package private(set) var second: Measurement
  /// Nanoseconds of the calls of one operation when there is nothing for them to do.
  package var firstEmptyCalls = 0.0
  package var secondEmptyCalls = 0.0

  init(row: RaceRow) {
    self.row = row
    first = Measurement(name: row.rawValue)
    second = Measurement(name: row.rawValue)
  }

  mutating func add(_ first: Double, _ second: Double) {
    self.first.rounds.append(first)
    self.second.rounds.append(second)
  }

  /// First to second, the median over the rounds of each round's ratio.
  package var ratio: Double { ratios(lessOfSecond: 0).median }

  /// Where the ratio lies in at least 95 of 100 races: between two of the rounds' ratios, by their order.
  package var interval: ClosedRange<Double> { RatioInterval.ofMedian(ratios(lessOfSecond: 0)) }

  /// The ratio if all of the second's empty calls were its adapter's, and the first's cost nothing: the worst that the
  /// calls can hide. Infinite where nothing would be left of the second's.
  package var worstRatio: Double { ratios(lessOfSecond: secondEmptyCalls).median }

  private func ratios(lessOfSecond less: Double) -> [Double] {
    zip(first.rounds, second.rounds).map { one, other in other > less ? one / (other - less) : .infinity }
  }
}
