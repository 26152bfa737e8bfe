/// An interval of confidence for a median, from the order of what was measured alone: nothing is assumed of how it is
/// distributed.
package enum RatioInterval {
  /// The narrowest pair of order statistics, as far from the one end as from the other, between which the median lies
  /// with a probability of at least 0.95; the least and the greatest value if there are fewer than six.
  ///
  /// Each value is below the median with the probability 1/2. The k-th from below is above it if fewer than k are
  /// below.
  package static func ofMedian(_ values: [Double]) -> ClosedRange<Double> {
    let sorted = values.sorted()
    guard let least = sorted.first, let greatest = sorted.last else { return 0...0 }
    var interval = least...greatest
    var probability = 1.0
    for _ in sorted { probability /= 2 }
    var outside = 0.0
    for place in 0..<sorted.count / 2 {
      outside += probability
      if 2 * outside > 0.05 { break }
      interval = sorted[place]...sorted[sorted.count - 1 - place]
      probability *= Double(sorted.count - place) / Double(place + 1)
    }
    return interval
  }
}
