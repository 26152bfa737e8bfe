import RangeMapCore

/// A store, in five steps. Nothing changes before the last one, and from there on nothing can fail.
extension TreeHandle {
  /// Stores a word over a range, and returns what was written; nil if the tree's lock was let go to wait for nodes.
  /// Then another writer may have been there: the caller begins again with what it looked up, and its range.
  ///
  /// - Parameters:
  ///   - reserve: nodes in hand already; what is left of it afterwards is the caller's.
  ///   - hint: a leaf of the tree as it is, in which the store may land.
  @inline(__always)
  func tryStore(
    _ word: UInt64, over range: KeyRange, _ reserve: inout NodeReserve, policy: AllocationPolicy, isBulk: Bool = false,
    near hint: LeafPlace? = nil
  ) throws(RangeMapError) -> WrittenRange? {
    assertLocked()
    announceStore(word, over: range, isBulk: isBulk)
    var state = WriteState(self, word, over: range, isBulk: isBulk)
    state.walk(from: hint)
    state.widen()
    let plan = state.plan()
    try checkHeight(plan)
    guard try takeNodes(for: plan, policy: policy, into: &reserve) else { return nil }
    return state.carryOut(plan, &reserve)
  }

  /// Stores, and begins again as often as the lock is let go. Kernel: `mas_store_gfp()`.
  @inline(__always)
  func store(_ word: UInt64, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    var reserve = NodeReserve()
    defer { empty(&reserve) }
    while try tryStore(word, over: range, &reserve, policy: policy) == nil {}
  }

  /// Refuses a store that may grow a tree of the greatest height.
  @inline(__always)
  func checkHeight(_ plan: StorePlan) throws(RangeMapError) {
    guard plan.kind == .splitStore || plan.kind == .spanningStore else { return }
    guard height < TreeHandle.greatestHeight else { throw .heightLimit }
  }
}
