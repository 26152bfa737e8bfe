import Glibc
import Harness
import Operations
import Support
import Workers

/// How work is shared out to processes.
package struct Sharing {
  /// How many there are at once.
  var jobs: Int
  /// Whether each piece of work has a process of its own. Without it a subject that crashes takes all with it.
  var isolates: Bool
  var limits: WorkerLimits
  /// Whether to go on after a kind of violation that was found.
  var keepsGoing: Bool

  package init(
    jobs: Int = 1, isolates: Bool = false, limits: WorkerLimits = WorkerLimits(), keepsGoing: Bool = false
  ) {
    (self.jobs, self.isolates, self.limits, self.keepsGoing) = (jobs, isolates, limits, keepsGoing)
  }

  /// All in this process, as tests want it.
  package static let none = Sharing()

  /// The cores of this machine.
  package static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  package var pool: WorkerPool { WorkerPool(jobs: jobs, limits: limits, isolates: isolates) }

  /// Whether a process can be made for what may end it.
  var canIsolate: Bool { isolates && WorkerProcess.isPossible }

  /// What came of a body that had a process of its own.
  enum Apart<Value> {
    case value(Value)
    /// It ended its process, or was ended at Ctrl-C.
    case ended(WorkerEnding, at: WorkerPlace)

    var value: Value? { if case .value(let value) = self { value } else { nil } }
  }

  /// How long a process that is told to end has time to say what it has.
  private static let grace = Duration.seconds(3)

  /// Runs a body in a process of its own and holds it to the limits, or in this one if there can be no other.
  /// - Parameters:
  ///   - limits: what the body may use, if not what a search may.
  ///   - shouldStop: asked some times a second: whether the body should come to its end. It has a few seconds for that.
  ///   - progress: told of the page as often.
  ///   - listen: told what the body wrote to the error stream, and all that it said before its value.
  func apart<Value: Codable>(
    limits: WorkerLimits? = nil, shouldStop: () -> Bool = { Interruption.isRequested },
    progress: (WorkerPage) -> Void = { _ in }, listen: (_ errors: String, inout MessageReader) -> Void = { _, _ in },
    body: (WorkerOutput) -> Value
  ) -> Apart<Value> {
    guard canIsolate, let worker = WorkerProcess(limits: limits ?? self.limits, body: { $0.send(body($0)) }) else {
      return .value(WorkerOutput.here(body))
    }
    var stoppedAt: ContinuousClock.Instant?
    let ending = worker.finish {
      progress(worker.page)
      if stoppedAt == nil && shouldStop() {
        stoppedAt = .now
        worker.page[.stop] = 1
      }
      return stoppedAt.map { ContinuousClock.now - $0 > Self.grace } ?? false
    }
    var reader = MessageReader(worker.bytes)
    listen(worker.errorText(limit: 1 << 16), &reader)
    return withExtendedLifetime(worker) {
      if ending == .finished, let value: Value = reader.value() { return .value(value) }
      return .ended(ending, at: worker.page.place)
    }
  }

  /// Runs a body that shrinks, within limits that this process keeps: the clock, Ctrl-C, and the line that shows how
  /// far it is.
  func apart<Value: Codable>(_ shown: ShrinkLimits, body: (WorkerOutput, ShrinkLimits) -> Value) -> Apart<Value> {
    guard canIsolate else { return .value(WorkerOutput.here { body($0, shown) }) }
    return apart(
      shouldStop: shown.shouldStop, progress: { shown.progress(Int($0[.amount]), Int($0[.part])) },
      body: { output in
        var inside = shown
        inside.shouldStop = output.shouldStop
        inside.progress = { attempts, operations in
          output.page[.amount] = UInt64(attempts)
          output.page[.part] = UInt64(operations)
        }
        return body(output, inside)
      })
  }
}

extension Violation {
  /// What ended a process that was running a script; `nil` if nothing of the subject's did.
  init?(_ ending: WorkerEnding, at place: WorkerPlace, of script: some WorldScript) {
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
    self.init(
      kind: kind, operationIndex: min(place.operation, script.operations.count),
      operation: script.operationText(at: place.operation) ?? "end of run", expected: expected, found: found)
  }
}
