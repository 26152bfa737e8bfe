import Operations
import RangeMapCore
import SortedArrayOracle

/// What must be the same again after a call that failed.
@usableFromInline
struct Snapshot {
  @usableFromInline var fingerprint: UInt64
  @usableFromInline var counters: MapCounters

  @inlinable
  init(fingerprint: UInt64, counters: MapCounters) {
    self.fingerprint = fingerprint
    self.counters = counters
  }
}

extension Runner where Subject: ~Copyable {
  /// Makes one call on the subject with what was ordered for it, judges how it ended, and makes it on the oracle.
  /// - Parameter least: the least interval between two calls that are watched for changes, whatever the options say.
  @inlinable
  mutating func makeCall(_ operation: Operation, least: UInt64 = 1) -> Bool {
    state.calls += 1
    options.watch?.note(call: state.calls)
    let kind = operation.kind
    let refusal = pendingRefusal
    pendingRefusal = (0, false)
    let isGuarded =
      refusal.index != 0 || kind == .storePrepared
      || options.fingerprintInterval != 0 && isDue(max(options.fingerprintInterval, least))
    if refusal.index != 0 { endEarlierReservation(kind) }
    let before: Snapshot? =
      isGuarded && kind.isWriteOrReservation
      ? Snapshot(fingerprint: subject.fingerprint(), counters: subject.counters) : nil
    let aim = target(of: operation)

    let isCounted = refusal.index != 0 || kind == .storePrepared
    if isCounted { subject.failAllocation(refusal.index, forever: refusal.forever) }
    if let interloper = pendingInterloper { subject.scheduleInterloper(interloper.entry, over: interloper.range) }
    let outcome = subject.call(operation, next: &subjectNext)
    if subject.hasNoticedViolation { return checkLaws(operation) }
    let requested: (requests: UInt64, refusals: UInt64) = isCounted ? subject.permitAllocations() : (0, 0)
    state.refusals += requested.refusals
    state.lastRefusals = requested.refusals
    let ran = takeInterloperBack()

    outcomes.count(kind, error: outcome.error, refused: requested.refusals > 0)
    state.lastOutcome = outcome
    if outcome.error != nil { state.errors += 1 }
    if kind == .storePrepared && requested.requests > 0 {
      return report(
        .preparedStoreAllocated, operation, expected: "no allocation request",
        found: "\(requested.requests) requests")
    }
    if let error = outcome.error {
      switch error {
      case .unsupported:
        state.lastResult = .skipped
        return true
      case .outOfMemory:
        return judgeMemoryError(operation, refusals: requested.refusals, before: before, interloperRan: ran)
      case .planNoLongerFits:
        if kind == .storePrepared && preparedRange != nil { return judgePlanError(operation, before: before) }
      default: break
      }
    } else if refusal.forever && requested.refusals > 0 && kind.mayAllocate && !ran {
      // After an interloper's store the call may need fewer nodes than it was refused.
      return report(
        .refusalWithoutError, operation, expected: "error: out of memory", found: "success without the refused nodes")
    }
    state.lastResult = .performed
    let expected = oracle.call(operation, next: &oracleNext)
    if outcome != expected { return reportOutcome(operation, expected: expected, found: outcome) }
    remember(operation, kind, succeeded: outcome.error == nil)
    if outcome.error != nil && !ran, let before {
      guard compareSnapshot(operation, before, checksCounters: false) else { return false }
    }
    if options.collectsMarks && kind.isWrite { noteNodeUse(kind, outcome, ranInterloper: ran) }
    return compareAfter(operation, kind, outcome, aim)
  }

  /// Notes what a write took. After one that stored nothing the counters still tell of the one before, and where
  /// another writer came in between, the height before the store is not known.
  @inlinable
  mutating func noteNodeUse(_ kind: OperationKind, _ outcome: CallOutcome, ranInterloper: Bool) {
    let storesNothing = kind == .removeAll || kind == .endBulk || kind == .prepare || kind == .beginBulk
    let counters = subject.counters
    if outcome.error == nil && outcome != .entry(nil) && !ranInterloper && !storesNothing {
      nodeUse.note(counters)
    } else {
      nodeUse.height = Int(truncatingIfNeeded: counters.height)
    }
  }

