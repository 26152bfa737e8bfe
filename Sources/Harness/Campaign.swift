import Operations
import RangeMapCore

/// Generated runs, one seed after the other, until a limit is reached or something is found.
///
/// A run is a pure function of its seed and of the lengths here. Only where the campaign stops may depend on a clock,
/// and the clock is the caller's.
public struct Campaign<Subject: RangeMap & ~Copyable> {
  /// The seed of the first run; each next run has the next one.
  public var firstSeed: UInt64
  /// Operations of a run.
  public var operationsPerRun: Int
  /// No run begins after this many calls.
  public var operationLimit: UInt64
  /// Every run of this number, counted from 1, is a failure sweep; 0 for none.
  public var sweepInterval: UInt64
  /// Operations of a run that is a sweep.
  public var operationsPerSweep: Int
  /// The kind of all maps; `nil` lets each seed choose.
  public var configuration: MapConfiguration?
  /// The schedule of the costly checks.
  public var options: RunnerOptions
  /// Scripts with one of which every run begins, in turn, on a map of its kind, before its generated operations, which
  /// then are near the ranges stored there.
  public var openings: [Script] = []
  @usableFromInline let makeSubject: (MapConfiguration) -> Subject

  @inlinable
  public init(
    firstSeed: UInt64, operationsPerRun: Int = 10_000, operationLimit: UInt64 = .max, sweepInterval: UInt64 = 25,
    operationsPerSweep: Int = 400, configuration: MapConfiguration? = nil, options: RunnerOptions = .fast,
    makeSubject: @escaping (MapConfiguration) -> Subject
  ) {
    self.firstSeed = firstSeed
    self.operationsPerRun = operationsPerRun
    self.operationLimit = operationLimit
    self.sweepInterval = sweepInterval
    self.operationsPerSweep = operationsPerSweep
    self.configuration = configuration
    self.options = options
    self.makeSubject = makeSubject
  }

  /// Runs until the operation limit, a finding, or until `shouldStop` says so.
  /// - Parameters:
  ///   - shouldStop: asked before each run and every few thousand operations.
  ///   - progress: told the number of calls so far, as often.
  @inlinable
  public func run(
    shouldStop: () -> Bool = { false }, progress: (UInt64) -> Void = { _ in }
  ) -> RunSummary<Script> {
    var summary = RunSummary<Script>()
    while summary.operations < operationLimit && !shouldStop() && operationsPerRun > 0 {
      let before = summary.operations
      summary.add(run(number: summary.runs, shouldStop: shouldStop, progress: { progress(before + $0) }))
      progress(summary.operations)
      if summary.finding != nil { return summary }
    }
    return summary
  }

  /// One run by its number, from 0: what it does depends on nothing else.
  @inlinable
  public func run(
    number: UInt64, shouldStop: () -> Bool = { false }, progress: (UInt64) -> Void = { _ in }
  ) -> RunSummary<Script> {
    let seed = firstSeed &+ number
    var summary = RunSummary<Script>()
    summary.runs = 1
    if isSweep(number: number) {
      sweep(seed, &summary, shouldStop, progress)
    } else {
      runOnce(seed, &summary, shouldStop, progress)
    }
    return summary
  }

  /// Whether a run is a failure sweep.
  @inlinable
  public func isSweep(number: UInt64) -> Bool { sweepInterval != 0 && (number + 1) % sweepInterval == 0 }

  /// The script that a sweep of a seed is over.
  @inlinable
  public func sweptScript(seed: UInt64) -> Script {
    script(seed: seed, count: opening(ofSeed: seed).count + operationsPerSweep)
  }

  /// The script of a generated run: the opening, and as many operations of the seed as make up the count.
  public func script(seed: UInt64, count: Int) -> Script {
    var generator = makeGenerator(seed: seed)
    let opening = opening(ofSeed: seed)
    let generated = (0..<max(0, count - opening.count)).map { _ in generator.next() }
    return Script(configuration: generator.configuration, operations: opening.prefix(max(0, count)) + generated)
  }

  /// The script that the run of a seed begins with; nil where all runs begin alike.
  private func openingScript(ofSeed seed: UInt64) -> Script? {
    openings.isEmpty ? nil : openings[Int((seed &- firstSeed) % UInt64(openings.count))]
  }

  /// What the run of a seed begins with.
  @usableFromInline
  func opening(ofSeed seed: UInt64) -> [Operation] { openingScript(ofSeed: seed)?.operations ?? [] }

  @usableFromInline
  func makeGenerator(seed: UInt64) -> OperationGenerator {
    let opening = opening(ofSeed: seed)
    let indices = opening.compactMap { $0.kind == .store ? $0.range.first : nil }
    let kind = openingScript(ofSeed: seed)?.configuration ?? configuration
    return OperationGenerator(seed: seed, configuration: kind, near: indices)
  }

  @inlinable
  func runOnce(
    _ seed: UInt64, _ summary: inout RunSummary<Script>, _ shouldStop: () -> Bool, _ progress: (UInt64) -> Void
  ) {
    var generator = makeGenerator(seed: seed)
    let opening = opening(ofSeed: seed)
    var runner = Runner(configuration: generator.configuration, options: options, makeSubject: makeSubject)
    var made = 0
    while made < operationsPerRun {
      made += 1
      if !runner.perform(made <= opening.count ? opening[made - 1] : generator.next()) { break }
      if made & 4095 == 0 {
        progress(runner.progress.calls)
        if shouldStop() { break }
      }
    }
    _ = runner.finish()
    summary.add(runner.report)
    if let violation = runner.progress.violation {
      summary.finding = Finding(script: script(seed: seed, count: made), violation: violation, seed: seed)
    }
  }

  @inlinable
  func sweep(
    _ seed: UInt64, _ summary: inout RunSummary<Script>, _ shouldStop: () -> Bool, _ progress: (UInt64) -> Void
  ) {
    let sweep = FailureSweep(sweptScript(seed: seed), options: options, makeSubject: makeSubject)
    let report = sweep.run(shouldStop: shouldStop, progress: progress)
    summary.add(report)
    summary.finding = report.finding
    summary.finding?.seed = seed
  }
}
