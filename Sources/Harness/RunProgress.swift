/// What a runner did so far, and what it found.
public struct RunProgress: Sendable {
  /// How the last call ended.
  public enum CallResult: Hashable, Sendable {
    /// Subject and oracle both made it, with or without an error.
    case performed
    /// It ran out of memory because a request was refused, and changed nothing.
    case refused
    /// The subject has no such call.
    case skipped
  }

  /// How many calls were made on the subject and compared.
  public var calls: UInt64 = 0
  /// How many allocation requests were refused.
  public var refusals: UInt64 = 0
  /// How the last call ended.
  public var lastResult = CallResult.performed
  /// What the last call returned.
  public var lastOutcome = CallOutcome.done
  /// How many calls returned an error.
  public var errors: UInt64 = 0
  /// How many requests were refused in the last call.
  public var lastRefusals: UInt64 = 0
  /// Whether the interloper came in during the last call.
  public var lastInterloperRan = false
  /// What was found; `nil` as long as all is well.
  public var violation: Violation?

  @inlinable
  public init() {}
}
