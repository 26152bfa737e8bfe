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
    /// The first difference, the shrunk script that leads to it, and the seed.
    public var difference: Lockstep<First, Second>.Difference?
    public var script: Script?
    public var seed: UInt64?
  }

  public var firstSeed: UInt64
  public var operationLimit: UInt64
  public var operationsPerRun: Int
  public var configuration: MapConfiguration?
  let makeFirst: (MapConfiguration) -> First
  let makeSecond: (MapConfiguration) -> Second

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

  /// Runs until the limit, a difference, or until `shouldStop` says so, which is asked before each run.
  /// - Parameter attempts: the greatest number of runs that shrinking makes.
  public func run(shouldStop: () -> Bool = { false }, attempts: Int = 5000) -> Summary {
    var summary = Summary()
    var seed = firstSeed
    while summary.operations < operationLimit && !shouldStop() && operationsPerRun > 0 {
      summary.runs += 1
      var generator = OperationGenerator(seed: seed, configuration: configuration)
      var kind = generator.configuration
      // The reference has one size of nodes.
      kind.geometry = .linux64
      var lockstep = Lockstep(configuration: kind, makeFirst: makeFirst, makeSecond: makeSecond)
      var made: [Operation] = []
      do throws(Lockstep<First, Second>.Difference) {
        for _ in 0..<operationsPerRun {
          let operation = generator.next()
          made.append(operation)
          try lockstep.perform(operation)
        }
        try lockstep.perform(.verify)
      } catch {
        summary.difference = error
        summary.seed = seed
        summary.script = shrunk(Script(configuration: kind, operations: made), attempts: attempts, &summary.difference)
      }
      summary.operations += lockstep.operations
      summary.walks += lockstep.walks
      if summary.difference != nil { return summary }
      seed &+= 1
    }
    return summary
  }

  private func shrunk(
    _ script: Script, attempts: Int, _ difference: inout Lockstep<First, Second>.Difference?
  ) -> Script {
    func find(_ script: Script) -> Lockstep<First, Second>.Difference? {
      Lockstep.difference(of: script, makeFirst: makeFirst, makeSecond: makeSecond)
    }
    guard let first = find(script) else { return script }
    var start = script
    start.operations = Array(script.operations.prefix(first.operationIndex + 1))
    let smallest = Shrinker.shrink(start, attempts: attempts) { find($0) != nil }
    difference = find(smallest)
    return smallest
  }
}
