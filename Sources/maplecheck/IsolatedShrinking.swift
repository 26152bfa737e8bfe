import Harness
import Operations
import RangeMapCore
import Workers

/// Shrinks what was found, so that a subject which ends the process on the way does no harm.
struct IsolatedShrinking<Subject: RangeMap & ~Copyable> {
  var options: RunnerOptions
  var sharing: Sharing
  var makeSubject: (MapConfiguration) -> Subject

  /// The schedule with every check after every call.
  var thorough: RunnerOptions {
    var thorough = RunnerOptions.thorough
    thorough.skippedKinds = options.skippedKinds
    return thorough
  }

  /// The finding, shrunk as far as the limits and Ctrl-C allow.
  func shrink(_ finding: Finding, limits: ShrinkLimits = .shown()) -> Finding {
    guard sharing.canIsolate else {
      return finding.shrunk(options: options, limits: limits, makeSubject: makeSubject)
    }
    if !finding.violation.kind.endsProcess, let shrunk = shrinkTogether(finding, limits) { return shrunk }
    return shrinkApart(finding, limits)
  }

  /// All trials in one process, which is fast; `nil` where one of them ended it.
  private func shrinkTogether(_ finding: Finding, _ shown: ShrinkLimits) -> Finding? {
    func run(_ output: WorkerOutput) {
      var options = options
      options.watch = RunWatch(words: output.page.position)
      var inside = ShrinkLimits(calls: shown.calls, attempts: shown.attempts)
      inside.shouldStop = output.shouldStop
      inside.progress = { attempts, operations in
        output.page[.amount] = UInt64(attempts)
        output.page[.part] = UInt64(operations)
      }
      var writer = MessageWriter()
      writer.write(finding.shrunk(options: options, limits: inside, makeSubject: makeSubject))
      output.send(writer.bytes)
    }
    let shrunk = sharing.supervise(
      shouldStop: shown.shouldStop,
      progress: { shown.progress(Int($0[.amount]), Int($0[.part])) }, body: run)
    guard let (worker, ending) = shrunk, ending == .finished else { return nil }
    var reader = MessageReader(worker.bytes)
    return reader.finding()
  }

  /// A process for each trial.
  private func shrinkApart(_ finding: Finding, _ shown: ShrinkLimits) -> Finding {
    let thorough = thorough
    return ShrinkingApart.shrink(finding, shown, sharing) { script, isThorough, limits in
      Trials(limits: limits, makeSubject: makeSubject).violation(of: script, options: isThorough ? thorough : options)
    }
  }
}
