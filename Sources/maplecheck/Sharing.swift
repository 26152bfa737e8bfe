import Glibc
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

  /// Runs a body in a process of its own, and returns what it said; `nil` where it did not come to its end, at Ctrl-C included.
  func apart(longest: Duration? = nil, body: (WorkerOutput) -> Void) -> [UInt8]? {
    let start = ContinuousClock.now
    guard let worker = WorkerProcess(limits: limits, body: body) else { return nil }
    let ending = worker.finish {
      Interruption.isRequested || longest.map { ContinuousClock.now - start > $0 } ?? false
    }
    return ending == .finished ? worker.bytes : nil
  }
}
