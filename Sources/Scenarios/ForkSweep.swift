import AddressSpaceModel
import RangeMapCore

/// Which of the failures of a fork are tried.
public enum SweepSelection: Hashable, Sendable {
  case all
  /// Of each kind the first and the last `ends`, and every `stride`th between.
  case ends(UInt64, stride: UInt64)

  /// The numbers that are tried, of `count`.
  func indices(of count: UInt64) -> [UInt64] {
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

/// What a sweep found.
public struct ForkSweepReport: Sendable {
  public var layout: String
  public var design: ForkDesignName
  public var vmas: Int
  /// The forks tried, by what failed in them.
  public var points: [(kind: String, count: Int)] = []
  /// The failures that there are, whether tried or not.
  public var existing = 0
  /// The forks that failed; a tree request that is refused once may be served when it is repeated.
  public var failedForks = 0
  /// How many points broke each law.
  public var violations: [ForkLaw: Int] = [:]
  /// The first point that broke a law.
  public var firstViolation: (failure: ForkFailure, violation: ForkViolation)?

  /// The forks tried.
  public var pointsTried: Int { points.reduce(0) { $0 + $1.count } }
}

/// Trying all failures of a fork.
public enum ForkSweep {
  /// Forks a layout once for each failure that a fork of it can meet, once and for ever, and checks all laws each time.
  ///
  /// - Parameters:
  ///   - durations: Whether the step alone fails, or all later ones too; both where nothing is said.
  ///   - makeMap: Makes the trees.
  /// - Throws: `AddressSpaceError` where the layout itself does not fit.
  /// - Complexity: O(failures · (vmas + pages)), and a logarithm.
  public static func sweep<Map: RangeMap & ~Copyable>(
    _ layout: ForkLayout, _ options: ForkOptions, selection: SweepSelection = .all, durations: [Bool] = [false, true],
    makeMap: @escaping (MapConfiguration) -> Map
  ) throws(AddressSpaceError) -> ForkSweepReport {
    var bench = ForkBench(parent: try layout.makeSpace(makeMap: makeMap))
    var report = ForkSweepReport(layout: layout.name, design: options.design, vmas: layout.mappings.count)
    let whole = bench.run(options)
    report.add(whole, .none)
    report.vmas = bench.parent.counters.mapCount
    var kinds: [(name: String, count: UInt64, kind: FailureKind?)] = FailureKind.allCases.map {
      ("\($0.word)", whole.steps.steps(of: $0), $0)
    }
    kinds.append(("node-request", whole.nodeRequests, nil))
    for kind in kinds {
      report.existing += Int(kind.count) * durations.count
      var tried = 0
      for forever in durations {
        for index in selection.indices(of: kind.count) {
          if bench.isSpoiled { bench = ForkBench(parent: try layout.makeSpace(makeMap: makeMap)) }
          let failure: ForkFailure =
            kind.kind == nil
            ? .nodeRequest(index, forever: forever) : .step(index, kind: kind.kind, forever: forever)
          report.add(bench.run(options, failure: failure), failure)
          tried += 1
        }
      }
      report.points.append((kind.name, tried))
    }
    return report
  }
}

extension ForkSweepReport {
  fileprivate mutating func add(_ outcome: ForkOutcome, _ failure: ForkFailure) {
    if outcome.error != nil { failedForks += 1 }
    for law in Set(outcome.violations.map(\.law)) { violations[law, default: 0] += 1 }
    if firstViolation == nil, let violation = outcome.violations.first { firstViolation = (failure, violation) }
  }
}
