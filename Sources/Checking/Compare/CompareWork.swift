import Harness
import Operations
import RangeMapCore
import Subjects

/// The same operations on two subjects, generated or of scripts, within limits.
package struct CompareWork: PairWork {
  var seed: UInt64
  var limits: CheckLimits
  /// The kind of all trees; `nil` lets each seed choose.
  var configuration: MapConfiguration?
  /// Scripts that were named, instead of generated runs.
  var scripts: [Script]
  var options = ComparisonOptions()

  package init(
    seed: UInt64 = 1, limits: CheckLimits, configuration: MapConfiguration? = nil, scripts: [Script] = []
  ) {
    (self.seed, self.limits, self.configuration, self.scripts) = (seed, limits, configuration, scripts)
  }

  /// Compares two subjects, and says which they are.
  package func run(_ first: SubjectName, _ second: SubjectName) throws -> CompareReport {
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

  package func run<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable>(
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
