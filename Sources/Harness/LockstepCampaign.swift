import Operations
import RangeMapCore

/// Generated runs in lockstep, one seed after the other, until enough operations were made or two trees part.
public struct LockstepCampaign<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable> {
  /// What came of it.
  public struct Summary: Sendable {
    public var operations: UInt64 = 0
    public var runs: UInt64 = 0
    /// How often all nodes of both trees were compared.
    public var walks: UInt64 = 0
    /// The first difference, the script that leads to it, and the seed.
    public var difference: Lockstep<First, Second>.Difference?
    public var script: Script?
    public var seed: UInt64?

    public init() {}

    /// Adds what came of the next run.
    mutating func add(_ other: Summary) {
      operations += other.operations
      runs += other.runs
      walks += other.walks
      difference = difference ?? other.difference
      script = script ?? other.script
      seed = seed ?? other.seed
    }
  }

  public var firstSeed: UInt64
  public var operationLimit: UInt64
  public var operationsPerRun: Int
  public var configuration: MapConfiguration?
  /// What every run begins with, before its generated operations.
  public var opening: [Operation] = []
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

  /// Runs until the limit, a difference, which is shrunk, or until `shouldStop` says so, which is asked now and then.
  /// - Parameter attempts: the greatest number of runs that shrinking makes.
  public func run(shouldStop: () -> Bool = { false }, attempts: Int = 5000) -> Summary {
    var summary = Summary()
    while summary.operations < operationLimit && !shouldStop() && operationsPerRun > 0 {
      summary.add(run(number: summary.runs, shouldStop: shouldStop))
      if summary.difference != nil { return shrunk(summary, attempts: attempts) }
    }
    return summary
  }

  /// One run by its number, from 0: what it does depends on nothing else. A difference is not shrunk.
  public func run(
    number: UInt64, watch: RunWatch? = nil, shouldStop: () -> Bool = { false }, progress: (UInt64) -> Void = { _ in }
  ) -> Summary {
    var summary = Summary()
    summary.runs = 1
    let seed = firstSeed &+ number
    var generator = makeGenerator(seed: seed)
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
      summary.difference = error
      summary.seed = seed
      summary.script = script(seed: seed, count: made)
    }
    summary.operations = lockstep.operations
    summary.walks = lockstep.walks
    return summary
  }

  /// The script of the first operations of a run.
  public func script(seed: UInt64, count: Int) -> Script {
    var generator = makeGenerator(seed: seed)
    let generated = (0..<max(0, count - opening.count)).map { _ in generator.next() }
    return Script(configuration: kind(of: generator), operations: opening.prefix(count) + generated)
  }

  private func makeGenerator(seed: UInt64) -> OperationGenerator {
    OperationGenerator(seed: seed, configuration: configuration)
  }

  private func kind(of generator: OperationGenerator) -> MapConfiguration {
    var kind = generator.configuration
    // The reference has one size of nodes.
    kind.geometry = .linux64
    return kind
  }

  /// What was found, with the smallest script that leads to a difference of the same kind, and that difference.
  public func shrunk(_ summary: Summary, attempts: Int = 5000) -> Summary {
    shrunk(summary, limits: ShrinkLimits(calls: .max, attempts: attempts))
  }

  /// As above, within any limits.
  public func shrunk(_ summary: Summary, limits: ShrinkLimits) -> Summary {
    func find(_ script: Script) -> Lockstep<First, Second>.Difference? {
      Lockstep.difference(of: script, makeFirst: makeFirst, makeSecond: makeSecond)
    }
    guard let script = summary.script, let first = find(script) else { return summary }
    var start = script
    start.operations = Array(script.operations.prefix(first.operationIndex + 1))
    var summary = summary
    let smallest = Shrinker.shrink(start, limits: limits) { candidate in
      let difference = find(candidate)
      return difference?.kind == first.kind ? difference?.operationIndex : nil
    }.script
    summary.script = smallest
    summary.difference = find(smallest)
    return summary
  }
}
