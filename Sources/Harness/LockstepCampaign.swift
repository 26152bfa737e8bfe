import Operations
import RangeMapCore

/// Generated runs in lockstep, one seed after the other, until enough operations were made or two trees part.
public struct LockstepCampaign<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable> {
  /// What the runs are: their seeds, openings, lengths and kinds of trees. None is a failure sweep.
  public var runs: Campaign<First>
  /// What the two are called.
  public var names = ("the first tree", "the second tree")
  private let makeSecond: (MapConfiguration) -> Second

  public init(
    firstSeed: UInt64, operationLimit: UInt64, operationsPerRun: Int = 10_000, configuration: MapConfiguration? = nil,
    makeFirst: @escaping (MapConfiguration) -> First, makeSecond: @escaping (MapConfiguration) -> Second
  ) {
    runs = Campaign(
      firstSeed: firstSeed, operationsPerRun: operationsPerRun, operationLimit: operationLimit, sweepInterval: 0,
      configuration: configuration, makeSubject: makeFirst)
    self.makeSecond = makeSecond
  }

  /// Runs until the limit or a difference, which is shrunk.
  public func run() -> RunSummary<Script> {
    var summary = RunSummary<Script>()
    while summary.operations < runs.operationLimit && summary.finding == nil {
      summary.add(run(number: summary.runs))
    }
    summary.finding = summary.finding.map { shrunk($0) }
    return summary
  }

  /// One run by its number, from 0: what it does depends on nothing else. A difference is not shrunk.
  public func run(
    number: UInt64, watch: RunWatch? = nil, shouldStop: () -> Bool = { false }, progress: (UInt64) -> Void = { _ in }
  ) -> RunSummary<Script> {
    var summary = RunSummary<Script>()
    summary.runs = 1
    let seed = runs.firstSeed &+ number
    var generator = runs.makeGenerator(seed: seed)
    let opening = runs.opening(ofSeed: seed)
    let kind = Self.kind(generator.configuration)
    var lockstep = Lockstep(configuration: kind, makeFirst: runs.makeSubject, makeSecond: makeSecond)
    lockstep.watch = watch
    var made = 0
    do throws(Lockstep<First, Second>.Difference) {
      while made < runs.operationsPerRun + opening.count {
        made += 1
        try lockstep.perform(made <= opening.count ? opening[made - 1] : generator.next())
        if made & 1023 == 0 {
          progress(lockstep.operations)
          if shouldStop() { break }
        }
      }
      try lockstep.perform(.verify)
      try lockstep.perform(.verify)
    } catch {
      summary.finding = Finding(
        script: script(seed: seed, count: made), violation: error.violation(naming: names), seed: seed)
    }
    summary.operations = lockstep.operations
    summary.walks = lockstep.walks
    return summary
  }

  /// The script of the first operations of a run.
  public func script(seed: UInt64, count: Int) -> Script {
    var script = runs.script(seed: seed, count: count)
    script.configuration = Self.kind(script.configuration)
    return script
  }

  /// The reference has one size of nodes.
  private static func kind(_ configuration: MapConfiguration) -> MapConfiguration {
    var kind = configuration
    kind.geometry = .linux64
    return kind
  }

  /// The difference that a script leads to.
  public func violation(of script: Script, watch: RunWatch? = nil) -> Violation? {
    Lockstep.difference(of: script, watch: watch, makeFirst: runs.makeSubject, makeSecond: makeSecond)?
      .violation(naming: names)
  }

  /// The smallest script that leads to a difference of the same kind, and that difference.
  public func shrunk(
    _ finding: Finding<Script>, limits: ShrinkLimits = ShrinkLimits(calls: .max, attempts: 5_000)
  ) -> Finding<Script> {
    finding.shrunkOnce(limits: limits) { script, _ in violation(of: script) } ?? finding
  }
}
