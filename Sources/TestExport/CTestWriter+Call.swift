import Harness
import Operations
import RangeMapCore
import SortedArrayOracle

/// The calls that operations stand for.
extension CTestWriter {
  mutating func write(_ operation: Operation, _ outcome: CallOutcome) {
    switch operation {
    case .load, .find, .findAfter, .next, .previous, .lowestGap, .highestGap: writeRead(operation, outcome)
    case .prepare, .storePrepared, .abandonPrepared, .beginBulk, .bulkStore, .endBulk:
      writeReserved(operation, outcome)
    case .cursorSet, .cursorMove, .cursorPause, .cursorReset, .cursorStore, .cursorErase:
      writeCursor(operation, outcome)
    default: writePlain(operation, outcome)
    }
  }

  /// The entry that a call returned, in C.
  private func entry(_ outcome: CallOutcome) -> String {
    switch outcome {
    case .entry(let entry), .found(let entry, _): CTestWords.text(of: entry)
    default: preconditionFailure("the call returns an entry")
    }
  }

  /// The number that a call returns, in C.
  private func code(_ outcome: CallOutcome) -> String {
    switch outcome {
    case .failure(let error, _): CTestWords.text(of: error)
    case .cyclic(_, let wrapped, _): wrapped ? "1" : "0"
    default: "0"
    }
  }

  /// A call that the kernel leaves unchecked, and that a careful caller does not make.
  private mutating func leaveOut(_ operation: Operation, _ error: RangeMapError) {
    comment("Left to the caller to check (\(error)): \(ScriptText.print(operation))")
  }

  private func arguments(_ range: KeyRange) -> String {
    "\(CTestWords.text(of: range.first)), \(CTestWords.text(of: range.last))"
  }

  // MARK: Reads

  private mutating func writeRead(_ operation: Operation, _ outcome: CallOutcome) {
    switch operation {
    case .load(let index): expect("mtree_load(mt, \(CTestWords.text(of: index)))", entry(outcome))
    case .find(let first, let limit): writeFind("mt_find", first, limit, outcome)
    case .findAfter(let first, let limit): writeFind("mt_find_after", first, limit, outcome)
    case .next(let index, let limit): expect("mt_next(mt, \(arguments(KeyRange(index, limit))))", entry(outcome))
    case .previous(let index, let limit): expect("mt_prev(mt, \(arguments(KeyRange(index, limit))))", entry(outcome))
    case .lowestGap(let size, let window): writeGap("mas_empty_area", size, window, operation, outcome)
    case .highestGap(let size, let window): writeGap("mas_empty_area_rev", size, window, operation, outcome)
    default: preconditionFailure("not a read")
    }
  }

  private mutating func writeFind(_ function: String, _ first: UInt64, _ limit: UInt64, _ outcome: CallOutcome) {
    guard case .found(_, let index) = outcome else { preconditionFailure("a find tells where it went") }
    use(.index)
    emit("index = \(CTestWords.text(of: first));")
    expect("\(function)(mt, &index, \(CTestWords.text(of: limit)))", entry(outcome))
    expect("index", CTestWords.text(of: index))
  }

  private mutating func writeGap(
    _ function: String, _ size: UInt64, _ window: KeyRange, _ operation: Operation, _ outcome: CallOutcome
  ) {
    if case .failure(.gapsNotTracked, _) = outcome { return leaveOut(operation, .gapsNotTracked) }
    use(.gap)
    use(.code)
    // A search goes on with the state of the one before, as that of a caller who looks for one gap after the other.
    if gapSearch?.goesOn(operation) != true { emit("mas_init(&gap, mt, 0);") }
    // A check that fails evaluates its expression again, which for a search is another one.
    emit("mas_lock(&gap);")
    emit("code = \(function)(&gap, \(arguments(window)), \(CTestWords.text(of: size)));")
    emit("mas_unlock(&gap);")
    expect("code", code(outcome))
    gapSearch = nil
    guard case .index(let index) = outcome else { return }
    expect("gap.index", CTestWords.text(of: index))
    gapSearch = CTestGapSearch(isDownward: operation.kind == .highestGap, found: index)
  }

