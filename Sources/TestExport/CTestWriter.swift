import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import SortedArrayOracle

/// Makes the operations of a script on the sorted array, and writes each as a call that must do the same.
struct CTestWriter {
  var oracle: SortedArrayOracle
  /// The name of the function.
  let name: String
  /// The functions that are called back while a call waits for memory.
  var callbacks: [String] = []
  private let effects: [CTestEffect]
  private var orders = CTestOrders()
  /// The place of the operation at hand in the script.
  private var place = -1
  /// Whether our tree, which tells what orders come to, no longer holds what the sorted array does.
  private var hasParted = false
  /// Where the next cyclic search begins.
  private var next: UInt64 = 0

  /// The statements so far.
  private(set) var body = ""
  private(set) var variables: Set<CTestVariable> = []
  /// What the map must hold where it is looked at.
  private(set) var tables: [[(range: KeyRange, entry: Entry)]] = []
  /// How many duplicates were made.
  private(set) var copies = 0

  // What the kernel leaves to its callers.
  private(set) var isPrepared = false
  var preparedEntry: Entry?
  private var hasChangedSincePrepare = false
  private(set) var isInBulkMode = false
  /// How many stores the reserve of bulk mode still is for.
  private(set) var bulkStoresLeft: UInt64 = 0
  private(set) var hasChangedSinceBulk = false
  /// The last search for a gap, if the next one can go on with its state.
  var gapSearch: CTestGapSearch?

  /// Begins the test of a script, whose cursors must be known before a duplicate takes the tree's place.
  init(_ script: Script, name: String, rule: RebuildRule) {
    self.name = name
    effects = CTestEffect.all(of: script, rule: rule)
    oracle = SortedArrayOracle(configuration: script.configuration)
    for operation in script.operations {
      if let cursor = operation.usedCursor { use(CTestVariable.cursors[cursor]) }
    }
  }

  /// The most entries that are written down one by one.
  static let greatestTable = 128
  /// The greatest number of entries that bulk mode reserves memory for: the kernel counts the nodes in an `int`.
  static let greatestReserve: UInt64 = 1 << 20
  /// Expected on top of the entries to come where the tree is not empty: the kernel's estimate is for an empty one, and
  /// to split what is there, at the most 31 levels of it, 94 nodes must be there too. A node is asked for every 14.
  static let spareReserve: UInt64 = 94 * 14

  // MARK: Lines

  mutating func use(_ variable: CTestVariable) { variables.insert(variable) }

  /// Adds a line as it is, such as one for the preprocessor.
  mutating func emitRaw(_ line: String) { body += line }

  mutating func emit(_ statement: String, depth: Int = 1) { body += CTestWords.statement(statement, depth: depth) }

  mutating func comment(_ text: String) { body += CTestWords.comment(text) }

  /// A check that two expressions are equal.
  mutating func expect(_ expression: String, _ value: String, depth: Int = 1) {
    // The suite prints the expression as a number, so that the compiler would complain of a plain pointer.
    emit("MT_BUG_ON(mt, \(expression)\(value == "0" ? "" : " != \(value)"));", depth: depth)
  }

  // MARK: Operations

  mutating func add(_ operation: Operation) {
    place += 1
    switch operation.kind {
    case .failAllocation:
      orders.failure = (operation.number, operation.flag)
      orders.texts.append(ScriptText.print(operation))
      return
    case .interlope:
      orders.interloper = (operation.range, operation.entry)
      orders.texts.append(ScriptText.print(operation))
      return
    default: break
    }
    if !orders.texts.isEmpty && !operation.kind.isOrder {
      let given = orders
      orders = CTestOrders()
      if !hasParted && callOrdered(operation, given, effects[place]) { return }
      noCounterpart(given, effects[place])
    }
    addPlain(operation)
  }

  private mutating func noCounterpart(_ orders: CTestOrders, _ effect: CTestEffect) {
    for text in orders.texts { comment("No counterpart here: \(text)") }
    hasParted = hasParted || effect.wasRefused || effect.interloperRan
  }

