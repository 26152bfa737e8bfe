/// How long shrinking may go on, and who is told how far it is.
public struct ShrinkLimits {
  /// The greatest number of calls of all trials together, a fill counted as its stores. This limit decides the result,
  /// so that it is the same on every machine.
  public var calls: UInt64
  /// The greatest number of trials.
  public var attempts: Int
  /// Asked before each trial whether to end with what there is: for a user who waits, and for a clock that bounds the
  /// whole.
  public var shouldStop: () -> Bool
  /// Told at each trial how many there were, and how many operations are left.
  public var progress: (_ attempts: Int, _ operations: Int) -> Void

  public init(
    calls: UInt64 = 1_500_000, attempts: Int = .max, shouldStop: @escaping () -> Bool = { false },
    progress: @escaping (_ attempts: Int, _ operations: Int) -> Void = { _, _ in }
  ) {
    self.calls = calls
    self.attempts = attempts
    self.shouldStop = shouldStop
    self.progress = progress
  }
}

/// Why shrinking ended before nothing could be made smaller any more.
public enum ShrinkStop: String, Codable, Hashable, Sendable {
  /// All calls or trials that it may make were made.
  case limit
  /// `shouldStop` said so.
  case asked
}

extension Script {
  /// The calls that the script makes if it is run to its end, a fill counted as its stores.
  public var callCount: UInt64 { operations.reduce(0) { $0 + $1.callCount } }
}
