import Operations
import RangeMapCore

extension Runner where Subject: ~Copyable {
  /// Duplicates the map into one of another kind, and into one that holds an entry: both must be refused, and change
  /// nothing.
  @inlinable
  mutating func refuseDuplicates(_ operation: Operation, policy: AllocationPolicy) -> Bool {
    var otherKind = configuration
    otherKind.tracksGaps.toggle()
    return refuseDuplicate(operation, into: otherKind, holdsEntry: false, because: .kindsDiffer, policy: policy)
      && refuseDuplicate(
        operation, into: configuration, holdsEntry: true, because: .destinationNotEmpty, policy: policy)
  }

  @inlinable
  mutating func refuseDuplicate(
    _ operation: Operation, into kind: MapConfiguration, holdsEntry: Bool, because reason: RangeMapError,
    policy: AllocationPolicy
  ) -> Bool {
    var destination = makeSubject(kind)
    let outcome: CallOutcome
    var before: UInt64 = 0
    do throws(RangeMapError) {
      // Behind index 0, so that it is in a node.
      if holdsEntry { try destination.store(.value(1), over: .single(3), policy: .maySleep) }
      before = destination.fingerprint()
      try subject.duplicate(into: &destination, policy: policy)
      outcome = .done
    } catch {
      outcome = .failure(error, next: 0)
    }
    if subject.hasNoticedViolation { return checkLaws(operation) }
    if outcome.error == .unsupported { return true }
    let expected = CallOutcome.failure(reason, next: 0)
    if outcome != expected {
      return report(.duplicateNotRefused, operation, expected: "\(expected)", found: "\(outcome)")
    }
    if destination.fingerprint() != before {
      return report(
        .changedByFailure, operation, expected: "the refused destination as before, \(CallOutcome.text(before))",
        found: CallOutcome.text(destination.fingerprint()))
    }
    Self.empty(&destination, openReaders: 0)
    return checkEmptied(operation, destination, as: .notEmptied, leak: .leakedByFailure)
  }
}