  private mutating func addPlain(_ operation: Operation) {
    switch operation.kind {
    case .enterReader, .leaveReader, .atMost:
      comment("No counterpart here: \(ScriptText.print(operation))")
    case .verify: checkContent()
    case .fill: fill(operation)
    case .bulkFill: bulkFill(operation)
    case .duplicate: duplicate(operation.policy)
    case .storePrepared where isPrepared && hasChangedSincePrepare:
      comment("The tree changed since mas_preallocate(), so the store would not fit: left out.")
    default: call(operation)
    }
  }

  /// Makes a call on the sorted array alone.
  mutating func callOracle(_ operation: Operation) -> CallOutcome {
    hasChangedSincePrepare = true
    hasChangedSinceBulk = true
    gapSearch = nil
    return oracle.call(operation, next: &next)
  }

  mutating func call(_ operation: Operation) {
    let before = (0..<4).map { oracle.cursorState($0) }
    let outcome = oracle.call(operation, next: &next)
    write(operation, outcome)
    let isChange = operation.kind.isWrite && outcome.error == nil
    switch operation.kind {
    case .prepare where outcome.error == nil:
      isPrepared = true
      hasChangedSincePrepare = false
    case .storePrepared, .abandonPrepared: isPrepared = false
    case .beginBulk:
      isInBulkMode = true
      bulkStoresLeft = operation.number
      hasChangedSinceBulk = false
    case .bulkStore where outcome.error == nil:
      hasChangedSinceBulk = bulkStoresLeft == 0
      if bulkStoresLeft > 0 { bulkStoresLeft -= 1 }
    case .endBulk: isInBulkMode = false
    default: hasChangedSinceBulk = hasChangedSinceBulk || isChange
    }
    if isChange || operation.kind == .setReadCopyUpdate { hasChangedSincePrepare = true }
    if operation.kind.isWrite { gapSearch = nil }
    pauseCursors(changedSince: before)
  }

  /// A cursor must not be used over another's write without a pause.
  private mutating func pauseCursors(changedSince before: [CursorState]) {
    for cursor in 0..<4 where variables.contains(CTestVariable.cursors[cursor]) {
      let status = oracle.cursorState(cursor).status
      if status == .pause && before[cursor].status != .pause { emit("mas_pause(&mas\(cursor));") }
    }
  }

  private mutating func fill(_ operation: Operation) {
    guard let stores = FillStores(operation) else { return }
    let before = (0..<4).map { oracle.cursorState($0) }
    var count = 0
    var outcome = CallOutcome.done
    for store in stores {
      outcome = oracle.call(store, next: &next)
      count += 1
    }
    if count == 0 { return comment("Nothing to store: \(ScriptText.print(operation))") }
    use(.number)
    emit("for (i = 0; i < \(count); i++)")
    let (start, last) = bounds(ofFill: operation)
    let arguments = "mt, \(start), \(last), \(CTestWords.text(of: operation.entry)), GFP_KERNEL"
    expect("mtree_store_range(\(arguments))", outcome.error.map { CTestWords.text(of: $0) } ?? "0", depth: 2)
    hasChangedSincePrepare = true
    hasChangedSinceBulk = true
    gapSearch = nil
    pauseCursors(changedSince: before)
  }

  /// The ends of the `i`th range of a fill, in C.
  private func bounds(ofFill fill: Operation) -> (first: String, last: String) {
    let step = " + i * \(CTestWords.text(of: fill.stride))"
    return (CTestWords.text(of: fill.index) + step, CTestWords.text(of: fill.index + (fill.width - 1)) + step)
  }

