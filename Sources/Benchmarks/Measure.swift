/// A measured row: nanoseconds an operation, the median over the rounds.
struct Measurement {
  let name: String
  /// Nanoseconds an operation, one for each round.
  var rounds: [Double] = []

  var median: Double {
    let sorted = rounds.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}

/// Time since it was made.
struct Stopwatch {
  private let start = ContinuousClock.now

  /// Nanoseconds until now for each of `count` operations.
  func nanoseconds(for count: Int) -> Double {
    let (seconds, attoseconds) = start.duration(to: .now).components
    return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count)
  }
}

/// Runs a body and returns the nanoseconds that it took for each of `count` operations.
func nanoseconds<Failure: Error>(for count: Int, _ body: () throws(Failure) -> Void) throws(Failure) -> Double {
  let watch = Stopwatch()
  try body()
  return watch.nanoseconds(for: count)
}
