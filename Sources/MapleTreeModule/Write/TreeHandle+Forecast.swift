import RangeMapCore

extension MapleTree {
  /// Says how a store would be carried out, and changes nothing. Kernel: `mas_wr_preallocate()`, up to the request.
  ///
  /// - Parameter entry: What would be stored; nil for NULL.
  /// - Complexity: O(log n).
  package func forecast(of entry: Entry?, over range: KeyRange) -> Forecast {
    handle.forecast(entry?.word ?? 0, over: range, isBulk: false)
  }
}

extension TreeHandle {
  /// The first three steps of a store, and what they saw.
  func forecast(_ word: UInt64, over range: KeyRange, isBulk: Bool) -> Forecast {
    var state = WriteState(self, word, over: range, isBulk: isBulk)
    state.notesReach = true
    state.walk()
    let leaf = state.landing == .leaf ? state.leafFacts : nil
    state.widen()
    return Forecast(
      kind: state.plan().kind, height: height, vacantHeight: state.reach.vacant,
      sufficientHeight: state.reach.sufficient, usesReadCopyUpdate: usesReadCopyUpdate, leaf: leaf,
      coversAll: range == .all, fitsRootPointer: range == .single(0) && word & 3 != 2)
  }
}
