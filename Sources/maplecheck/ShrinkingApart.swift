import Harness
import Operations
import Support
import Workers

/// Shrinking with a process for each trial, for what ends the process that it happens in.
enum ShrinkingApart {
  /// What a trial allows a call and its script: less than a search does, for it is one of thousands.
  static let trialLimits = WorkerLimits(callSeconds: 0.2, bytes: 128 << 20)
  /// How many processes shrinking may use. What comes of it is decided by them and not by the clock, unless calls do
  /// not return.
  static let greatestTrialCount = 4_000
  /// How long a process that is told to end has time to say what it has.
  static let grace = Duration.seconds(3)
  /// The processor time that a call has in the end, to be sure that it does not return.
  static let confirmationSeconds = 1.5

  /// The smallest script that leads to the same violation.
  /// - Parameter violation: runs a script in a process of its own, with every check or not, within limits.
  static func shrink(
    _ finding: Finding, _ shown: ShrinkLimits, _ sharing: Sharing,
    violation: @escaping (Script, Bool, WorkerLimits) -> Violation?
  ) -> Finding {
    var limits = shown
    limits.attempts = min(limits.attempts, greatestTrialCount)
    let best = finding.shrunk(limits: limits) { violation($0, $1, trialLimits) }
    guard finding.violation.kind == .endlessCall else { return best }
    // What was found with the short time of a trial must lead to the same with more.
    var longer = sharing.limits
    longer.callSeconds = min(longer.callSeconds, confirmationSeconds)
    return violation(best.script, false, longer)?.kind == .endlessCall ? best : finding
  }
}
