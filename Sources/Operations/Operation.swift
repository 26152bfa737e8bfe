import RangeMapCore

/// One line of a script: a call on a subject, or an order to the harness about the next call.
///
/// `docs/SCRIPTS.md` has the text form, `OperationCoding` the bytes. Cursors are numbered from 0 to 3.
public enum Operation: Hashable, Sendable {
  // Plain reads
  case load(UInt64)
  case find(from: UInt64, through: UInt64)
  case findAfter(from: UInt64, through: UInt64)
  case next(after: UInt64, through: UInt64)
  case previous(before: UInt64, downTo: UInt64)
  case lowestGap(size: UInt64, window: KeyRange)
  case highestGap(size: UInt64, window: KeyRange)

  // Plain writes
  case store(KeyRange, Entry?, AllocationPolicy)
  case insert(KeyRange, Entry, AllocationPolicy)
  case erase(UInt64, AllocationPolicy)
  case allocateLowest(size: UInt64, window: KeyRange, Entry, AllocationPolicy)
  case allocateHighest(size: UInt64, window: KeyRange, Entry, AllocationPolicy)
  /// The place where the search goes on is one variable of the run, 0 at first.
  case allocateCyclic(window: KeyRange, Entry, AllocationPolicy)
  case removeAll
  case setReadCopyUpdate(Bool)
  /// Duplicates the map, compares, and goes on with the duplicate.
  case duplicate(AllocationPolicy)
  /// `count` stores of the entry: the first over `first ... first + width - 1`, each next one `stride` higher. Stops at
  /// the end of the index space.
  case fill(count: UInt16, first: UInt64, stride: UInt64, width: UInt64, Entry)

  // Prepared stores and bulk mode
  case prepare(KeyRange, Entry?, AllocationPolicy)
  case storePrepared
  case abandonPrepared
  case beginBulk(expecting: UInt64, AllocationPolicy)
  case bulkStore(KeyRange, Entry?)
  /// As `fill`, by stores in bulk mode.
  case bulkFill(count: UInt16, first: UInt64, stride: UInt64, width: UInt64, Entry)
  case endBulk

  // Cursors
  case cursorSet(Int, KeyRange)
  case cursorMove(Int, CursorMove, limit: UInt64)
  case cursorPause(Int)
  case cursorReset(Int)
  case cursorStore(Int, Entry?, AllocationPolicy)
  case cursorErase(Int, AllocationPolicy)

  // Orders about what follows
  /// The allocation request of this index, from 1, of the next call is refused; with `forever` all after it too.
  case failAllocation(UInt64, forever: Bool)
  /// Another writer makes this store when the next call lets go of the map's own lock.
  case interlope(KeyRange, Entry?)
  /// The next store or erasure that succeeds takes at most so many nodes.
  case atMost(nodes: UInt64)
  case enterReader
  case leaveReader
  /// Compares the whole content and walks the invariants.
  case verify
}

/// A script: the kind of the tree, and what is done to it.
public struct Script: Hashable, Sendable {
  public var configuration: MapConfiguration
  public var operations: [Operation]

  public init(configuration: MapConfiguration = MapConfiguration(), operations: [Operation] = []) {
    self.configuration = configuration
    self.operations = operations
  }
}