  // MARK: Plain writes

  private mutating func writePlain(_ operation: Operation, _ outcome: CallOutcome) {
    switch operation {
    case .store(let range, let entry, let policy):
      writeStore("mtree_store_range", range, entry, policy, outcome)
    case .insert(let range, let entry, let policy):
      writeStore("mtree_insert_range", range, entry, policy, outcome)
    case .erase(let index, _): expect("mtree_erase(mt, \(CTestWords.text(of: index)))", entry(outcome))
    case .allocateLowest(let size, let window, let entry, let policy):
      let middle = "\(CTestWords.text(of: entry)), \(CTestWords.text(of: size)), \(arguments(window))"
      writeAllocation("mtree_alloc_range(mt, &index, \(middle), \(CTestWords.text(of: policy)))", outcome)
    case .allocateHighest(let size, let window, let entry, let policy):
      let middle = "\(CTestWords.text(of: entry)), \(CTestWords.text(of: size)), \(arguments(window))"
      writeAllocation("mtree_alloc_rrange(mt, &index, \(middle), \(CTestWords.text(of: policy)))", outcome)
    case .allocateCyclic(let window, let entry, let policy):
      use(.next)
      let middle = "\(CTestWords.text(of: entry)), \(arguments(window)), &next"
      writeAllocation("mtree_alloc_cyclic(mt, &index, \(middle), \(CTestWords.text(of: policy)))", outcome)
    case .removeAll: emit("mtree_destroy(mt);")
    case .setReadCopyUpdate(let enabled): emit(enabled ? "mt_set_in_rcu(mt);" : "mt_clear_in_rcu(mt);")
    default: preconditionFailure("not one call")
    }
  }

  private mutating func writeStore(
    _ function: String, _ range: KeyRange, _ entry: Entry?, _ policy: AllocationPolicy, _ outcome: CallOutcome
  ) {
    let last = "\(CTestWords.text(of: entry)), \(CTestWords.text(of: policy))"
    expect("\(function)(mt, \(arguments(range)), \(last))", code(outcome))
  }

  private mutating func writeAllocation(_ call: String, _ outcome: CallOutcome) {
    use(.index)
    expect(call, code(outcome))
    switch outcome {
    case .index(let index): expect("index", CTestWords.text(of: index))
    case .cyclic(let index, _, let next):
      expect("index", CTestWords.text(of: index))
      expect("next", CTestWords.text(of: next))
    default: break
    }
  }

  // MARK: Prepared stores and bulk mode

  private mutating func writeReserved(_ operation: Operation, _ outcome: CallOutcome) {
    if case .failure(let error, _) = outcome { return leaveOut(operation, error) }
    switch operation {
    case .prepare(let range, let entry, let policy):
      if isPrepared { giveUpPreparation() }
      use(.prepared)
      emit("mas_init(&prepared, mt, 0);")
      emit("mas_set_range(&prepared, \(arguments(range)));")
      emit("mas_lock(&prepared);")
      let last = "\(CTestWords.text(of: entry)), \(CTestWords.text(of: policy))"
      expect("mas_preallocate(&prepared, \(last))", "0")
      emit("mas_unlock(&prepared);")
      preparedEntry = entry
    case .storePrepared:
      emit("mas_lock(&prepared);")
      emit("mas_store_prealloc(&prepared, \(CTestWords.text(of: preparedEntry)));")
      emit("mas_unlock(&prepared);")
    case .abandonPrepared: if isPrepared { giveUpPreparation() }
    case .beginBulk(let count, _):
      // Bulk mode that is on goes on, and its reserve is added to: a flag that says that it is complete is taken away.
      let adds = isInBulkMode && !hasChangedSinceBulk
      if isInBulkMode && !adds { leaveBulkMode() }
      use(.bulk)
      emit(adds ? "bulk.mas_flags &= ~MA_STATE_PREALLOC;" : "mas_init(&bulk, mt, 0);")
      emit("mas_lock(&bulk);")
      let expected = min(count, CTestWriter.greatestReserve) + (oracle.entryCount == 0 ? 0 : CTestWriter.spareReserve)
      expect("mas_expected_entries(&bulk, \(CTestWords.text(of: expected)))", "0")
      emit("mas_unlock(&bulk);")
    case .bulkStore(let range, let entry): writeBulkStore(range, entry)
    case .endBulk: if isInBulkMode { leaveBulkMode() }
    default: preconditionFailure("neither a prepared store nor bulk mode")
    }
  }

