import Support

/// A measured row: nanoseconds an operation, the median over the rounds.
package struct Measurement {
  package let name: String
  /// Nanoseconds an operation, one for each round.
  package var rounds: [Double] = []

  package init(name: String, rounds: [Double] = []) {
    self.name = name
    self.rounds = rounds
  }

  package var median: Double { rounds.median }
}

/// Time since it was made.
package struct Stopwatch {
  private let start = ContinuousClock.now

  package init() {}

  /// Nanoseconds until now for each of `count` operations.
  package func nanoseconds(for count: Int) -> Double {
    let (seconds, attoseconds) = start.duration(to: .now).components
    return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count)
  }
}
