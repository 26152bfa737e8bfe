import Harness
import Operations
import RangeMapCore
import Reports
import Support
import Workers

/// Scripts of a tree, on a subject and the oracle beside it.
struct TreeWorld<Subject: RangeMap & ~Copyable>: ReplayedWorld {
  var campaign: Campaign<Subject>
  var makeSubject: (MapConfiguration) -> Subject
  var words = WorldWords()

  /// A world whose runs nobody makes: for scripts.
  init(skipping kinds: Set<OperationKind>, makeSubject: @escaping (MapConfiguration) -> Subject) {
    self.init(Campaign(firstSeed: 0, makeSubject: makeSubject), skipping: kinds, makeSubject: makeSubject)
  }

  init(
    _ campaign: Campaign<Subject>, skipping kinds: Set<OperationKind>,
    makeSubject: @escaping (MapConfiguration) -> Subject
  ) {
    self.campaign = campaign
    self.campaign.options.skippedKinds = kinds
    self.makeSubject = makeSubject
  }

  /// The schedule of the runs, with a watch.
  private func options(_ watch: RunWatch, isThorough: Bool = false) -> RunnerOptions {
    var options = isThorough ? campaign.options.thorough : campaign.options
    options.watch = watch
    return options
  }

  // MARK: Runs

  var runsPerPiece: Int { 8 }

  func seed(ofRun number: UInt64) -> UInt64 { campaign.firstSeed &+ number }

  func run(number: UInt64, _ context: RunContext) -> RunSummary<Script> {
    var campaign = campaign
    campaign.options.watch = context.watch
    return campaign.run(number: number, shouldStop: context.shouldStop, progress: context.progress)
  }

  func script(ofRun number: UInt64, at place: WorkerPlace) -> Script {
    let (seed, count) = (seed(ofRun: number), place.operation + 1)
    guard campaign.isSweep(number: number) else {
      return campaign.script(seed: seed, count: min(count, campaign.operationsPerRun))
    }
    let swept = campaign.sweptScript(seed: seed)
    if place.pass == 0 { return swept }
    return FailureSweep(swept, options: campaign.options, makeSubject: makeSubject)
      .script(ofPass: place.pass - 1, count: count)
  }

  // MARK: Findings

  func violation(
    of script: Script, like wanted: Violation?, isThorough: Bool, watch: RunWatch
  ) -> Violation? {
    Runner<Subject>.violation(
      of: script, options: options(watch, isThorough: isThorough), makeSubject: makeSubject)
  }

  var schedules: [TreeWorld] {
    [campaign.options, FuzzingLimits.tree.schedule, campaign.options.thorough].map { schedule in
      var world = self
      world.campaign.options = schedule
      world.campaign.options.skippedKinds = campaign.options.skippedKinds
      return world
    }
  }

  func shrunk(
    _ finding: Finding<Script>, limits: ShrinkLimits, isApart: Bool,
    find: @escaping (Script, Violation?, Bool) -> Violation?
  ) -> Finding<Script> { finding.shrunk(limits: limits) { find($0, nil, $1) } }

  func shape(of finding: Finding<Script>) -> FindingShape { FindingShape(finding) }

  // MARK: Replay

  /// Whether the first pass has every check after every call: what a campaign finds on its schedule may not show on
  /// another one, so that a second pass has it.
  private func passes(of script: Script) -> [Bool] {
    script.operations.count <= ReplayWork.greatestThorough ? [true, false] : [false]
  }

  func replay(
    _ script: Script, withFailures: Bool, _ context: RunContext, steps: ReplaySteps?
  ) -> ReplayResult {
    var result = ReplayResult()
    func shouldStop() -> Bool { Interruption.isRequested || context.shouldStop() }
    for (pass, isThorough) in passes(of: script).enumerated() {
      var options = options(context.watch, isThorough: isThorough)
      options.collectsMarks = false
      runOnce(script, options, isFirst: pass == 0, &result, shouldStop, pass == 0 ? steps : nil)
      if result.violation != nil || shouldStop() { break }
    }
    if withFailures && result.violation == nil && !shouldStop() {
      let sweep = FailureSweep(script, options: options(context.watch), makeSubject: makeSubject)
        .run(shouldStop: shouldStop)
      result.calls += sweep.calls
      result.refusals += sweep.refusedAttempts
      result.violation = sweep.finding?.violation
      result.isInScript = sweep.finding == nil
    }
    result.counts = [result.operations == 1 ? "1 operation" : "\(result.operations) operations"]
    if result.skipped > 0 {
      result.counts.append("\(result.skipped) of them not made, for the subject does not have them")
    }
    if result.refusals > 0 {
      result.counts.append("\(result.refusals) \(result.refusals == 1 ? "request" : "requests") for memory refused")
    }
    if result.calls == 0 { result.doubts = ["no operation was made, so nothing was checked"] }
    return result
  }

  private func runOnce(
    _ script: Script, _ options: RunnerOptions, isFirst: Bool, _ result: inout ReplayResult,
    _ shouldStop: () -> Bool, _ steps: ReplaySteps?
  ) {
    var runner = Runner(configuration: script.configuration, options: options, makeSubject: makeSubject)
    for (place, operation) in script.operations.enumerated() {
      if shouldStop() { break }
      let before = runner.progress
      steps?.begin(place)
      let goesOn = runner.perform(operation)
      if isFirst {
        result.operations += 1
        if runner.progress.lastResult == .skipped && !operation.kind.isOrder { result.skipped += 1 }
      }
      if let steps {
        let cursor = operation.usedCursor.map { runner.cursorState($0) }
        var text = TraceText.text(operation, before, runner.progress, cursor: cursor)
        if let kind = runner.progress.violation?.kind { text += "; VIOLATION: \(kind.rawValue)" }
        steps.end(place, text)
      }
      if !goesOn { break }
    }
    _ = runner.finish()
    result.calls += runner.progress.calls
    // Another schedule of checks makes the same calls again.
    if isFirst { result.refusals += runner.progress.refusals }
    result.violation = runner.progress.violation
  }

  func replayedScript(of script: Script, at place: WorkerPlace) -> Script? {
    let passes = UInt64(passes(of: script).count)
    guard place.pass > passes else { return nil }
    return FailureSweep(script, options: campaign.options, makeSubject: makeSubject)
      .script(ofPass: place.pass - passes - 1, count: place.operation + 1)
  }
}
