import Operations
import RangeMapCore

/// The checks of the harness, by name.
public enum ViolationKind: String, CaseIterable, Codable, Hashable, Sendable {
  /// A call returned another entry or index than the oracle.
  case wrongResult
  /// A call was refused where the oracle was not, or the reverse, or for another reason.
  case wrongError
  /// A search found the right entry and left its index elsewhere.
  case wrongSearchIndex
  /// A cyclic allocation took the right index and tells the wrong `wrapped` or `next`.
  case wrongCyclicState
  /// A cursor's range or status differs.
  case wrongCursor
  /// A slot that a write touched, or one beside it, differs.
  case wrongTouchedSlot
  /// Some slot of the whole content differs.
  case wrongContent
  /// The subject's own walk of its structure found a broken law.
  case brokenLaw
  /// A fork broke one of the laws that hold when its child is gone.
  case brokenForkLaw
  /// A reader beside a writer saw what it may not see.
  case brokenReaderLaw
  /// A tree in lockstep with another one differs from it.
  case treesDiffer
  /// A write took more nodes than its plan asked for.
  case planExceeded
  /// A write took more nodes than the script allows it.
  case tookMoreNodes
  /// The subject's counters contradict each other.
  case inconsistentCounters
  /// The map holds far more nodes than its content needs.
  case tooManyNodes
  /// Nodes are left after the map was emptied.
  case leakedNodes
  /// The map was emptied and still holds something.
  case notEmptied
  /// A call ran out of memory though no request was refused.
  case memoryErrorWithoutRefusal
  /// A call was refused all memory from some request on, and succeeded.
  case refusalWithoutError
  /// A call asks for memory again and again and never ends without a refusal.
  case refusalsNeverEnd
  /// A call that failed changed the structure, the content or a cursor.
  case changedByFailure
  /// A call that failed holds other nodes than before: more of them, or less in reserve.
  case leakedByFailure
  /// A prepared store asked for memory.
  case preparedStoreAllocated
  /// A prepared store's plan no longer fits though nothing was written since it was made.
  case planErrorWithoutChange
  /// A duplicate differs from its source.
  case duplicateDiffers
  /// A duplicate's source was changed.
  case duplicateChangedSource
  /// A map was duplicated into one of another kind, or into one that held an entry.
  case duplicateNotRefused
  /// A duplicate changed when its source was emptied.
  case duplicateSharesState
  /// A call ended the process.
  case crashed
  /// A call does not return.
  case endlessCall
  /// A call took more memory than a subject may have.
  case tookTooMuchMemory
}

extension ViolationKind {
  /// Whether only another process can see it: the one that it happens in does not come back.
  public var endsProcess: Bool { self == .crashed || self == .endlessCall || self == .tookTooMuchMemory }
}

/// One thing that a subject did and may not do.
public struct Violation: Error, Hashable, Codable, Sendable {
  /// The check that found it.
  public var kind: ViolationKind
  /// The operation's place in the run, from 0; the number of operations for what is found at the end.
  public var operationIndex: Int
  /// The operation as scripts write it, or `end of run`.
  public var operation: String
  /// What the check wanted.
  public var expected: String
  /// What it got.
  public var found: String

  public init(kind: ViolationKind, operationIndex: Int, operation: String, expected: String, found: String) {
    self.kind = kind
    self.operationIndex = operationIndex
    self.operation = operation
    self.expected = expected
    self.found = found
  }
}

extension Violation: CustomStringConvertible {
  public var description: String {
    """
    \(kind.rawValue) at operation \(operationIndex + 1)
      operation: \(operation)
      expected:  \(expected)
      found:     \(found)
    """
  }
}

/// A slot as a walk sees it, for a message.
@usableFromInline
func slotText(_ slot: (range: KeyRange, entry: Entry?)) -> String {
  "\(slot.range) \(CallOutcome.text(slot.entry))"
}

/// A cursor's state, for a message.
@usableFromInline
func cursorText(_ cursor: Int, _ state: CursorState) -> String {
  "cursor \(cursor) at \(state.range), \(state.status)"
}
