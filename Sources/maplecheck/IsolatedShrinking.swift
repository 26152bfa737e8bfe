import Harness
import Operations
import RangeMapCore
import Workers

/// Shrinks what was found, so that a subject which ends the process on the way does no harm.
struct IsolatedShrinking<Subject: RangeMap & ~Copyable> {
  var options: RunnerOptions
  /// What a search for faults allows a call.
  var limits: WorkerLimits
  /// Whether to use processes.
  var isolates: Bool
  var makeSubject: (MapConfiguration) -> Subject

  /// The longest that shrinking with a process for each trial takes.
  static var greatestTime: Duration { .seconds(8) }
  /// What a trial allows a call and its script, which is one of thousands.
  static var trialLimits: WorkerLimits { WorkerLimits(callSeconds: 0.2, bytes: 128 << 20) }
  static var greatestTrialCount: Int { 20_000 }
  /// The processor time of a call that the end of shrinking waits for.
  static var confirmationSeconds: Double { 1.5 }

  /// The finding, shrunk as far as time and Ctrl-C allow.
  func shrink(_ finding: Finding) -> Finding {
    guard isolates && WorkerProcess.isPossible else {
      return finding.shrunk(options: options, makeSubject: makeSubject)
    }
    if !finding.violation.kind.endsProcess, let shrunk = shrinkTogether(finding) { return shrunk }
    return shrinkApart(finding)
  }

  /// All trials in one process, which is fast; `nil` where one of them ended it.
  private func shrinkTogether(_ finding: Finding) -> Finding? {
    func run(_ output: WorkerOutput) {
      var options = options
      options.watch = RunWatch(words: output.page.position)
      var writer = MessageWriter()
      writer.write(finding.shrunk(options: options, makeSubject: makeSubject))
      output.send(writer.bytes)
    }
    guard let worker = WorkerProcess(limits: limits, body: run) else { return nil }
    guard worker.finish(shouldEnd: { Interruption.isRequested }) == .finished else { return nil }
    var reader = MessageReader(worker.bytes)
    return reader.finding()
  }

  /// A process for each trial. When the time is up, or at Ctrl-C, the smallest script so far is it.
  private func shrinkApart(_ finding: Finding) -> Finding {
    let start = ContinuousClock.now
    let trials = Trials(limits: Self.trialLimits, makeSubject: makeSubject)
    let kind = finding.violation.kind
    var meter = ProgressMeter()
    var count: UInt64 = 0
    var best = finding
    func leads(_ script: Script, _ options: RunnerOptions) -> Bool {
      guard ContinuousClock.now - start < Self.greatestTime, !Interruption.isRequested else { return false }
      count += 1
      meter.showShrinking(trials: count, operations: best.script.operations.count)
      guard let found = trials.violation(of: script, options: options), found.kind == kind else { return false }
      best = Finding(script: script, violation: found, seed: finding.seed)
      return true
    }
    var thorough = RunnerOptions.thorough
    thorough.skippedKinds = options.skippedKinds
    for schedule in [options, thorough] {
      guard leads(best.script, schedule) else { continue }
      var script = best.script
      script.operations = Array(script.operations.prefix(best.violation.operationIndex + 1))
      _ = Shrinker.shrink(script, attempts: Self.greatestTrialCount) { leads($0, schedule) }
    }
    meter.clear()
    return confirmed(best) ? best : finding
  }

  /// Whether a script that was found with the short time of a trial leads to the same with more.
  private func confirmed(_ finding: Finding) -> Bool {
    guard finding.violation.kind == .endlessCall else { return true }
    var limits = limits
    limits.callSeconds = min(limits.callSeconds, Self.confirmationSeconds)
    return Trials(limits: limits, makeSubject: makeSubject).violation(of: finding.script, options: options)?.kind
      == finding.violation.kind
  }
}