  /// A loop of stores in bulk mode where the reserve is for all of them, else one store after the other.
  private mutating func bulkFill(_ operation: Operation) {
    guard let stores = FillStores(operation) else { return }
    let all = Array(stores)
    guard isInBulkMode, !all.isEmpty, bulkStoresLeft >= all.count, !operation.nonNullEntry.isAdvanced else {
      return all.forEach { call($0) }
    }
    let before = (0..<4).map { oracle.cursorState($0) }
    for store in all { _ = oracle.call(store, next: &next) }
    bulkStoresLeft -= UInt64(all.count)
    hasChangedSinceBulk = false
    hasChangedSincePrepare = true
    gapSearch = nil
    use(.number)
    emit("for (i = 0; i < \(all.count); i++) {")
    let (start, last) = bounds(ofFill: operation)
    emit("mas_lock(&bulk);", depth: 2)
    emit("mas_set_range(&bulk, \(start), \(last));", depth: 2)
    emit("mas_store(&bulk, \(CTestWords.text(of: operation.entry)));", depth: 2)
    emit("mas_unlock(&bulk);", depth: 2)
    emit("}")
    pauseCursors(changedSince: before)
  }

  /// Duplicates the tree, gives up the source with what was reserved for it, and goes on with the duplicate.
  private mutating func duplicate(_ policy: AllocationPolicy) {
    let copy = "copies[\(copies)]"
    copies += 1
    emit("mt_init_flags(&\(copy), mt->ma_flags & ~MT_FLAGS_HEIGHT_MASK);")
    expect("mtree_dup(mt, &\(copy), \(CTestWords.text(of: policy)))", "0")
    endReservations()
    gapSearch = nil
    emit("mtree_destroy(mt);")
    emit("mt = &\(copy);")
    for cursor in 0..<4 where variables.contains(CTestVariable.cursors[cursor]) {
      emit("mas_init(&mas\(cursor), mt, 0);")
    }
    var duplicate = SortedArrayOracle(configuration: oracle.configuration)
    do throws(RangeMapError) {
      try oracle.duplicate(into: &duplicate, policy: policy)
    } catch {
      preconditionFailure("an empty map of the same kind takes a duplicate")
    }
    oracle = duplicate
    for cursor in 0..<4 { oracle.cursorSet(cursor, to: .single(0)) }
    checkContent()
  }

  /// Gives up what is reserved; the end of bulk mode may even out a leaf.
  mutating func endReservations() {
    if isPrepared { giveUpPreparation() }
    if isInBulkMode { leaveBulkMode() }
    isPrepared = false
    isInBulkMode = false
  }

  mutating func giveUpPreparation() { emit("mas_destroy(&prepared);") }

  mutating func leaveBulkMode() {
    // What was the last leaf may be gone.
    if hasChangedSinceBulk { emit("mas_reset(&bulk);") }
    emit("mas_lock(&bulk);")
    emit("mas_destroy(&bulk);")
    emit("mas_unlock(&bulk);")
  }

  // MARK: Content

  mutating func finish() {
    noCounterpart(orders, CTestEffect())
    endReservations()
    checkContent()
    emit("mtree_destroy(mt);")
    emitRaw("#ifndef __KERNEL__\n")
    emit("mt_set_non_kernel(0);")
    emitRaw("#endif\n")
  }

  private mutating func checkContent() {
    var content: [(range: KeyRange, entry: Entry)] = []
    oracle.forEachEntry { content.append(($0, $1)) }
    use(.all)
    emit("mas_init(&all, mt, 0);")
    emit("mas_lock(&all);")
    if content.count > CTestWriter.greatestTable {
      use(.count)
      use(.entry)
      emit("count = 0;")
      emit("mas_for_each(&all, entry, ULONG_MAX)")
      emit("count++;", depth: 2)
      expect("count", "\(content.count)")
    } else {
      if !content.isEmpty { checkTable(content) }
      expect("mas_find(&all, ULONG_MAX)", "NULL")
    }
    emit("mas_unlock(&all);")
    emit("mt_validate(mt);")
  }

  private mutating func checkTable(_ content: [(range: KeyRange, entry: Entry)]) {
    let table = "content\(tables.count)"
    tables.append(content)
    use(.number)
    emit("for (i = 0; i < ARRAY_SIZE(\(table)); i++) {")
    expect("mas_find(&all, ULONG_MAX)", "(void *)\(table)[i][2]", depth: 2)
    expect("all.index", "\(table)[i][0]", depth: 2)
    expect("all.last", "\(table)[i][1]", depth: 2)
    emit("}")
  }
}
