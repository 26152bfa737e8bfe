import CSubjectABI
import RangeMapCore

extension ExternalSubject {
  public mutating func store(_ entry: Entry?, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    guard let store = table.pointee.store else { throw .unsupported }
    try check("store", store(map, entry?.word ?? 0, range.first, range.last, Self.policy(policy)))
    pauseCursors()
  }

  public mutating func insert(_ entry: Entry, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    guard let insert = table.pointee.insert else { throw .unsupported }
    var occupant: UInt64 = 0
    let status = insert(map, entry.word, range.first, range.last, Self.policy(policy), &occupant)
    try check("insert", status, occupant: occupant)
    pauseCursors()
  }

  public mutating func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    guard let erase = table.pointee.erase else { throw .unsupported }
    var word: UInt64 = 0
    try check("erase", erase(map, index, Self.policy(policy), &word))
    if word != 0 { pauseCursors() }
    return Entry(word: word)
  }

  public mutating func allocateLowest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    guard let allocate = table.pointee.allocate_lowest else { throw .unsupported }
    var start: UInt64 = 0
    try check(
      "allocate_lowest", allocate(map, entry.word, size, window.first, window.last, Self.policy(policy), &start))
    pauseCursors()
    return start
  }

  public mutating func allocateHighest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    guard let allocate = table.pointee.allocate_highest else { throw .unsupported }
    var start: UInt64 = 0
    try check(
      "allocate_highest", allocate(map, entry.word, size, window.first, window.last, Self.policy(policy), &start))
    pauseCursors()
    return start
  }

  public mutating func allocateCyclic(
    _ entry: Entry, in window: KeyRange, next: inout UInt64, policy: AllocationPolicy
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool) {
    guard let allocate = table.pointee.allocate_cyclic else { throw .unsupported }
    var (index, wrapped): (UInt64, Bool) = (0, false)
    try check(
      "allocate_cyclic",
      allocate(map, entry.word, window.first, window.last, &next, Self.policy(policy), &index, &wrapped))
    pauseCursors()
    return (index, wrapped)
  }

  public mutating func removeAll() {
    table.pointee.remove_all?(map)
    pauseCursors()
  }

  public mutating func setReadCopyUpdate(_ enabled: Bool) {
    guard let set = table.pointee.set_read_copy_update else { return }
    set(map, enabled)
    configuration.usesReadCopyUpdate = enabled
  }

  public func duplicate(
    into destination: inout ExternalSubject, policy: AllocationPolicy
  ) throws(RangeMapError) {
    guard let duplicate = table.pointee.duplicate else { throw .unsupported }
    try check("duplicate", duplicate(map, destination.map, Self.policy(policy)))
    destination.pauseCursors()
  }

  // MARK: Prepared stores and bulk mode

  public mutating func prepare(_ entry: Entry?, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    guard let prepare = table.pointee.prepare else { throw .unsupported }
    try check("prepare", prepare(map, entry?.word ?? 0, range.first, range.last, Self.policy(policy)))
  }

  public mutating func storePrepared() throws(RangeMapError) {
    guard let store = table.pointee.store_prepared else { throw .unsupported }
    try check("store_prepared", store(map))
    pauseCursors()
  }

  public mutating func abandonPrepared() { table.pointee.abandon_prepared?(map) }

  public mutating func beginBulk(expecting count: UInt64, policy: AllocationPolicy) throws(RangeMapError) {
    guard let begin = table.pointee.begin_bulk else { throw .unsupported }
    try check("begin_bulk", begin(map, count, Self.policy(policy)))
  }

  public mutating func bulkStore(_ entry: Entry?, over range: KeyRange) throws(RangeMapError) {
    guard let store = table.pointee.bulk_store else { throw .unsupported }
    try check("bulk_store", store(map, entry?.word ?? 0, range.first, range.last))
    pauseCursors()
  }

  public mutating func endBulk() { table.pointee.end_bulk?(map) }
}
