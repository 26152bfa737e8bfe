import Operations
import RangeMapCore

extension Comparison where First: ~Copyable, Second: ~Copyable {
  /// Makes an operation as far as two trees of one algorithm promise the same nodes after it.
  ///
  /// Orders to fail an allocation and other writers are left out: two libraries need not ask in the same order. So are
  /// a prepared store after a change, stores in bulk mode that do not come after everything else, and bulk mode while
  /// readers may be inside: of these the kernel promises nothing.
  mutating func performInLockstep(_ operation: Operation) {
    switch operation.kind {
    case .failAllocation, .interlope, .atMost: return
    case .beginBulk:
      if configuration.usesReadCopyUpdate { return }
      endBulk()
      isBulk = true
    case .bulkFill:
      guard let stores = FillStores(operation) else { return }
      for store in stores where !hasEnded && isAfterEverything(store) { call(store) }
      return
    case .bulkStore: if !isAfterEverything(operation) { return }
    case .endBulk: return endBulk()
    case .prepare:
      endBulk()
      // One that is prepared anew may keep more nodes than it needs.
      call(.abandonPrepared)
    case .storePrepared:
      // The end of bulk mode is a change too.
      endBulk()
      if hasChangedSincePrepare { return }
    case .fill, .duplicate: endBulk()
    default: if operation.kind.isWriteOrReservation || operation.kind == .setReadCopyUpdate { endBulk() }
    }
    make(operation)
  }

  private mutating func endBulk() {
    guard isBulk, !hasEnded else { return }
    isBulk = false
    call(.endBulk)
  }

  /// Whether a store in bulk mode comes after everything else.
  private func isAfterEverything(_ store: Operation) -> Bool {
    let range = store.range
    var index = range.first
    guard isBulk, store.entry != nil, range.isValid, first.slot(at: index).entry == nil else { return false }
    // A zero entry is passed over by the search.
    return first.find(&index, through: .max) == nil && first.slot(at: range.first).range.last == .max
  }
}
