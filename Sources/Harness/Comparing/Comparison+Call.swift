import Operations
import RangeMapCore

extension Comparison where First: ~Copyable, Second: ~Copyable {
  /// Makes one call on both maps with what was ordered for it, and compares all that can be seen after it.
  mutating func call(_ operation: Operation) {
    countCall()
    let orders = orders
    self.orders = ComparedCall.Orders()
    if orders.refusal.index != 0 { endEarlierReservation(operation.kind) }
    let one = ComparedCall.make(operation, on: &first, next: &firstNext, orders)
    let other = ComparedCall.make(operation, on: &second, next: &secondNext, orders)
    guard judge(operation, one, other) else { return }
    remember(operation, one.outcome, other.outcome)
    let succeeded = one.outcome.error == nil || other.outcome.error == nil
    compareAfter(operation, succeeded: succeeded && one.outcome != .entry(nil))
  }

  /// Gives an earlier reservation back on both sides before memory is refused to a new one, so that a call that lacked
  /// memory on one side can be made again there.
  private mutating func endEarlierReservation(_ kind: OperationKind) {
    if kind == .prepare {
      first.abandonPrepared()
      second.abandonPrepared()
      prepared = nil
    } else if kind == .beginBulk {
      first.endBulk()
      second.endBulk()
    }
  }

  /// Compares how a call ended on the two sides.
  /// - Returns: whether both have made it or refused it, so that the run goes on.
  private mutating func judge(_ operation: Operation, _ one: ComparedCall, _ other: ComparedCall) -> Bool {
    guard compareReports(operation, one, other) else { return false }
    if one.ranInterloper != other.ranInterloper {
      func text(_ call: ComparedCall) -> String { call.ranInterloper ? "came in" : "did not come in" }
      noteRequests(.otherWriter, operation, text(one), text(other))
      endAlike()
      return false
    }
    let wasRefused = (one.refusals > 0, other.refusals > 0)
    if wasRefused.0 != wasRefused.1 { noteRequests(.refusedRequest, operation, one.text, other.text) }
    if one.outcome == other.outcome {
      if one.ranOutOfMemory { keepLackOfMemory() }
      return true
    }
    if one.ranOutOfMemory != other.ranOutOfMemory, wasRefused.0 || wasRefused.1 {
      // Where both had a request refused, the one that went on has found another way.
      if wasRefused.0 && wasRefused.1 { noteErrors(operation, one, other) }
      return makeGood(operation, one, other)
    }
    if operation.kind == .storePrepared, let prepared,
      (one.outcome.error == .planNoLongerFits) != (other.outcome.error == .planNoLongerFits)
    {
      noteErrors(operation, one, other)
      return storePlainly(operation, prepared, onFirst: one.outcome.error == .planNoLongerFits)
    }
    return judgeOutcomes(operation, one, other)
  }

  /// Compares what the maps' own checks said. Where both complain there is nothing left to compare, and no difference.
  mutating func compareReports(_ operation: Operation, _ one: ComparedCall, _ other: ComparedCall) -> Bool {
    switch (one.report, other.report) {
    case (nil, nil): return true
    case (.some, .some): endAlike()
    case (let report, let otherReport):
      end(
        .ownCheck, operation, report ?? "\(one.outcome)", otherReport ?? "\(other.outcome)",
        detail: report == nil ? "second" : "first")
    }
    return false
  }

  /// Keeps a difference of outcomes that nothing can make good.
  private mutating func judgeOutcomes(_ operation: Operation, _ one: ComparedCall, _ other: ComparedCall) -> Bool {
    let errors = (one.outcome.error, other.outcome.error)
    if errors.0 != nil || errors.1 != nil {
      noteErrors(operation, one, other)
      // Neither changed anything.
      if errors.0 != nil && errors.1 != nil && firstNext == secondNext { return true }
    } else {
      note(.result, operation, "\(one.outcome)", "\(other.outcome)")
    }
    switch operation.kind {
    case .load, .find, .findAfter, .next, .previous: return true
    case .cursorMove:
      meet(operation.usedCursor)
      return true
    default:
      endAlike()
      return false
    }
  }

  private mutating func noteErrors(_ operation: Operation, _ one: ComparedCall, _ other: ComparedCall) {
    func name(_ call: ComparedCall) -> String {
      switch call.outcome.error {
      case nil: "success"
      case .occupied: "occupied"
      case let error?: "\(error)"
      }
    }
    note(.error, operation, "\(one.outcome)", "\(other.outcome)", detail: "\(name(one)) / \(name(other))")
  }

  // MARK: Making good

