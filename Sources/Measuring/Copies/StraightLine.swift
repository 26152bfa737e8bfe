/// A straight line through points, by least squares, and how far off the points are.
public struct StraightLine: Hashable, Sendable, Encodable {
  public struct Point: Hashable, Sendable, Encodable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// What a distance from the line counts for.
  public enum Weight: Sendable {
    /// All alike: for counts, which are exact.
    case equal
    /// In proportion to the value: for times, whose error grows with them.
    case relative
  }

  /// What y grows by for each 1 of x.
  public var slope: Double
  /// y where x is 0.
  public var intercept: Double
  /// The greatest distance of a point from the line, in units of y.
  public var greatestResidual: Double
  /// The greatest distance of a point from the line as a share of the point's y.
  public var greatestRelativeResidual: Double

  /// The different sizes that it takes to say something of a line: one passes through any two points.
  public static let leastSizes = 3

  /// The line through points; nil if they have fewer than `leastSizes` different x.
  /// - Complexity: O(n).
  public init?(_ points: [Point], weight: Weight = .equal) {
    guard Set(points.map(\.x)).count >= Self.leastSizes else { return nil }
    func weigh(_ point: Point) -> Double {
      switch weight {
      case .equal: 1
      case .relative: point.y == 0 ? 0 : 1 / (point.y * point.y)
      }
    }
    let total = points.reduce(0) { $0 + weigh($1) }
    guard total > 0 else { return nil }
    // Distances from the middle, since sums of squares of great numbers would lose the small ones.
    let middleX = points.reduce(0) { $0 + weigh($1) * $1.x } / total
    let middleY = points.reduce(0) { $0 + weigh($1) * $1.y } / total
    let spread = points.reduce(0) { $0 + weigh($1) * ($1.x - middleX) * ($1.x - middleX) }
    guard spread > 0 else { return nil }
    slope = points.reduce(0) { $0 + weigh($1) * ($1.x - middleX) * ($1.y - middleY) } / spread
    intercept = middleY - slope * middleX
    greatestResidual = 0
    greatestRelativeResidual = 0
    for point in points {
      let residual = abs(point.y - value(at: point.x))
      greatestResidual = max(greatestResidual, residual)
      if point.y != 0 { greatestRelativeResidual = max(greatestRelativeResidual, residual / abs(point.y)) }
    }
  }

  /// y on the line.
  public func value(at x: Double) -> Double { intercept + slope * x }

  /// Two more points than there are numbers to find.
  static let leastToSeparate = 5

  /// What points owe to x and to a second quantity, which grows with x but not in proportion to it: the line of what is
  /// left once `share` times the second quantity is taken off, by least squares over both. The residuals are those of
  /// the points.
  ///
  /// Nil where there are fewer than `leastToSeparate` points, or where the second quantity is itself a line in x, so
  /// that the two cannot be told apart.
  /// - Parameter others: the second quantity of each point, in the same order.
  /// - Complexity: O(n).
  static func separating(_ points: [Point], from others: [Double]) -> (line: StraightLine, share: Double)? {
    guard points.count >= leastToSeparate, points.count == others.count,
      let ofOthers = StraightLine(zip(points, others).map { Point(x: $0.x, y: $1) }),
      let ofPoints = StraightLine(points), let greatest = others.max(), greatest > 0,
      // Two lines that differ by rounding alone would make anything of the share.
      ofOthers.greatestResidual > greatest / 1_000_000
    else { return nil }
    // What of either x does not explain: the share is the slope of one over the other.
    let unexplained = zip(points, others).map { point, other in
      Point(x: other - ofOthers.value(at: point.x), y: point.y - ofPoints.value(at: point.x))
    }
    guard let share = StraightLine(unexplained)?.slope,
      var line = StraightLine(zip(points, others).map { Point(x: $0.x, y: $0.y - share * $1) })
    else { return nil }
    line.greatestRelativeResidual = 0
    for (point, other) in zip(points, others) where point.y != 0 {
      let residual = abs(point.y - share * other - line.value(at: point.x))
      line.greatestRelativeResidual = max(line.greatestRelativeResidual, residual / abs(point.y))
    }
    return (line, share)
  }
}
