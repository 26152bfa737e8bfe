import RangeMapCore
import SortedArrayOracle

extension DefectiveSubject {
  public mutating func store(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    if defect == .memoryErrorWithoutRefusal && stores >= 2 { throw .outOfMemory }
    if defect == .refusalsNeverEnd {
      for _ in 1..<max(1, refusedRequest) { _ = budget.permitsRequest() }
    }
    do throws(RangeMapError) {
      try allocate(policy)
    } catch {
      if try goesOnWithoutMemory(range) { throw error }
    }
    try base.store(entry, over: range, policy: policy)
    countWrite()
    stores += 1
    if defect == .hoardsNodes { hoardedNodes += 8 }
    try loseWhatDefectsLose(range)
  }

  /// What a store without memory does wrong; returns whether it then fails as it should.
  private mutating func goesOnWithoutMemory(_ range: KeyRange) throws(RangeMapError) -> Bool {
    switch defect {
    case .refusalWithoutError: return false
    case .contentChangedByFailure: try base.store(nil, over: .single(range.first), policy: .maySleep)
    case .structureChangedByFailure: shared.structure += 1
    case .cursorChangedByFailure: base.cursorPause(0)
    case .leakedByFailure: leakedNodes += 1
    default: break
    }
    return true
  }

  private mutating func loseWhatDefectsLose(_ range: KeyRange) throws(RangeMapError) {
    if defect == .lostNeighbour && range.last < .max {
      let beside = base.slot(at: range.last + 1)
      if beside.entry != nil { try base.store(nil, over: beside.range, policy: .maySleep) }
    }
    if defect == .lostFarEntry && range.first > 100 { _ = try base.erase(at: 0, policy: .maySleep) }
  }

  public mutating func insert(
    _ entry: Entry, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try allocate(policy)
    do throws(RangeMapError) {
      try base.insert(entry, over: range, policy: policy)
    } catch {
      if defect == .wrongError, case .occupied = error { throw .noSpace }
      throw error
    }
    countWrite()
  }

  public mutating func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    try allocate(policy)
    let entry = try base.erase(at: index, policy: policy)
    countWrite()
    return entry
  }

  public mutating func allocateLowest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    try allocate(policy)
    let index = try base.allocateLowest(entry, size: size, in: window, policy: policy)
    countWrite()
    return index
  }

  public mutating func allocateHighest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64 {
    try allocate(policy)
    let index = try base.allocateHighest(entry, size: size, in: window, policy: policy)
    countWrite()
    return index
  }

  public mutating func allocateCyclic(
    _ entry: Entry, in window: KeyRange, next: inout UInt64, policy: AllocationPolicy
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool) {
    try allocate(policy)
    var taken = try base.allocateCyclic(entry, in: window, next: &next, policy: policy)
    if defect == .wrongCyclicState { taken.wrapped.toggle() }
    countWrite()
    return taken
  }

  public mutating func removeAll() {
    let last = base.slot(at: .max)
    base.removeAll()
    hoardedNodes = 0
    countWrite()
    shared.isEmptied = true
    if readers == 0 { retiredNodes = 0 }
    if defect == .leakedNode { leakedNodes += 1 }
    if defect == .notEmptied { try? base.store(last.entry, over: last.range, policy: .maySleep) }
  }

  public func duplicate(into destination: inout Self, policy: AllocationPolicy) throws(RangeMapError) {
    do throws(RangeMapError) {
      try destination.allocate(policy)
    } catch {
      if defect == .duplicateLeaksOnFailure { destination.leakedNodes += 1 }
      throw error
    }
    if defect == .duplicateOfOtherKind && destination.configuration != configuration { return }
    if defect == .duplicateOverwrites { destination.removeAll() }
    do throws(RangeMapError) {
      try base.duplicate(into: &destination.base, policy: policy)
    } catch {
      if defect == .refusedDuplicateEmpties { destination.removeAll() }
      throw error
    }
    destination.shared.structure = shared.structure
    switch defect {
    case .duplicateIncomplete:
      let last = base.previous(before: .max, downTo: 0) == nil ? .max : base.slot(at: .max).range.first &- 1
      _ = try destination.base.erase(at: last, policy: .maySleep)
    case .duplicateChangesSource: shared.structure += 1
    case .duplicateSharesState: destination.source = shared
    default: break
    }
  }

  public mutating func prepare(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try allocate(policy)
    try base.prepare(entry, over: range, policy: policy)
    preparedNodes = 1
    entryCountWhenPrepared = base.entryCount
  }

  public mutating func storePrepared() throws(RangeMapError) {
    guard preparedNodes > 0 else { throw .notPrepared }
    if defect == .preparedStoreAllocates { _ = budget.permitsRequest() }
    if defect == .planNeverFits || base.entryCount > entryCountWhenPrepared {
      if defect == .planErrorForgetsPreparation { abandonPrepared() }
      throw .planNoLongerFits
    }
    try base.storePrepared()
    preparedNodes = 0
    countWrite()
  }

  public mutating func abandonPrepared() {
    base.abandonPrepared()
    preparedNodes = 0
  }

  public mutating func beginBulk(expecting count: UInt64, policy: AllocationPolicy) throws(RangeMapError) {
    try allocate(policy)
    try base.beginBulk(expecting: count, policy: policy)
    bulkNodes = 1
  }

  public mutating func bulkStore(_ entry: Entry?, over range: KeyRange) throws(RangeMapError) {
    guard bulkNodes > 0 else { throw .notPrepared }
    try allocate(.mustNotSleep)
    try base.bulkStore(entry, over: range)
    countWrite()
  }

  public mutating func endBulk() {
    base.endBulk()
    bulkNodes = 0
  }

  public mutating func cursorStore(
    _ cursor: Int, _ entry: Entry?, policy: AllocationPolicy
  ) throws(RangeMapError) -> Entry? {
    try allocate(policy)
    let former = try base.cursorStore(cursor, entry, policy: policy)
    countWrite()
    return former
  }

  public mutating func cursorErase(_ cursor: Int, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    try allocate(policy)
    let entry = try base.cursorErase(cursor, policy: policy)
    countWrite()
    return entry
  }
}