  /// Makes a call again on the side that lacked memory, with all of it.
  private mutating func makeGood(_ operation: Operation, _ one: ComparedCall, _ other: ComparedCall) -> Bool {
    var (one, other) = (one, other)
    if one.ranOutOfMemory {
      one = ComparedCall.make(operation, on: &first, next: &firstNext, ComparedCall.Orders())
    } else {
      other = ComparedCall.make(operation, on: &second, next: &secondNext, ComparedCall.Orders())
    }
    guard compareReports(operation, one, other) else { return false }
    return one.outcome == other.outcome || judgeOutcomes(operation, one, other)
  }

  /// Makes a prepared store plainly on the side whose plan no longer fits.
  private mutating func storePlainly(
    _ operation: Operation, _ store: (range: KeyRange, entry: Entry?), onFirst: Bool
  ) -> Bool {
    let plain = Operation.store(store.range, store.entry, .maySleep)
    var call: ComparedCall
    if onFirst {
      first.abandonPrepared()
      call = ComparedCall.make(plain, on: &first, next: &firstNext, ComparedCall.Orders())
    } else {
      second.abandonPrepared()
      call = ComparedCall.make(plain, on: &second, next: &secondNext, ComparedCall.Orders())
    }
    prepared = nil
    if call.report == nil && call.outcome == .done { return true }
    endAlike()
    return false
  }

  /// Sets a cursor to one index on both sides; `nil` stands for none.
  private mutating func meet(_ cursor: Int?) {
    guard let cursor else { return }
    let index = first.cursorState(cursor).range.first
    first.cursorSet(cursor, to: .single(index))
    second.cursorSet(cursor, to: .single(index))
  }

  /// Keeps what later operations depend on.
  private mutating func remember(_ operation: Operation, _ one: CallOutcome, _ other: CallOutcome) {
    if operation.kind.isWrite && other.error == nil { hasChangedSincePrepare = true }
    switch operation.kind {
    case .prepare:
      hasChangedSincePrepare = other.error != nil
      if one.error == nil || other.error == nil { prepared = (operation.range, operation.entry) }
    case .storePrepared: if one.error == nil { prepared = nil }
    case .abandonPrepared: prepared = nil
    case .setReadCopyUpdate:
      configuration.usesReadCopyUpdate = operation.flag
      hasChangedSincePrepare = true
    default: break
    }
  }

  // MARK: Comparing

  /// Compares what a call of this kind can have touched, and what is due.
  private mutating func compareAfter(_ operation: Operation, succeeded: Bool) {
    let kind = operation.kind
    if let cursor = operation.usedCursor { compareCursor(operation, cursor) }
    if operations % options.cursorInterval == 0 { compareCursors(operation) }
    if kind.isWrite && succeeded && !compareTouched(operation) { return }
    if operations % options.contentInterval == 0 && !compareContent(operation) { return }
    if kind.isWriteOrReservation || kind == .abandonPrepared { compareNodes(operation, succeeded: succeeded) }
  }

  mutating func compareEverything(_ operation: Operation?) {
    compareCursors(operation)
    guard compareContent(operation) else { return }
    compareShapes(operation)
  }

  private mutating func compareCursors(_ operation: Operation?) {
    for cursor in 0..<First.cursorCount { compareCursor(operation, cursor) }
  }

  private mutating func compareCursor(_ operation: Operation?, _ cursor: Int) {
    if options.skippedKinds.contains(.cursorMove) { return }
    let (state, other) = (first.cursorState(cursor), second.cursorState(cursor))
    if state == other { return }
    note(.cursorState, operation, cursorText(cursor, state), cursorText(cursor, other))
    meet(cursor)
  }

  /// Compares the slots that a write touched, and one on either side.
  private mutating func compareTouched(_ operation: Operation) -> Bool {
    let range: KeyRange
    switch operation.kind {
    case .store, .insert, .bulkStore, .erase: range = operation.range
    case .cursorStore, .cursorErase: range = first.cursorState(operation.cursor).range
    case .endBulk, .removeAll: return compareContent(operation)
    default: return true
    }
    guard range.isValid, let own = compareSlot(operation, at: range.first) else { return !hasEnded }
    if own.first > 0 && compareSlot(operation, at: own.first - 1) == nil { return false }
    if range.last > own.last && compareSlot(operation, at: range.last) == nil { return false }
    let last = max(own.last, range.last)
    return last == .max || compareSlot(operation, at: last + 1) != nil
  }

  /// Compares the slot that holds an index, and returns its range; `nil` where the two differ.
  private mutating func compareSlot(_ operation: Operation?, at index: UInt64) -> KeyRange? {
    let (slot, other) = (first.slot(at: index), second.slot(at: index))
    if slot.range == other.range && slot.entry == other.entry { return slot.range }
    end(.content, operation, slotText(slot), slotText(other))
    return nil
  }

  /// Compares the whole content, slot by slot.
  mutating func compareContent(_ operation: Operation?) -> Bool {
    var index: UInt64 = 0
    while let range = compareSlot(operation, at: index) {
      if range.last == .max { return true }
      index = range.last + 1
    }
    return false
  }
}
