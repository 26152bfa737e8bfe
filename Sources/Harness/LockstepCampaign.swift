import Operations
import RangeMapCore

/// Generated runs in lockstep, one seed after the other, until enough operations were made or two trees part.
public struct LockstepCampaign<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable> {
  public var firstSeed: UInt64
  public var operationLimit: UInt64
  public var operationsPerRun: Int
  public var configuration: MapConfiguration?
  /// Scripts with one of which every run begins, in turn, on a tree of its kind.
  public var openings: [Script] = []
  /// What the two are called.
  public var names = ("the first tree", "the second tree")
  public let makeFirst: (MapConfiguration) -> First
  public let makeSecond: (MapConfiguration) -> Second

  public init(
    firstSeed: UInt64, operationLimit: UInt64, operationsPerRun: Int = 10_000, configuration: MapConfiguration? = nil,
    makeFirst: @escaping (MapConfiguration) -> First, makeSecond: @escaping (MapConfiguration) -> Second
  ) {
    self.firstSeed = firstSeed
    self.operationLimit = operationLimit
    self.operationsPerRun = operationsPerRun
    self.configuration = configuration
    self.makeFirst = makeFirst
    self.makeSecond = makeSecond
  }

  /// Runs until the limit or a difference, which is shrunk.
  public func run() -> RunSummary<Script> {
    var summary = RunSummary<Script>()
    while summary.operations < operationLimit && summary.finding == nil {
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
    let seed = firstSeed &+ number
    var generator = makeGenerator(seed: seed)
    let opening = opening(ofSeed: seed)?.operations ?? []
    var lockstep = Lockstep(configuration: kind(of: generator), makeFirst: makeFirst, makeSecond: makeSecond)
    lockstep.watch = watch
    var made = 0
    do throws(Lockstep<First, Second>.Difference) {
      while made < operationsPerRun + opening.count {
        made += 1
        try lockstep.perform(made <= opening.count ? opening[made - 1] : generator.next())
        if made & 1023 == 0 {
          progress(lockstep.operations)
          if shouldStop() { break }
        }
      }
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
    var generator = makeGenerator(seed: seed)
    let opening = opening(ofSeed: seed)?.operations ?? []
    let generated = (0..<max(0, count - opening.count)).map { _ in generator.next() }
    return Script(configuration: kind(of: generator), operations: opening.prefix(count) + generated)
  }

  private func makeGenerator(seed: UInt64) -> OperationGenerator {
    OperationGenerator(seed: seed, configuration: opening(ofSeed: seed)?.configuration ?? configuration)
  }

  /// What the run of a seed begins with; `nil` if all runs begin alike.
  private func opening(ofSeed seed: UInt64) -> Script? {
    openings.isEmpty ? nil : openings[Int((seed &- firstSeed) % UInt64(openings.count))]
  }

  private func kind(of generator: OperationGenerator) -> MapConfiguration {
    var kind = generator.configuration
    // The reference has one size of nodes.
    kind.geometry = .linux64
    return kind
  }

  /// The difference that a script leads to.
  public func violation(of script: Script, watch: RunWatch? = nil) -> Violation? {
    Lockstep.difference(of: script, watch: watch, makeFirst: makeFirst, makeSecond: makeSecond)?
      .violation(naming: names)
  }

  /// The smallest script that leads to a difference of the same kind, and that difference.
  public func shrunk(
    _ finding: Finding<Script>, limits: ShrinkLimits = ShrinkLimits(calls: .max, attempts: 5_000)
  ) -> Finding<Script> {
    finding.shrunkOnce(limits: limits) { script, _ in violation(of: script) } ?? finding
  }
}
