/// What a reader may rely on while a writer changes the map. A call that begins after some of the writer's operations
/// and ends before others may see the map as it is after any of those between.
public enum ReaderLaw: String, CaseIterable, Codable, Hashable, Sendable {
  /// A call gives what an index held at some time of the call.
  case heldAtSomeTime = "held-at-some-time"
  /// A search passes no index that held the same entry all the time.
  case missesNothing = "misses-nothing"
  /// A search gives an entry within its limits, after the one before. A walk comes to a range with its index.
  case inOrder = "in-order"
  /// A gap that is given was free at some time, and none is given only if there was none at some time.
  case gapAtSomeTime = "gap-at-some-time"
  /// The reservation marker reads as NULL in plain calls.
  case reservationHidden = "reservation-hidden"
  /// No node is read after it went back to the allocator.
  case noFreedNode = "no-freed-node"
  /// A call ends: after some time it sees all stores, and then it needs no more than a bounded number of loads.
  case ends
  /// A reader stores nothing.
  case storesNothing = "stores-nothing"
  /// The subject's own checks say nothing, and it uses no memory that is not mapped.
  case silent

  public var message: String {
    switch self {
    case .heldAtSomeTime: "a call gives what the index held at some time of the call"
    case .missesNothing: "a search passes no index that held the same entry all the time"
    case .inOrder: "a search gives an entry within its limits, after the one before; a walk comes to its index"
    case .gapAtSomeTime: "a gap was free at some time of the call, and is missed only if there was none at some time"
    case .reservationHidden: "a reservation reads as NULL"
    case .noFreedNode: "no node is read after it went back to the allocator"
    case .ends: "a call ends after a bounded number of loads"
    case .storesNothing: "a reader stores nothing"
    case .silent: "the subject's own checks say nothing"
    }
  }
}
