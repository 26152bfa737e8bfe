import Operations
import RangeMapCore

extension Comparison where First: ~Copyable, Second: ~Copyable {
  /// Duplicates both maps, compares the copies, empties the sources, and goes on with the copies.
  mutating func duplicate(_ operation: Operation, _ policy: AllocationPolicy) {
    countCall()
    var orders = orders
    self.orders = ComparedCall.Orders()
    var firstCopy = makeFirst(configuration)
    var secondCopy = makeSecond(configuration)
    var one = Self.duplicate(&first, into: &firstCopy, policy, orders)
    var other = Self.duplicate(&second, into: &secondCopy, policy, orders)
    guard compareReports(operation, one, other) else { return }
    if (one.refusals > 0) != (other.refusals > 0) { noteRequests(.refusedRequest, operation, one.text, other.text) }
    if one.ranOutOfMemory != other.ranOutOfMemory, one.refusals > 0 || other.refusals > 0 {
      orders = ComparedCall.Orders()
      if one.ranOutOfMemory { one = Self.duplicate(&first, into: &firstCopy, policy, orders) }
      if other.ranOutOfMemory { other = Self.duplicate(&second, into: &secondCopy, policy, orders) }
      guard compareReports(operation, one, other) else { return }
    }
    if one.outcome != other.outcome {
      return end(
        .error, operation, "\(one.outcome)", "\(other.outcome)",
        detail:
          "\(one.outcome.error.map { "\($0)" } ?? "success") / \(other.outcome.error.map { "\($0)" } ?? "success")")
    }
    if one.ranOutOfMemory { keepLackOfMemory() }
    guard one.outcome.error == nil else { return }
    swap(&first, &firstCopy)
    swap(&second, &secondCopy)
    Self.empty(&firstCopy, openReaders)
    Self.empty(&secondCopy, openReaders)
    openReaders = 0
    prepared = nil
    hasChangedSincePrepare = true
    reservesDiffer = false
    for cursor in 0..<First.cursorCount where !options.skippedKinds.contains(.cursorSet) {
      first.cursorSet(cursor, to: .single(0))
      second.cursorSet(cursor, to: .single(0))
    }
    guard compareContent(operation) else { return }
    compareShapes(operation)
  }

  private static func duplicate<Map: RangeMap & ~Copyable>(
    _ map: inout Map, into copy: inout Map, _ policy: AllocationPolicy, _ orders: ComparedCall.Orders
  ) -> ComparedCall {
    let isCounted = orders.refusal.index != 0
    if isCounted {
      map.failAllocation(orders.refusal.index, forever: orders.refusal.forever)
      copy.failAllocation(orders.refusal.index, forever: orders.refusal.forever)
    }
    if let interloper = orders.interloper { map.scheduleInterloper(interloper.entry, over: interloper.range) }
    var call = ComparedCall(outcome: .done)
    do throws(RangeMapError) {
      try map.duplicate(into: &copy, policy: policy)
    } catch {
      call.outcome = .failure(error, next: 0)
    }
    call.takeReport(of: map)
    if isCounted {
      // Which of the two maps a request is counted at is the subject's choice.
      let (own, others) = (map.permitAllocations(), copy.permitAllocations())
      (call.requests, call.refusals) = (own.requests &+ others.requests, own.refusals &+ others.refusals)
    }
    if orders.interloper != nil { call.ranInterloper = map.cancelInterloper() }
    return call
  }
}
