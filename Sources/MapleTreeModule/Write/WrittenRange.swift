import RangeMapCore

/// What a store has written: what a cursor must know of it.
struct WrittenRange {
  /// The range that was written, with the NULLs that were joined.
  let first: UInt64
  let last: UInt64
  /// Whether NULL was stored.
  let isNull: Bool
  /// Whether the tree had a node before.
  let hadRootNode: Bool
  /// Whether the tree was one entry at index 0 before.
  let hadRootEntry: Bool
  /// The leaf that was written; nil if the store was not within one leaf.
  let place: LeafPlace?

  @inline(__always)
  init(_ state: WriteState, _ kind: StoreKind) {
    first = state.first
    last = state.last
    isNull = state.word == 0
    hadRootNode = state.hadRootNode
    hadRootEntry = state.hadRootEntry
    place =
      switch kind {
      case .exactFit, .append, .slotStore, .nodeStore:
        LeafPlace(leaf: state.leaf.reference, range: KeyRange(state.min, state.max))
      case .rootStore, .newRoot, .splitStore, .rebalance, .spanningStore: nil
      }
  }
}
