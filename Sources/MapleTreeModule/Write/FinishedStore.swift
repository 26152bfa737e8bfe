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

  @inline(__always)
  init(_ write: StoreWrite) {
    first = write.first
    last = write.last
    isNull = write.word == 0
    hadRootNode = write.hadRootNode
    hadRootEntry = write.hadRootEntry
  }
}
