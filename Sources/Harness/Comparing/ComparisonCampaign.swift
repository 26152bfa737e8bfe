import Operations
import RangeMapCore

/// Generated runs on two maps, one seed after the other: those of `Campaign`, failure sweeps among them.
public struct ComparisonCampaign<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable> {
  /// The runs, of which only the operations matter here.
  public var runs: Campaign<First>
  public var options: ComparisonOptions
  public let makeFirst: (MapConfiguration) -> First
  public let makeSecond: (MapConfiguration) -> Second

  public init(
    runs: Campaign<First>, options: ComparisonOptions, makeFirst: @escaping (MapConfiguration) -> First,
    makeSecond: @escaping (MapConfiguration) -> Second
  ) {
    self.runs = runs
    self.options = options
    self.makeFirst = makeFirst
    self.makeSecond = makeSecond
  }

  /// One run by its number, from 0: what it does depends on nothing else.
  public func run(
    number: UInt64, shouldStop: () -> Bool = { false }, progress: (UInt64) -> Void = { _ in }
  ) -> ComparisonSummary {
    var source = OperationSource(self, number: number)
    var comparison = makeComparison(source.configuration)
    while let operation = source.next(afterLackOfMemory: comparison.lastLackedMemory) {
      comparison.perform(operation)
      if comparison.wantsTrace {
        comparison.settle(trace(number: number, after: comparison.lastMeeting, through: comparison.operationIndex))
      }
      if comparison.hasEnded || options.isLockstep && !comparison.differences.isEmpty { break }
      if comparison.operationIndex & 1023 == 1023 {
        progress(comparison.operations)
        if shouldStop() { break }
      }
    }
    let last = comparison.operationIndex
    comparison.finish()
    if comparison.wantsTrace {
      comparison.settle(trace(number: number, after: comparison.lastMeeting, through: last))
    }
    var summary = comparison.summary
    summary.isSweep = runs.isSweep(number: number)
    return summary
  }

  /// The script of the first operations of a run. A sweep's depends on what the maps answer, so it is made anew.
  public func script(number: UInt64, count: Int) -> Script {
    var source = OperationSource(self, number: number)
    guard runs.isSweep(number: number) else {
      return Script(configuration: source.configuration, operations: source.next(count))
    }
    var comparison = makeComparison(source.configuration)
    comparison.comparesNodesAfter = .max
    var done: [Operation] = []
    while done.count < count, let operation = source.next(afterLackOfMemory: comparison.lastLackedMemory) {
      done.append(operation)
      if done.count < count { comparison.perform(operation) }
    }
    return Script(configuration: source.configuration, operations: done)
  }

  private func makeComparison(_ configuration: MapConfiguration) -> Comparison<First, Second> {
    Comparison(configuration: configuration, options: options, makeFirst: makeFirst, makeSecond: makeSecond)
  }

  /// Makes a run anew, and looks at all nodes after each write that follows a call after which the shapes were the
  /// same: up to the first difference.
  private func trace(number: UInt64, after start: UInt64, through last: Int) -> [MapDifference] {
    var source = OperationSource(self, number: number)
    var comparison = makeComparison(source.configuration)
    comparison.options.walksOften = true
    comparison.comparesNodesAfter = start
    while comparison.operationIndex < last,
      let operation = source.next(afterLackOfMemory: comparison.lastLackedMemory)
    {
      comparison.perform(operation)
      if comparison.haveParted || comparison.hasEnded || comparison.hasNoted(\.needsShapes) { break }
    }
    return comparison.differences.filter { $0.group.aspect.needsShapes }
  }
}

extension ComparisonCampaign where First: ~Copyable, Second: ~Copyable {
  /// The operations of a run. In a sweep each operation that may allocate is made with request 1, 2, 3 ... and all
  /// later ones refused, until it does not lack memory on both sides.
  private struct OperationSource {
    private var generator: OperationGenerator?
    private var swept: [Operation] = []
    private var place = 0
    private var left: Int
    private var request: UInt64 = 0
    private var isOrdered = false
    private let opening: [Operation]
    let configuration: MapConfiguration

    /// The greatest request of one operation that is refused.
    private static var greatestRequest: UInt64 { 64 }

    init(_ campaign: ComparisonCampaign, number: UInt64) {
      let runs = campaign.runs
      let seed = runs.firstSeed &+ number
      opening = runs.opening(ofSeed: seed)
      if runs.isSweep(number: number) {
        let script = runs.sweptScript(seed: seed)
        swept = script.operations.flatMap { $0.expandedForSweep }.filter { $0.kind != .interlope }
        configuration = Self.kind(script.configuration)
        left = 0
      } else {
        let generator = runs.makeGenerator(seed: seed)
        configuration = Self.kind(generator.configuration)
        self.generator = generator
        left = runs.operationsPerRun + opening.count
      }
    }

    /// Both maps have one size of nodes.
    private static func kind(_ configuration: MapConfiguration) -> MapConfiguration {
      var kind = configuration
      kind.geometry = .linux64
      return kind
    }

    /// The next operation.
    /// - Parameter lacked: whether the last one lacked memory on both sides.
    mutating func next(afterLackOfMemory lacked: Bool) -> Operation? {
      guard generator == nil else { return nextGenerated() }
      if isOrdered {
        isOrdered = false
        return swept[place]
      }
      if request > 0, !lacked || request == Self.greatestRequest {
        // The operation is done, with whatever outcome, or is done now.
        let isDone = !lacked
        request = 0
        place += 1
        if !isDone { return swept[place - 1] }
      }
      guard place < swept.count else { return nil }
      guard swept[place].kind.mayAllocate else {
        place += 1
        return swept[place - 1]
      }
      request += 1
      isOrdered = true
      return .failAllocation(request, forever: true)
    }

    private mutating func nextGenerated() -> Operation? {
      guard left > 0 else { return nil }
      left -= 1
      place += 1
      return place <= opening.count ? opening[place - 1] : generator?.next()
    }

    /// The next operations of a run that is no sweep.
    mutating func next(_ count: Int) -> [Operation] {
      var operations: [Operation] = []
      while operations.count < count, let operation = next(afterLackOfMemory: false) { operations.append(operation) }
      return operations
    }
  }
}
