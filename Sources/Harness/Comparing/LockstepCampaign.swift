import Operations
import RangeMapCore

/// Generated runs on two trees of one algorithm, compared until they part: the reference, and a tree that must have its
/// nodes.
public struct LockstepCampaign<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable> {
  /// The comparison. None of its runs is a failure sweep.
  public var comparison: ComparisonCampaign<First, Second>
  /// What the two are called.
  public var names = ("the first tree", "the second tree")

  public init(
    firstSeed: UInt64, operationLimit: UInt64, configuration: MapConfiguration? = nil,
    makeFirst: @escaping (MapConfiguration) -> First, makeSecond: @escaping (MapConfiguration) -> Second
  ) {
    var options = ComparisonOptions()
    options.isLockstep = true
    options.skippedKinds = First.unsupportedKinds(makeFirst)
    let runs = Campaign(
      firstSeed: firstSeed, operationLimit: operationLimit, sweepInterval: 0, configuration: configuration,
      makeSubject: makeFirst)
    comparison = ComparisonCampaign(runs: runs, options: options, makeFirst: makeFirst, makeSecond: makeSecond)
  }

  /// Runs until the limit or a difference, which is shrunk.
  public func run() -> RunSummary<Script> {
    var summary = RunSummary<Script>()
    while summary.operations < comparison.runs.operationLimit && summary.finding == nil {
      summary.add(run(number: summary.runs))
    }
    summary.finding = summary.finding.map { shrunk($0) }
    return summary
  }

  /// One run by its number, from 0: what it does depends on nothing else. A difference is not shrunk.
  public func run(
    number: UInt64, watch: RunWatch? = nil, shouldStop: () -> Bool = { false }, progress: (UInt64) -> Void = { _ in }
  ) -> RunSummary<Script> {
    var comparison = comparison
    comparison.options.watch = watch
    let found = comparison.run(number: number, shouldStop: shouldStop, progress: progress)
    var summary = RunSummary<Script>()
    (summary.runs, summary.operations, summary.walks) = (1, found.operations, found.walks)
    for (kind, count) in found.skipped { summary.skipped[kind.name] = count }
    summary.finding = found.differences.first.map { difference in
      Finding(
        script: comparison.script(number: number, count: difference.operationIndex + 1),
        violation: difference.violation(naming: names), seed: comparison.runs.firstSeed &+ number)
    }
    return summary
  }

  /// The difference that a script leads to.
  public func violation(of script: Script, watch: RunWatch? = nil) -> Violation? {
    var options = comparison.options.thorough
    options.watch = watch
    return Comparison.run(
      script, options: options, makeFirst: comparison.makeFirst, makeSecond: comparison.makeSecond
    ).differences.first?.violation(naming: names)
  }

  /// The smallest script that leads to a difference of the same kind, and that difference.
  public func shrunk(
    _ finding: Finding<Script>, limits: ShrinkLimits = ShrinkLimits(calls: .max, attempts: 5_000)
  ) -> Finding<Script> {
    finding.shrunkOnce(limits: limits) { script, _ in violation(of: script) } ?? finding
  }
}

extension MapDifference {
  /// The difference as a violation, with the name of the tree before what each did: a reader must not have to know
  /// which one is the reference.
  func violation(naming names: (first: String, second: String)) -> Violation {
    Violation(
      kind: .treesDiffer, operationIndex: operationIndex, operation: operation,
      expected: "\(group.aspect.rawValue) of \(names.first): \(first)",
      found: "\(group.aspect.rawValue) of \(names.second): \(second)")
  }
}
