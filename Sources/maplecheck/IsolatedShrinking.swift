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

  /// What a trial allows a call and its script, which is one of thousands.
  static var trialLimits: WorkerLimits { WorkerLimits(callSeconds: 0.2, bytes: 128 << 20) }
  /// How many processes shrinking may use. What comes of it is decided by them and not by the clock, unless calls do not
  /// return.
  static var greatestTrialCount: Int { 4_000 }
  /// How long a process that is told to end has time to say what it has.
  static var grace: Duration { .seconds(1) }
  /// The processor time of a call that the end of shrinking waits for.
  static var confirmationSeconds: Double { 1.5 }

  /// The finding, shrunk as far as time and Ctrl-C allow.
  func shrink(_ finding: Finding) -> Finding {
    guard isolates && WorkerProcess.isPossible else {
      return finding.shrunk(options: options, limits: .shown(), makeSubject: makeSubject)
    }
    let limits = ShrinkLimits.shown()
    if !finding.violation.kind.endsProcess, let shrunk = shrinkTogether(finding, limits) { return shrunk }
    return shrinkApart(finding, limits)
  }

  /// All trials in one process, which is fast; `nil` where one of them ended it.
  private func shrinkTogether(_ finding: Finding, _ shown: ShrinkLimits) -> Finding? {
    func run(_ output: WorkerOutput) {
      var options = options
      options.watch = RunWatch(words: output.page.position)
      var inside = ShrinkLimits()
      inside.shouldStop = output.shouldStop
      inside.progress = { attempts, operations in
        output.page[.amount] = UInt64(attempts)
        output.page[.part] = UInt64(operations)
      }
      var writer = MessageWriter()
      writer.write(finding.shrunk(options: options, limits: inside, makeSubject: makeSubject))
      output.send(writer.bytes)
    }
    guard let worker = WorkerProcess(limits: limits, body: run) else { return nil }
    var stoppedAt: ContinuousClock.Instant?
    let ending = worker.finish {
      shown.progress(Int(worker.page[.amount]), Int(worker.page[.part]))
      if stoppedAt == nil && shown.shouldStop() {
        stoppedAt = .now
        worker.page[.stop] = 1
      }
      return stoppedAt.map { ContinuousClock.now - $0 > Self.grace } ?? false
    }
    guard ending == .finished else { return nil }
    var reader = MessageReader(worker.bytes)
    return reader.finding()
  }

  /// A process for each trial.
  private func shrinkApart(_ finding: Finding, _ shown: ShrinkLimits) -> Finding {
    let trials = Trials(limits: Self.trialLimits, makeSubject: makeSubject)
    var thorough = RunnerOptions.thorough
    thorough.skippedKinds = options.skippedKinds
    var limits = shown
    limits.attempts = Self.greatestTrialCount
    let best = finding.shrunk(limits: limits) { script, isThorough in
      trials.violation(of: script, options: isThorough ? thorough : options)
    }
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
