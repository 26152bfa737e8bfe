import Testing

@testable import Measuring
@testable import Reports

@Suite("Lines through measurements")
struct StraightLineTests {
  private typealias Point = StraightLine.Point

  @Test("pass through points that are on one, with nothing left over")
  func exactLine() throws {
    let line = try #require(StraightLine(CopyLayout.sizes.map { Point(x: Double($0), y: 7 + 3 * Double($0)) }))
    #expect(abs(line.slope - 3) < 1e-9 && abs(line.intercept - 7) < 1e-6)
    #expect(line.greatestResidual < 1e-6)
  }

  @Test("leave over what one point is off")
  func residual() throws {
    let points = [Point(x: 0, y: 0), Point(x: 1, y: 1), Point(x: 2, y: 5), Point(x: 3, y: 3), Point(x: 4, y: 4)]
    let line = try #require(StraightLine(points))
    // By hand: the slope stays 1, all move up by 3/5.
    #expect(abs(line.slope - 1) < 1e-12 && abs(line.intercept - 0.6) < 1e-12)
    #expect(abs(line.greatestResidual - 2.4) < 1e-12)
  }

  @Test("hold small values as dear as great ones where distances are relative")
  func relativeWeight() throws {
    // A constant of 100 that only the small sizes show, and an error of 5 % in the greatest value.
    let points = [Point(x: 1, y: 101), Point(x: 10, y: 110), Point(x: 100, y: 200), Point(x: 100_000, y: 105_000)]
    let equal = try #require(StraightLine(points))
    let relative = try #require(StraightLine(points, weight: .relative))
    #expect(abs(relative.intercept - 100) < 2)
    #expect(abs(equal.intercept - 100) > abs(relative.intercept - 100))
  }

  @Test("need three different sizes, for one passes through any two points")
  func tooFewPoints() {
    #expect(StraightLine([]) == nil)
    #expect(StraightLine([Point(x: 4, y: 1), Point(x: 4, y: 9), Point(x: 4, y: 2)]) == nil)
    #expect(StraightLine([Point(x: 4, y: 1), Point(x: 5, y: 9), Point(x: 5, y: 2)]) == nil)
    #expect(StraightLine([Point(x: 4, y: 1), Point(x: 5, y: 9), Point(x: 6, y: 2)]) != nil)
  }

  @Test("tell what is owed to a second quantity from what is owed to the size")
  func separation() throws {
    let points = CopyLayout.sizes.map { Point(x: Double($0), y: 0) }
    // Levels of a tree: so many for each of n steps as n has digits.
    let levels = points.map { $0.x * Double("\(Int($0.x))".count) }
    let counts = zip(points, levels).map { Point(x: $0.x, y: 4 + 7 * $0.x + 1.5 * $1) }
    let (line, share) = try #require(StraightLine.separating(counts, from: levels))
    #expect(abs(share - 1.5) < 1e-6 && abs(line.slope - 7) < 1e-6 && abs(line.intercept - 4) < 1e-3)
    #expect(line.greatestResidual < 1e-3 && line.greatestRelativeResidual < 1e-6)
    // What neither explains is left over.
    var bent = counts
    bent[5].y += 1_000
    #expect(try #require(StraightLine.separating(bent, from: levels)).line.greatestResidual > 500)
    // Two lines cannot be told apart, nor three numbers by four points.
    #expect(StraightLine.separating(counts, from: points.map { 5 * $0.x - 30 }) == nil)
    #expect(StraightLine.separating(Array(counts.prefix(4)), from: Array(levels.prefix(4))) == nil)
  }

  @Test("tell counts in proportion from counts with a logarithm in them")
  func logarithmIsNotStraight() throws {
    func report(_ count: (Int) -> UInt64) throws -> ForkCostReport {
      var report = ForkCostReport(subject: "test", rounds: 1)
      report.treeCounts = CopyLayout.sizes.map { size in
        let cost = CopyCost(
          nanoseconds: 1, nodeVisits: count(size), levelsOfStores: 0, nodesAllocated: count(size), nodesInCopy: 1)
        return CopyCounts(
          vmas: size, nodesInParent: 1, oneByOne: CopyCounts.Value(cost), duplicate: CopyCounts.Value(cost))
      }
      report.fit()
      return report
    }
    let straight = try report { UInt64($0) * 9 / 64 + 2 }
    #expect(straight.countsAreStraight && straight.lines.filter { $0.isStraight == true }.count == 4)
    // Each of n steps as many as the digits of n in base 10.
    let bent = try report { UInt64($0 * "\($0)".count) }
    #expect(!bent.countsAreStraight && bent.lines.filter { $0.isStraight == false }.count == 4)
  }

