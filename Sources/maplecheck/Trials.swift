import Harness
import Operations
import RangeMapCore
import Support
import Workers

/// Runs scripts on a subject in processes of their own: what a script does to the process is an answer too.
struct Trials<Subject: RangeMap & ~Copyable> {
  var limits: WorkerLimits
  /// Whether there are such processes. If not, a subject that crashes takes all with it.
  var isolates = true
  var makeSubject: (MapConfiguration) -> Subject

  /// What a script leads to, whatever that is.
  func violation(of script: Script, options: RunnerOptions) -> Violation? {
    func run(_ output: WorkerOutput) {
      var options = options
      options.watch = RunWatch(words: output.page.position)
      let found = Runner<Subject>.violation(of: script, options: options, makeSubject: makeSubject)
      guard let found else { return }
      var writer = MessageWriter()
      writer.write(found)
      output.send(writer.bytes)
    }
    guard isolates else {
      var reader = MessageReader(WorkerOutput.collect(run))
      return reader.violation()
    }
    guard let worker = WorkerProcess(limits: limits, body: run) else { return nil }
    let ending = worker.finish()
    if ending == .finished {
      var reader = MessageReader(worker.bytes)
      return reader.violation()
    }
    return withExtendedLifetime(worker) { Violation(ending, at: worker.page, of: script) }
  }
}

extension Violation {
  /// What ended a worker that was running a script; `nil` where nothing of the subject's did.
  init?(_ ending: WorkerEnding, at page: WorkerPage, of script: Script) {
    let (kind, expected, found): (ViolationKind, String, String)
    switch ending {
    case .finished, .stopped: return nil
    case .killed(let signal, let stackIsUsedUp):
      (kind, expected) = (.crashed, "a call that returns")
      found = WorkerEnding.name(ofSignal: signal) + (stackIsUsedUp ? ": the stack is used up" : "")
    case .exited(let status):
      (kind, expected, found) = (.crashed, "a call that returns", "the process ended with status \(status)")
    case .stuck(let seconds):
      (kind, expected) = (.endlessCall, "a call that returns")
      found = "nothing after \(Text.seconds(seconds))"
    case .tookMemory(let bytes):
      (kind, expected) = (.tookTooMuchMemory, "at most \(bytes >> 20) MiB of memory")
      found = "more of it"
    }
    let place = Int(truncatingIfNeeded: page[.operation])
    let operation = script.operations.indices.contains(place) ? ScriptText.print(script.operations[place]) : nil
    self.init(
      kind: kind, operationIndex: min(place, script.operations.count), operation: operation ?? "end of run",
      expected: expected, found: found)
  }
}