  private mutating func writeBulkStore(_ range: KeyRange, _ entry: Entry?) {
    if bulkStoresLeft == 0 {
      comment("More than were expected: a plain store.")
      return writeStore("mtree_store_range", range, entry, .mustNotSleep, .done)
    }
    emit("mas_lock(&bulk);")
    emit("mas_set_range(&bulk, \(arguments(range)));")
    emit("mas_store(&bulk, \(CTestWords.text(of: entry)));")
    emit("mas_unlock(&bulk);")
  }

  // MARK: Cursors

  private mutating func writeCursor(_ operation: Operation, _ outcome: CallOutcome) {
    switch operation {
    case .cursorSet(let cursor, let range): emit("mas_set_range(&\(name(cursor)), \(arguments(range)));")
    case .cursorPause(let cursor): emit("mas_pause(&\(name(cursor)));")
    case .cursorReset(let cursor): emit("mas_reset(&\(name(cursor)));")
    case .cursorMove(let cursor, let move, let limit):
      let last = move == .walk ? "" : ", \(CTestWords.text(of: limit))"
      emit("mas_lock(&\(name(cursor)));")
      expect("\(CTestWriter.function(of: move))(&\(name(cursor))\(last))", entry(outcome))
      emit("mas_unlock(&\(name(cursor)));")
      checkCursor(cursor)
    case .cursorStore(let cursor, let entry, let policy):
      if case .failure(let error, _) = outcome { return leaveOut(operation, error) }
      let last = "\(CTestWords.text(of: entry)), \(CTestWords.text(of: policy))"
      emit("mas_lock(&\(name(cursor)));")
      expect("mas_store_gfp(&\(name(cursor)), \(last))", "0")
      emit("mas_unlock(&\(name(cursor)));")
      checkCursor(cursor)
    case .cursorErase(let cursor, _):
      emit("mas_lock(&\(name(cursor)));")
      expect("mas_erase(&\(name(cursor)))", entry(outcome))
      // Where nothing is erased and there is no node, the state keeps its range.
      if outcome == .entry(nil) { emit("mas_walk(&\(name(cursor)));") }
      emit("mas_unlock(&\(name(cursor)));")
      checkCursor(cursor)
    default: preconditionFailure("not an operation of a cursor")
    }
  }

  /// The state of a cursor, in C.
  private func name(_ cursor: Int) -> String { "mas\(cursor & 3)" }

  private mutating func checkCursor(_ cursor: Int) {
    let state = oracle.cursorState(cursor & 3)
    expect("\(name(cursor)).index", CTestWords.text(of: state.range.first))
    expect("\(name(cursor)).last", CTestWords.text(of: state.range.last))
    expect("\(name(cursor)).status", CTestWords.text(of: state.status))
  }

  private static func function(of move: CursorMove) -> String {
    switch move {
    case .walk: "mas_walk"
    case .find: "mas_find"
    case .findRange: "mas_find_range"
    case .next: "mas_next"
    case .nextRange: "mas_next_range"
    case .previous: "mas_prev"
    case .previousRange: "mas_prev_range"
    case .findReverse: "mas_find_rev"
    case .findRangeReverse: "mas_find_range_rev"
    }
  }
}

/// A search for a gap that found one, whose state the next search in the same direction may go on with.
struct CTestGapSearch {
  var isDownward: Bool
  var found: UInt64

  /// Whether a search looks further on in the same direction.
  func goesOn(_ operation: Operation) -> Bool {
    switch operation {
    case .lowestGap(_, let window): !isDownward && window.first >= found
    case .highestGap(_, let window): isDownward && window.last < found
    default: false
    }
  }
}
