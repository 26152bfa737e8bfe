import Operations
import RangeMapCore

/// All that came of one call on one of two maps.
struct ComparedCall {
  var outcome: CallOutcome
  /// Requests for memory that the call made, and how many of them were refused. Counted only if one was to be refused.
  var requests: UInt64 = 0
  var refusals: UInt64 = 0
  /// Whether the other writer who was to come in did.
  var ranInterloper = false
  /// What the map's own checks said; `nil` where they noticed nothing.
  var report: String?

  var ranOutOfMemory: Bool { outcome.error == .outOfMemory }

  /// What is ordered for a call.
  struct Orders {
    var refusal: (index: UInt64, forever: Bool) = (0, false)
    var interloper: (range: KeyRange, entry: Entry?)?
  }

  /// Makes a call with what is ordered for it.
  static func make<Map: RangeMap & ~Copyable>(
    _ operation: Operation, on map: inout Map, next: inout UInt64, _ orders: Orders
  ) -> ComparedCall {
    let isCounted = orders.refusal.index != 0
    if isCounted { map.failAllocation(orders.refusal.index, forever: orders.refusal.forever) }
    if let interloper = orders.interloper { map.scheduleInterloper(interloper.entry, over: interloper.range) }
    var call = ComparedCall(outcome: map.call(operation, next: &next))
    call.takeReport(of: map)
    if isCounted { (call.requests, call.refusals) = map.permitAllocations() }
    if orders.interloper != nil { call.ranInterloper = map.cancelInterloper() }
    return call
  }

  /// Takes what the map noticed: two maps of one library have one list.
  mutating func takeReport<Map: RangeMap & ~Copyable>(of map: borrowing Map) {
    if map.hasNoticedViolation { report = map.brokenLaws().joined(separator: "; ") }
  }

  /// The outcome, with what was refused.
  var text: String {
    let requests = requests == 1 ? "1 request" : "\(requests) requests"
    return refusals == 0 ? "\(outcome), \(requests), none refused" : "\(outcome), \(refusals) of \(requests) refused"
  }
}
