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

/// Runs a body and returns the nanoseconds that it took for each of `count` operations.
func nanoseconds(for count: Int, _ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  let (seconds, attoseconds) = clock.measure(body).components
  return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count)
}
