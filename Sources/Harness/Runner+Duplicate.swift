import Operations
import RangeMapCore
import SortedArrayOracle

extension Runner where Subject: ~Copyable {
  /// Duplicates the map, compares the copy and the source, empties the source, and goes on with the copy.
  ///
  /// Afterwards both sides are as after the same simple start: cursors at `0...0` in `.start`, nothing prepared, no
  /// bulk mode, no reader inside.
  @inlinable
  mutating func duplicate(_ operation: Operation, policy: AllocationPolicy) -> Bool {
    state.calls += 1
    options.watch?.note(call: state.calls)
    let refusal = pendingRefusal
    pendingRefusal = (0, false)
    let before = Snapshot(fingerprint: subject.fingerprint(), counters: subject.counters)
    if refusal.index == 0 && pendingInterloper == nil {
      guard refuseDuplicates(operation, policy: policy) else { return false }
    }
    var copy = makeSubject(configuration)
    // Which of the two maps an allocation is counted at is the subject's choice.
    subject.failAllocation(refusal.index, forever: refusal.forever)
    copy.failAllocation(refusal.index, forever: refusal.forever)
    if let interloper = pendingInterloper { subject.scheduleInterloper(interloper.entry, over: interloper.range) }
    let outcome: CallOutcome
    do throws(RangeMapError) {
      try subject.duplicate(into: &copy, policy: policy)
      outcome = .done
    } catch {
      outcome = .failure(error, next: 0)
    }
    if subject.hasNoticedViolation { return checkLaws(operation) }
    state.lastRefusals = copy.permitAllocations().refusals &+ subject.permitAllocations().refusals
    state.refusals += state.lastRefusals
    let ran = takeInterloperBack()
    outcomes.count(.duplicate, error: outcome.error, refused: state.lastRefusals > 0)
    state.lastOutcome = outcome
    if outcome.error != nil { state.errors += 1 }

    if !ran && subject.fingerprint() != before.fingerprint {
      return report(
        .duplicateChangedSource, operation, expected: "fingerprint \(CallOutcome.text(before.fingerprint)) as before",
        found: CallOutcome.text(subject.fingerprint()))
    }
    if let error = outcome.error {
      if error == .unsupported {
        state.lastResult = .skipped
        return true
      }
      if error == .outOfMemory {
        guard checkEmptied(operation, copy, as: .changedByFailure, leak: .leakedByFailure) else { return false }
        return judgeMemoryError(operation, refusals: state.lastRefusals, before: before, interloperRan: ran)
      }
    } else if refusal.forever && state.lastRefusals > 0 {
      return report(
        .refusalWithoutError, operation, expected: "error: out of memory", found: "success without the refused nodes")
    }
    state.lastResult = .performed
    return goOn(operation, with: copy, outcome: outcome, policy: policy)
  }

  /// Duplicates the oracle too, compares the copies, and makes them the maps of the run.
  @inlinable
  mutating func goOn(
    _ operation: Operation, with other: consuming Subject, outcome: CallOutcome, policy: AllocationPolicy
  ) -> Bool {
    var oracleCopy = SortedArrayOracle(configuration: configuration, capacity: 0)
    let expected: CallOutcome
    do throws(RangeMapError) {
      try oracle.duplicate(into: &oracleCopy, policy: policy)
      expected = .done
    } catch {
      expected = .failure(error, next: 0)
    }
    if outcome != expected { return reportOutcome(operation, expected: expected, found: outcome) }
    guard outcome.error == nil else { return compareContent(operation) }
    var copy = other
    swap(&subject, &copy)
    swap(&oracle, &oracleCopy)
    let readers = openReaders
    openReaders = 0
    preparedRange = nil
    isBulk = false
    for cursor in 0..<4 {
      subject.cursorSet(cursor, to: .single(0))
      oracle.cursorSet(cursor, to: .single(0))
    }
    guard compareContent(operation, as: .duplicateDiffers) && checkLaws(operation) else { return false }
    let after = subject.fingerprint()
    if options.collectsMarks { marks.add(copy.marks) }
    Self.empty(&copy, openReaders: readers)
    guard checkEmptied(operation, copy, as: .notEmptied, leak: .leakedNodes) else { return false }
    if subject.fingerprint() != after {
      return report(
        .duplicateSharesState, operation, expected: "a duplicate that stays when its source is emptied",
        found: "fingerprint \(CallOutcome.text(after)) became \(CallOutcome.text(subject.fingerprint()))")
    }
    return compareContent(operation, as: .duplicateSharesState)
  }
}
