import Operations
import RangeMapCore
import SortedArrayOracle

/// Runs that branch off from another one: what an exhaustive search makes of one state.
extension Runner where Subject: ~Copyable {
  /// Goes on from where another run is: both maps become duplicates of its maps, and cursors begin anew. What was found
  /// so far and what was counted is forgotten.
  /// - Precondition: nothing is prepared in either run, and no bulk mode is on.
  /// - Throws: what the duplication throws.
  /// - Complexity: O(nodes).
  @inlinable
  public mutating func branch(off other: borrowing Runner) throws(RangeMapError) {
    subject.removeAll()
    oracle.removeAll()
    try other.subject.duplicate(into: &subject, policy: .maySleep)
    try other.oracle.duplicate(into: &oracle, policy: .maySleep)
    for cursor in 0..<Subject.cursorCount {
      subject.cursorSet(cursor, to: .single(0))
      oracle.cursorSet(cursor, to: .single(0))
    }
    (subjectNext, oracleNext) = (0, 0)
    preparedRange = nil
    hasChangedSincePrepare = false
    operationIndex = -1
    state = RunProgress()
  }

  /// The range of the slot that holds an index, as the oracle has it.
  @inlinable
  public func expectedSlot(at index: UInt64) -> KeyRange { oracle.slot(at: index).range }

  /// The range of a cursor, as the oracle has it.
  @inlinable
  public func expectedCursorRange(_ cursor: Int) -> KeyRange { oracle.cursorState(cursor).range }
}

extension Runner where Subject: ShapedRangeMap & ~Copyable {
  /// Describes the subject's nodes.
  @inlinable
  public func describeShape(to shape: inout TreeShape) { subject.describeShape(to: &shape) }

  /// Describes the subject's slots, for one without nodes: of each the last index, and whether it holds an entry.
  public func describeSlots(to words: inout ContiguousArray<UInt64>) {
    var index: UInt64 = 0
    while true {
      let (range, entry) = subject.slot(at: index)
      words.append(range.last)
      words.append(entry == nil ? 0 : 1)
      if range.last == .max { return }
      index = range.last + 1
    }
  }
}
