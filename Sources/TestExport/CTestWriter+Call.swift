import Harness
import Operations
import RangeMapCore
import SortedArrayOracle

/// The calls that operations stand for.
extension CTestWriter {
  mutating func write(_ operation: Operation, _ outcome: CallOutcome) {
    switch operation.kind {
    case .load: expect("mtree_load(mt, \(CTestWords.text(of: operation.index)))", entry(outcome))
    case .find: writeFind("mt_find", operation.range, outcome)
    case .findAfter: writeFind("mt_find_after", operation.range, outcome)
    case .next: expect("mt_next(mt, \(arguments(operation.range)))", entry(outcome))
    case .previous:
      expect("mt_prev(mt, \(arguments(KeyRange(operation.index, operation.number))))", entry(outcome))
    case .lowestGap: writeGap("mas_empty_area", operation, outcome)
    case .highestGap: writeGap("mas_empty_area_rev", operation, outcome)
    case .store: writeStore("mtree_store_range", operation, outcome)
    case .insert: writeStore("mtree_insert_range", operation, outcome)
    case .erase: expect("mtree_erase(mt, \(CTestWords.text(of: operation.index)))", entry(outcome))
    case .allocateLowest:
      let size = CTestWords.text(of: operation.number)
      writeAllocation("mtree_alloc_range", "\(size), \(arguments(operation.range))", operation, outcome)
    case .allocateHighest:
      let size = CTestWords.text(of: operation.number)
      writeAllocation("mtree_alloc_rrange", "\(size), \(arguments(operation.range))", operation, outcome)
    case .allocateCyclic:
      use(.next)
      writeAllocation("mtree_alloc_cyclic", "\(arguments(operation.range)), &next", operation, outcome)
    case .removeAll: emit("mtree_destroy(mt);")
    case .setReadCopyUpdate: emit(operation.flag ? "mt_set_in_rcu(mt);" : "mt_clear_in_rcu(mt);")
    case .prepare, .storePrepared, .abandonPrepared, .beginBulk, .bulkStore, .endBulk:
      if case .failure(let error, _) = outcome { return leaveOut(operation, error) }
      writeReserved(operation)
    case .cursorSet: emit("mas_set_range(&\(name(operation.cursor)), \(arguments(operation.range)));")
    case .cursorPause: emit("mas_pause(&\(name(operation.cursor)));")
    case .cursorReset: emit("mas_reset(&\(name(operation.cursor)));")
    case .cursorMove:
      let last = operation.move == .walk ? "" : ", \(CTestWords.text(of: operation.number))"
      writeCursorCall(CTestWriter.function(of: operation.move), last, returns: entry(outcome), operation)
    case .cursorStore:
      if case .failure(let error, _) = outcome { return leaveOut(operation, error) }
      let last = ", \(CTestWords.text(of: operation.entry)), \(CTestWords.text(of: operation.policy))"
      writeCursorCall("mas_store_gfp", last, returns: "0", operation)
    case .cursorErase:
      // Where nothing is erased and there is no node, the state keeps its range.
      writeCursorCall("mas_erase", "", returns: entry(outcome), operation, walks: outcome == .entry(nil))
    case .duplicate, .fill, .bulkFill, .failAllocation, .interlope, .atMost, .enterReader, .leaveReader, .verify:
      preconditionFailure("not one call")
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

  private mutating func writeFind(_ function: String, _ range: KeyRange, _ outcome: CallOutcome) {
    guard case .found(_, let index) = outcome else { preconditionFailure("a find tells where it went") }
    use(.index)
    emit("index = \(CTestWords.text(of: range.first));")
    expect("\(function)(mt, &index, \(CTestWords.text(of: range.last)))", entry(outcome))
    expect("index", CTestWords.text(of: index))
  }

  private mutating func writeGap(_ function: String, _ operation: Operation, _ outcome: CallOutcome) {
    if case .failure(.gapsNotTracked, _) = outcome { return leaveOut(operation, .gapsNotTracked) }
    use(.gap)
    use(.code)
    // A search goes on with the state of the one before, as that of a caller who looks for one gap after the other.
    if gapSearch?.goesOn(operation) != true { emit("mas_init(&gap, mt, 0);") }
    // A check that fails evaluates its expression again, which for a search is another one.
    emit("mas_lock(&gap);")
    emit("code = \(function)(&gap, \(arguments(operation.range)), \(CTestWords.text(of: operation.number)));")
    emit("mas_unlock(&gap);")
    expect("code", code(outcome))
    gapSearch = nil
    guard case .index(let index) = outcome else { return }
    expect("gap.index", CTestWords.text(of: index))
    gapSearch = CTestGapSearch(isDownward: operation.kind == .highestGap, found: index)
  }

  // MARK: Plain writes

  private mutating func writeStore(_ function: String, _ operation: Operation, _ outcome: CallOutcome) {
    let last = "\(CTestWords.text(of: operation.entry)), \(CTestWords.text(of: operation.policy))"
    expect("\(function)(mt, \(arguments(operation.range)), \(last))", code(outcome))
  }

  private mutating func writeAllocation(
    _ function: String, _ where: String, _ operation: Operation, _ outcome: CallOutcome
  ) {
    use(.index)
    let (entry, policy) = (CTestWords.text(of: operation.entry), CTestWords.text(of: operation.policy))
    expect("\(function)(mt, &index, \(entry), \(`where`), \(policy))", code(outcome))
    switch outcome {
    case .index(let index): expect("index", CTestWords.text(of: index))
    case .cyclic(let index, _, let next):
      expect("index", CTestWords.text(of: index))
      expect("next", CTestWords.text(of: next))
    default: break
    }
  }

  // MARK: Prepared stores and bulk mode

  private mutating func writeReserved(_ operation: Operation) {
    switch operation.kind {
    case .prepare:
      if isPrepared { giveUpPreparation() }
      use(.prepared)
      emit("mas_init(&prepared, mt, 0);")
      emit("mas_set_range(&prepared, \(arguments(operation.range)));")
      emit("mas_lock(&prepared);")
      let last = "\(CTestWords.text(of: operation.entry)), \(CTestWords.text(of: operation.policy))"
      expect("mas_preallocate(&prepared, \(last))", "0")
      emit("mas_unlock(&prepared);")
      preparedEntry = operation.entry
    case .storePrepared:
      emit("mas_lock(&prepared);")
      emit("mas_store_prealloc(&prepared, \(CTestWords.text(of: preparedEntry)));")
      emit("mas_unlock(&prepared);")
    case .abandonPrepared: if isPrepared { giveUpPreparation() }
    case .beginBulk:
      // Bulk mode that is on goes on, and its reserve is added to: a flag that says that it is complete is taken away.
      let adds = isInBulkMode && !hasChangedSinceBulk
      if isInBulkMode && !adds { leaveBulkMode() }
      use(.bulk)
      emit(adds ? "bulk.mas_flags &= ~MA_STATE_PREALLOC;" : "mas_init(&bulk, mt, 0);")
      emit("mas_lock(&bulk);")
      let spare = oracle.entryCount == 0 ? 0 : CTestWriter.spareReserve
      let expected = min(operation.number, CTestWriter.greatestReserve) + spare
      expect("mas_expected_entries(&bulk, \(CTestWords.text(of: expected)))", "0")
      emit("mas_unlock(&bulk);")
    case .bulkStore: writeBulkStore(operation)
    case .endBulk: if isInBulkMode { leaveBulkMode() }
    default: preconditionFailure("neither a prepared store nor bulk mode")
    }
  }

  private mutating func writeBulkStore(_ operation: Operation) {
    if bulkStoresLeft == 0 {
      comment("More than were expected: a plain store.")
      var store = operation
      store.policy = .mustNotSleep
      return writeStore("mtree_store_range", store, .done)
    }
    emit("mas_lock(&bulk);")
    emit("mas_set_range(&bulk, \(arguments(operation.range)));")
    emit("mas_store(&bulk, \(CTestWords.text(of: operation.entry)));")
    emit("mas_unlock(&bulk);")
  }

  // MARK: Cursors

  private mutating func writeCursorCall(
    _ function: String, _ last: String, returns value: String, _ operation: Operation, walks: Bool = false
  ) {
    let name = name(operation.cursor)
    emit("mas_lock(&\(name));")
    expect("\(function)(&\(name)\(last))", value)
    if walks { emit("mas_walk(&\(name));") }
    emit("mas_unlock(&\(name));")
    checkCursor(operation.cursor)
  }

  /// The state of a cursor, in C.
  private func name(_ cursor: Int) -> String { "mas\(cursor)" }

  private mutating func checkCursor(_ cursor: Int) {
    let state = oracle.cursorState(cursor)
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
    switch operation.kind {
    case .lowestGap: !isDownward && operation.range.first >= found
    case .highestGap: isDownward && operation.range.last < found
    default: false
    }
  }
}
