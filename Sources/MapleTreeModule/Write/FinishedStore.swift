import RangeMapCore

/// What a cursor must know of a store that was carried out.
struct FinishedStore {
  /// The range that was written, with the NULLs that were joined.
  let first: UInt64
  let last: UInt64
  /// Whether NULL was stored.
  let isNull: Bool
  /// Whether the tree had a node before.
  let hadRootNode: Bool
  /// Whether the tree was one entry at index 0 before.
  let hadRootEntry: Bool
  /// The leaf that was written; nil where the store was not within one leaf.
  let place: LeafPlace?

  @inline(__always)
  init(_ write: StoreWrite, _ kind: StoreKind) {
    first = write.first
    last = write.last
    isNull = write.word == 0
    hadRootNode = write.hadRootNode
    hadRootEntry = write.hadRootEntry
    place =
      switch kind {
      case .exactFit, .append, .slotStore, .nodeStore:
        LeafPlace(leaf: write.leaf.reference, range: KeyRange(write.min, write.max))
      case .rootStore, .newRoot, .splitStore, .rebalance, .spanningStore: nil
      }
  }
}
