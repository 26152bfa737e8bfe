/// Which allocation request fails, by its index: the failure input of a run, never a probability and never a clock.
///
/// A request is one call for one node, or one bulk call for many, which gets all or nothing.
public struct AllocationBudget: Hashable, Sendable {
  /// How many requests were made since `failRequest(_:forever:)` or `permitAll()`.
  public var requests: UInt64 { requestCount }
  /// How many of them were refused.
  public var refusals: UInt64 { refusalCount }

  @usableFromInline var requestCount: UInt64 = 0
  @usableFromInline var refusalCount: UInt64 = 0
  /// The request to refuse, counted from 1; 0 refuses none.
  @usableFromInline var failing: UInt64 = 0
  /// Whether all requests after the failing one are refused too.
  @usableFromInline var forever = false

  @inlinable
  public init() {}

  /// Refuses request number `index`, counted from 1 from now on; with `forever` all that follow it too.
  public mutating func failRequest(_ index: UInt64, forever: Bool) {
    self = AllocationBudget()
    failing = index
    self.forever = forever
  }

  /// Refuses nothing from now on, and counts from 0.
  public mutating func permitAll() { self = AllocationBudget() }

  /// Counts a request, and tells whether it may be served.
  @inlinable
  public mutating func permitsRequest() -> Bool {
    requestCount += 1
    let refused = failing != 0 && (forever ? requestCount >= failing : requestCount == failing)
    if refused { refusalCount += 1 }
    return !refused
  }
}
