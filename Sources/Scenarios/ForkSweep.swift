import AddressSpaceModel
import RangeMapCore

/// Which of the failures of a fork are tried.
public enum SweepSelection: Hashable, Sendable {
  case all
  /// Of each kind the first and the last `ends`, and every `stride`th between.
  case ends(UInt64, stride: UInt64)

  /// What is tried of large address spaces: the first and the last 500 of each kind, and every 997th between.
  public static let sample = SweepSelection.ends(500, stride: 997)

  /// The numbers that are tried, of `count`.
  public func indices(of count: UInt64) -> [UInt64] {
    if count == 0 { return [] }
    switch self {
    case .all: return Array(1...count)
    case .ends(let ends, let stride):
      if count <= 2 * ends { return Array(1...count) }
      let middle = Swift.stride(from: ends + stride, through: count - ends, by: UInt64.Stride(stride))
      return Array(1...ends) + Array(middle) + Array(count - ends + 1...count)
    }
  }
}

/// Which failures are tried, and for how long each lasts.
public struct SweepRule: Hashable, Sendable {
  public var selection: SweepSelection
  /// Whether the step alone fails (`false`), or all later ones too (`true`).
  public var durations: [Bool]

  public init(_ selection: SweepSelection = .all, durations: [Bool] = [false, true]) {
    self.selection = selection
    self.durations = durations
  }
}

/// The failures of a fork of one layout, by what fails.
struct SweepPlan {
  struct Row {
    var name: String
    /// The kind of step; nil for requests for tree nodes.
    var kind: FailureKind?
    /// How many such steps a fork makes that meets no failure.
    var steps: UInt64
  }

  let rows: [Row]
  let rule: SweepRule

  init(_ whole: ForkOutcome, _ rule: SweepRule) {
    self.rule = rule
    rows =
      FailureKind.allCases.map { Row(name: $0.word, kind: $0, steps: whole.steps.steps(of: $0)) }
      + [Row(name: "node-request", kind: nil, steps: whole.nodeRequests)]
  }

  /// The points that the rule selects.
  var selectedCount: Int {
    rows.reduce(0) { $0 + rule.selection.indices(of: $1.steps).count * rule.durations.count }
  }

  /// Some of these points, numbered from 0 in the order in which they are tried, each with the place of its row.
  func points(_ numbers: Range<Int> = 0..<Int.max) -> [(row: Int, failure: ForkFailure)] {
    var points: [(row: Int, failure: ForkFailure)] = []
    var start = 0
    for (place, row) in rows.enumerated() {
      for forever in rule.durations {
        let indices = rule.selection.indices(of: row.steps)
        for number in numbers.clamped(to: start..<start + indices.count) {
          let index = indices[number - start]
          points.append(
            (
              place,
              row.kind == nil ? .nodeRequest(index, forever: forever) : .step(index, kind: row.kind, forever: forever)
            ))
        }
        start += indices.count
      }
    }
    return points
  }
}

/// Trying all failures of a fork.
public enum ForkSweep {
  /// Forks a layout once for each failure that a fork of it can meet, once and for ever, and checks all laws each time.
  ///
  /// The points are numbered from 0 in the order in which they are tried, so that a sweep can be made in parts: the
  /// reports of all parts, added up, are that of the whole.
  /// - Parameters:
  ///   - points: The points to try. What is told once of a sweep, such as the address space, is in the report that has
  ///     point 0.
  ///   - willContinue: Asked after each point; `false` ends the sweep, whose report then says what was skipped.
  ///   - makeMap: Makes the trees.
  /// - Throws: `AddressSpaceError` where the layout itself does not fit.
  /// - Complexity: O(failures · (vmas + pages)), and a logarithm.
  public static func sweep<Map: RangeMap & ~Copyable>(
    _ layout: ForkLayout, _ options: ForkOptions, rule: SweepRule = SweepRule(),
    points: Range<Int> = 0..<Int.max, willContinue: () -> Bool = { true }, makeMap: @escaping (MapConfiguration) -> Map
  ) throws(AddressSpaceError) -> ForkSweepReport {
    var bench = ForkBench(parent: try layout.makeSpace(makeMap: makeMap))
    var report = ForkSweepReport(layout: layout.name, design: options.design)
    let isFirst = points.lowerBound == 0
    if isFirst { report.addSpace(vmas: bench.parent.counters.mapCount) }
    let whole = bench.run(options)
    if isFirst { report.add(whole, nil, of: layout) }
    let plan = SweepPlan(whole, rule)
    report.rows = plan.rows.map { row in
      let selected = rule.selection.indices(of: row.steps).count
      if !isFirst { return ForkSweepReport.Row(kind: row.name, existing: 0, selected: 0) }
      return ForkSweepReport.Row(
        kind: row.name, existing: Int(row.steps) * rule.durations.count, selected: selected * rule.durations.count)
    }
    for (place, failure) in plan.points(points) {
      if bench.isSpoiled { bench = ForkBench(parent: try layout.makeSpace(makeMap: makeMap)) }
      report.add(bench.run(options, failure: failure), failure, of: layout)
      report.rows[place].tried += 1
      if !willContinue() { break }
    }
    return report
  }

  /// How many points a sweep tries.
  /// - Throws: `AddressSpaceError` where the layout itself does not fit.
  /// - Complexity: That of one fork.
  public static func count<Map: RangeMap & ~Copyable>(
    _ layout: ForkLayout, _ options: ForkOptions, rule: SweepRule = SweepRule(),
    makeMap: @escaping (MapConfiguration) -> Map
  ) throws(AddressSpaceError) -> Int {
    var bench = ForkBench(parent: try layout.makeSpace(makeMap: makeMap))
    return SweepPlan(bench.run(options), rule).selectedCount
  }
}
