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

  /// The line through points; nil where they are fewer than two or have one x.
  /// - Complexity: O(n).
  public init?(_ points: [Point], weight: Weight = .equal) {
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
}