  @Test(
    "hold visits to the mappings and the levels that their stores had above them, where there are sizes enough to tell")
  func levels() throws {
    func isStraight(_ sizes: some Collection<Int>, _ visits: (_ size: Int, _ levels: Int) -> Int) throws -> Bool? {
      var report = ForkCostReport(subject: "test", rounds: 1)
      report.treeCounts = sizes.map { size in
        let levels = size * "\(size)".count
        let cost = CopyCost(
          nanoseconds: 1, nodeVisits: UInt64(visits(size, levels)), levelsOfStores: UInt64(levels),
          nodesAllocated: UInt64(size), nodesInCopy: 1)
        return CopyCounts(
          vmas: size, nodesInParent: 1, oneByOne: CopyCounts.Value(cost), duplicate: CopyCounts.Value(cost))
      }
      report.fit()
      return try #require(report.lines.first).isStraight
    }
    #expect(try isStraight(CopyLayout.sizes) { $0 * 7 + $1 * 2 } == true)
    // A square is explained by neither.
    #expect(try isStraight(CopyLayout.sizes) { $0 * 7 + $1 * 2 + $0 * $0 / 50_000 } == false)
    // All of one height: the levels are a line in the mappings.
    #expect(try isStraight([1_000, 2_000, 3_000, 4_000, 5_000]) { $0 * 7 + $1 * 2 } == true)
    #expect(try isStraight(CopyLayout.sizes.prefix(4)) { $0 * 7 + $1 * 2 } == nil)
  }
}

@Suite("The published tables of forks")
struct PublishedForksTests {
  @Test("give the gains that were printed beside them")
  func gains() {
    let printed = [2.19, 8.92, 19.88, 34.64, 42.37, 44.64, 48.28, 50.17, 51.68, 53.74, 52.42]
    for (gain, expected) in zip(PublishedForks.fifthVersion.gains, printed) { #expect(abs(gain - expected) < 0.006) }
    #expect(PublishedForks.fifthVersion.gain(at: 1_621).map { ($0 * 100).rounded() } == 4_464)
    #expect(PublishedForks.fifthVersion.gain(at: 1_622) == nil)
  }

  @Test("are a constant and so much for each mapping, with and without duplication")
  func straightTimes() throws {
    for table in [PublishedForks.fifthVersion, .thirdVersion] {
      let before = try #require(table.lines.before)
      let after = try #require(table.lines.after)
      #expect(before.greatestRelativeResidual < 0.05 && after.greatestRelativeResidual < 0.05)
      // The constant is one; only what a mapping costs differs.
      #expect((70_000...85_000).contains(before.intercept) && (70_000...85_000).contains(after.intercept))
      #expect((470...500).contains(before.slope) && (310...325).contains(after.slope))
    }
  }

  @Test("have no dip: one rate was computed with two digits swapped")
  func slip() {
    for rates in [PublishedRate.before, PublishedRate.after] {
      #expect(rates.filter(\.isSlip).map(\.vmas) == [3_221])
      #expect(rates.filter(\.isSlip).map(\.factor) == [2_323])
      // What was printed for the size falls below the one before it; what is right does not.
      #expect(rates[6].printed < rates[5].printed)
      #expect(zip(rates, rates.dropFirst()).allSatisfy { $0.correct < $1.correct })
    }
  }
}

@Suite("Charts")
struct ChartTests {
  private let curve = Chart.Curve(
    "a < b", [.init(x: 10, y: 1), .init(x: 1_000, y: 100)], colour: "red")

  @Test("place points by the logarithm of what they are")
  func places() {
    let chart = Chart(title: "t", xTitle: "x", yTitle: "y", isLogarithmicInY: true, curves: [curve])
    let text = Chart.svg([chart])
    // Both ends of the curve are corners of the field.
    #expect(text.contains("<polyline points=\"66.0,302.0 590.0,34.0\""))
    #expect(text.contains("a &lt; b") && !text.contains("a < b"))
    #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
  }

  @Test("begin at 0 where they are linear, and leave empty curves out")
  func linear() {
    let empty = Chart.Curve("nothing", [], colour: "blue")
    let chart = Chart(title: "t", xTitle: "x", yTitle: "y", isLogarithmicInY: false, curves: [curve, empty])
    let text = Chart.svg([chart])
    #expect(chart.curves.map(\.name) == ["a < b"])
    #expect(text.contains(">0</text>") && text.contains(">100</text>") && !text.contains("nothing"))
  }
}
