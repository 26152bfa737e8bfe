import Harness
import Operations
import RangeMapCore

/// The same operations on two subjects, generated or of scripts, within limits.
struct CompareWork: PairWork {
  /// A script that was named, instead of generated runs.
  struct NamedScript {
    var file: String
    var script: Script
  }

  var seed: UInt64
  var limits = CheckLimits()
  /// The kind of all trees; `nil` lets each seed choose.
  var configuration: MapConfiguration?
  var scripts: [NamedScript] = []
  var options = ComparisonOptions()

  /// Compares two subjects, and says which they are.
  func run(_ first: SubjectName, _ second: SubjectName) throws -> CompareReport {
    var work = self
    let (one, other) = (try first.comparisonOptions(), try second.comparisonOptions())
    work.options.skippedKinds = one.skippedKinds.union(other.skippedKinds)
    work.options.comparesShapes = one.comparesShapes && other.comparesShapes
    work.options.comparesCounts = one.comparesCounts && other.comparesCounts
    var report = try first.run(with: second, work)
    report.first = CompareReport.Side(first)
    report.second = CompareReport.Side(second)
    report.comparesShapes = work.options.comparesShapes
    report.comparesCounts = work.options.comparesCounts
    return report
  }

  func run<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable>(
    _ makeFirst: @escaping (MapConfiguration) -> First, _ makeSecond: @escaping (MapConfiguration) -> Second
  ) throws -> CompareReport {
    var options = options
    options.skippedKinds.formUnion(First.unsupportedKinds(makeFirst))
    options.skippedKinds.formUnion(Second.unsupportedKinds(makeSecond))
    let runs = Campaign(
      firstSeed: seed, configuration: configuration, makeSubject: makeFirst)
    let campaign = ComparisonCampaign(runs: runs, options: options, makeFirst: makeFirst, makeSecond: makeSecond)
    return SharedComparison(work: self, campaign: campaign).run()
  }
}
