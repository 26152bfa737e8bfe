import RangeMapCore

/// What a store will be, and how far up it can reach.
package struct Forecast {
  package let kind: StoreKind
  /// Levels of the tree before the store.
  package let height: Int
  /// The depth below the lowest internal node on the way that has a slot to spare, 0 if none has: a split ends there
  /// at the latest. Kernel: `vacant_height` of `struct ma_wr_state`.
  package let vacantHeight: Int
  /// The depth below the lowest internal node on the way that can lose a child, 0 if none can: a rebalance ends
  /// there at the latest. Kernel: `sufficient_height` of `struct ma_wr_state`.
  package let sufficientHeight: Int
  package let usesReadCopyUpdate: Bool
  /// The leaf as the store finds it, before a NULL is extended over its neighbours; nil if there is no leaf, or if
  /// the store reaches beyond it.
  package let leaf: LeafFacts<Int>?
  /// Whether all of the index space is stored over, as it was asked for.
  package let coversAll: Bool
  /// Whether a store into a tree without a node needs none: only the root pointer changes.
  package let fitsRootPointer: Bool
}
