import Harness
import Operations
import Support

extension ShrinkLimits {
  /// How long a user waits at most. What comes of it is decided by the count of calls, which is reached before unless
  /// the subject is slow.
  package static let seconds = 10.0

  /// Limits for a user who waits: bounded by a clock and by Ctrl-C, and shown on a terminal.
  static func shown() -> ShrinkLimits { shown(seconds: seconds) }

  /// The same for what is shrunk to be compared with what is known: it is one of many.
  static func quick() -> ShrinkLimits {
    var limits = shown(seconds: seconds / 4)
    limits.calls = 300_000
    limits.attempts = 1_500
    return limits
  }

  private static func shown(seconds: Double) -> ShrinkLimits {
    let meter = ShrinkMeter()
    return ShrinkLimits(
      shouldStop: { Interruption.isRequested || meter.seconds >= seconds },
      progress: { meter.show(attempts: $0, operations: $1) })
  }
}

/// A meter that goes away with what it tells of.
private final class ShrinkMeter {
  private var meter = ProgressMeter()

  var seconds: Double { meter.seconds }

  func show(attempts: Int, operations: Int) { meter.showShrinking(trials: UInt64(attempts), operations: operations) }

  deinit { meter.clear() }
}
