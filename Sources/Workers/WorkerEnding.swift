import Glibc

/// How a worker ended.
package enum WorkerEnding: Hashable, Sendable {
  /// It did its work.
  case finished
  /// A signal ended it; `stackIsUsedUp` where that was because calls were nested too deep.
  case killed(signal: Int32, stackIsUsedUp: Bool)
  /// Something in it ended the process with a status.
  case exited(status: Int32)
  /// A call did not return: it used so much processor time, or waited so long.
  case stuck(seconds: Double)
  /// It took more memory than it may.
  case tookMemory(bytes: UInt64)
  /// It was told to stop and did not, so that it was ended.
  case stopped

  /// The signal's name, for messages.
  package static func name(ofSignal signal: Int32) -> String {
    switch signal {
    case SIGILL: "SIGILL"
    case SIGTRAP: "SIGTRAP"
    case SIGABRT: "SIGABRT"
    case SIGBUS: "SIGBUS"
    case SIGFPE: "SIGFPE"
    case SIGSEGV: "SIGSEGV"
    case SIGSYS: "SIGSYS"
    case SIGKILL: "SIGKILL"
    case SIGTERM: "SIGTERM"
    default: "signal \(signal)"
    }
  }
}

/// What a worker may use.
package struct WorkerLimits: Hashable, Sendable {
  /// The seconds of processor time after which a call that has not returned never will.
  package var callSeconds: Double
  /// The bytes that a worker may take beyond what it began with.
  package var bytes: UInt64

  package init(callSeconds: Double = 10, bytes: UInt64 = 1 << 30) {
    self.callSeconds = callSeconds
    self.bytes = bytes
  }
}