  /// Compares what a call of this kind can have touched.
  @inlinable
  mutating func compareAfter(
    _ operation: Operation, _ kind: OperationKind, _ outcome: CallOutcome, _ aim: KeyRange?
  ) -> Bool {
    if let cursor = operation.usedCursor {
      guard compareCursor(operation, cursor) else { return false }
    }
    guard kind.isWrite else { return true }
    guard compareCounters(operation) && compareNodesTaken(operation, kind, outcome) else { return false }
    guard looksAround else { return true }
    switch outcome {
    case .index(let index):
      return compareTouched(operation, KeyRange(index, index &+ (operation.number &- 1)))
    case .cyclic(let index, _, _):
      return compareTouched(operation, .single(index))
    default:
      if kind == .endBulk { return compareContent(operation) }
      guard let aim else { return true }
      return compareTouched(operation, aim)
    }
  }

  /// The range that a write aims at, as far as it is known before.
  @inlinable
  func target(of operation: Operation) -> KeyRange? {
    switch operation.kind {
    case .store, .insert, .bulkStore, .erase: operation.range
    case .cursorStore: oracle.cursorState(operation.cursor).range
    case .cursorErase: .single(oracle.cursorState(operation.cursor).range.first)
    case .storePrepared: preparedRange
    case .removeAll: .all
    default: nil
    }
  }

  /// Gives an earlier reservation back on both sides before memory is refused to a new one, which would end it whether
  /// or not it gets its own nodes: so that "nothing changed" means the same for every call.
  @inlinable
  mutating func endEarlierReservation(_ kind: OperationKind) {
    if kind == .prepare {
      subject.abandonPrepared()
      oracle.abandonPrepared()
      preparedRange = nil
    } else if kind == .beginBulk {
      subject.endBulk()
      oracle.endBulk()
      if isBulk { hasChangedSincePrepare = true }
      isBulk = false
    }
  }

  /// Takes the interloper back, and lets the oracle make its store where it ran.
  @inlinable
  mutating func takeInterloperBack() -> Bool {
    state.lastInterloperRan = false
    guard let interloper = pendingInterloper else { return false }
    pendingInterloper = nil
    guard subject.cancelInterloper() else { return false }
    state.lastInterloperRan = true
    hasChangedSincePrepare = true
    // A store that the oracle refuses, for its range or its entry, is one that the subject must have refused too.
    try? oracle.store(interloper.entry, over: interloper.range, policy: .maySleep)
    return true
  }

  /// A call without memory: only after a refusal, and then nothing may have changed or been kept.
  @inlinable
  mutating func judgeMemoryError(
    _ operation: Operation, refusals: UInt64, before: Snapshot?, interloperRan: Bool
  ) -> Bool {
    state.lastResult = .refused
    guard refusals > 0 else {
      return report(
        .memoryErrorWithoutRefusal, operation, expected: "no memory error while every request is served",
        found: "error: \(RangeMapError.outOfMemory)")
    }
    if !interloperRan, let before {
      guard compareSnapshot(operation, before, checksCounters: true) else { return false }
    }
    guard subjectNext == oracleNext else {
      return report(
        .changedByFailure, operation, expected: "next \(CallOutcome.text(oracleNext))",
        found: "next \(CallOutcome.text(subjectNext))")
    }
    return compareCursors(operation, as: .changedByFailure) && compareContent(operation, as: .changedByFailure)
  }

  /// A plan that no longer fits: only after a change, and then the preparation stays as it is.
  @inlinable
  mutating func judgePlanError(_ operation: Operation, before: Snapshot?) -> Bool {
    state.lastResult = .performed
    guard hasChangedSincePrepare else {
      return report(
        .planErrorWithoutChange, operation, expected: "success: nothing was written since the store was prepared",
        found: "error: \(RangeMapError.planNoLongerFits)")
    }
    if let before {
      guard compareSnapshot(operation, before, checksCounters: true) else { return false }
    }
    return compareCursors(operation, as: .changedByFailure) && compareContent(operation, as: .changedByFailure)
  }

  /// Keeps what later operations depend on.
  @inlinable
  mutating func remember(_ operation: Operation, _ kind: OperationKind, succeeded: Bool) {
    guard succeeded else { return }
    if kind.isWrite { hasChangedSincePrepare = true }
    switch kind {
    case .prepare:
      preparedRange = operation.range
      hasChangedSincePrepare = false
    case .storePrepared, .abandonPrepared: preparedRange = nil
    case .beginBulk:
      // Bulk mode that is on is ended first, which may even out a leaf.
      if isBulk { hasChangedSincePrepare = true }
      isBulk = true
    case .endBulk: isBulk = false
    case .setReadCopyUpdate:
      configuration.usesReadCopyUpdate = operation.flag
      hasChangedSincePrepare = true
    default: break
    }
  }
}
