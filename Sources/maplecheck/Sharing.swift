import Glibc
import Support
import Workers

/// How work is shared out to processes.
struct Sharing {
  /// How many there are at once.
  var jobs = 1
  /// Whether each piece of work has a process of its own. Without it a subject that crashes takes all with it.
  var isolates = false
  var limits = WorkerLimits()
  /// Whether to go on after a kind of violation that was found.
  var keepsGoing = false

  /// All in this process, as tests want it.
  static let none = Sharing()

  /// The cores of this machine.
  static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  var pool: WorkerPool { WorkerPool(jobs: jobs, limits: limits, isolates: isolates) }

  /// Whether a process can be made for what may end it.
  var canIsolate: Bool { isolates && WorkerProcess.isPossible }

  /// Runs a body in a process of its own and holds it to the limits; `nil` where the system has no process for it.
  /// - Parameters:
  ///   - shouldStop: asked some times a second: whether the body should come to its end. It has a second for that.
  ///   - progress: told of the page as often.
  /// - Returns: the worker, whose page lives as long as it does, and how it ended.
  func supervise(
    shouldStop: () -> Bool = { Interruption.isRequested }, progress: (WorkerPage) -> Void = { _ in },
    body: (WorkerOutput) -> Void
  ) -> (worker: WorkerProcess, ending: WorkerEnding)? {
    guard let worker = WorkerProcess(limits: limits, body: body) else { return nil }
    var stoppedAt: ContinuousClock.Instant?
    let ending = worker.finish {
      progress(worker.page)
      if stoppedAt == nil && shouldStop() {
        stoppedAt = .now
        worker.page[.stop] = 1
      }
      return stoppedAt.map { ContinuousClock.now - $0 > ShrinkingApart.grace } ?? false
    }
    return (worker, ending)
  }

  /// Runs a body in a process of its own, and returns what it said; `nil` where it did not come to its end, at Ctrl-C
  /// included.
  func apart(longest: Duration? = nil, body: (WorkerOutput) -> Void) -> [UInt8]? {
    let start = ContinuousClock.now
    guard let worker = WorkerProcess(limits: limits, body: body) else { return nil }
    let ending = worker.finish {
      Interruption.isRequested || longest.map { ContinuousClock.now - start > $0 } ?? false
    }
    return ending == .finished ? worker.bytes : nil
  }
}
