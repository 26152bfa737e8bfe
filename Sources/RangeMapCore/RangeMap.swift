/// The one face that all subjects show: our tree, the oracle, a broken canary, a library behind the C interface.
///
/// A map takes every index from 0 to `UInt64.max` to an entry or to NULL. Neighbouring NULL ranges are one range;
/// neighbouring ranges of the same entry stay two.
///
/// A subject holds four cursors by number, as scripts name them. Two rules make a cursor's meaning independent of what
/// a subject caches: every write that succeeds pauses each other cursor that is not in `.start`; a write that fails
/// leaves all cursors as they were.
///
/// All calls that allocate follow `AllocationPolicy`, and a call that throws has changed nothing, unless an interloper
/// ran (`scheduleInterloper(_:_:)`): then the map is as that left it.
public protocol RangeMap: ~Copyable {
  var configuration: MapConfiguration { get }

  // MARK: Plain reads. A zero entry reads as NULL in `load`, `find` and `findAfter`, and as itself in all others.

  /// The entry at an index. Kernel: `mtree_load()`.
  func load(_ index: UInt64) -> Entry?
  /// The slot that holds an index: its range, and its entry or NULL. Kernel: `mas_walk()`.
  func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?)
  /// The first entry at or after `index`, at most at `limit`; then `index` becomes the one after its range, 0 if that
  /// wraps. NULL leaves `index` as it was. Kernel: `mt_find()`.
  func find(_ index: inout UInt64, through limit: UInt64) -> Entry?
  /// As `find`, but NULL at once where `index` is 0, so that a loop ends behind the last index. Kernel:
  /// `mt_find_after()`.
  func findAfter(_ index: inout UInt64, through limit: UInt64) -> Entry?
  /// The first entry after the slot that holds `index`, beginning at most at `limit`. Kernel: `mt_next()`.
  func next(after index: UInt64, through limit: UInt64) -> Entry?
  /// The last entry before the slot that holds `index`, ending at least at `limit`. Kernel: `mt_prev()`.
  func previous(before index: UInt64, downTo limit: UInt64) -> Entry?
  /// The lowest start of a gap of `size` indices in a window. Kernel: `mas_empty_area()`.
  /// - Throws: `gapsNotTracked`, `invalidRange`, `noSpace`.
  func lowestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64
  /// The highest start of a gap of `size` indices in a window. Kernel: `mas_empty_area_rev()`.
  func highestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64

  // MARK: Plain writes

  /// Makes a range hold an entry, or NULL. Kernel: `mtree_store_range()`.
  mutating func store(_ entry: Entry?, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError)
  /// Makes a range hold an entry if all of it is NULL; else `occupied` with the first entry in it.
  /// Kernel: `mtree_insert_range()`.
  mutating func insert(_ entry: Entry, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError)
  /// Makes the range that holds `index` NULL, and returns its entry. Kernel: `mtree_erase()`.
  mutating func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry?
  /// Inserts into the lowest gap of `size` in a window, and returns its start. Kernel: `mtree_alloc_range()`.
  mutating func allocateLowest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64
  /// Inserts into the highest gap. Kernel: `mtree_alloc_rrange()`.
  mutating func allocateHighest(
    _ entry: Entry, size: UInt64, in window: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) -> UInt64
  /// Inserts at the lowest free index of a window at or after `next`, else from the window's start, and moves `next`
  /// behind it (to 0 after `UInt64.max`). `wrapped` is true where the search began again from the start, and for the
  /// first success after `next` went to 0. Kernel: `mtree_alloc_cyclic()`.
  mutating func allocateCyclic(
    _ entry: Entry, in window: KeyRange, next: inout UInt64, policy: AllocationPolicy
  ) throws(RangeMapError) -> (index: UInt64, wrapped: Bool)
  /// Makes the map empty; it keeps its kind. Kernel: `mtree_destroy()`.
  mutating func removeAll()
  /// Turns the reader mode on or off. Kernel: `mt_set_in_rcu()`, `mt_clear_in_rcu()`.
  mutating func setReadCopyUpdate(_ enabled: Bool)
  /// Makes an empty map of the same kind equal to this one. Kernel: `mtree_dup()`.
  /// - Throws: `kindsDiffer`, `destinationNotEmpty`, `outOfMemory`; the destination is then as it was.
  func duplicate(into destination: inout Self, policy: AllocationPolicy) throws(RangeMapError)

  // MARK: Prepared stores and bulk mode

  /// Takes the nodes that a store will need. A preparation that is there already is given up first.
  /// Kernel: `mas_preallocate()`.
  mutating func prepare(_ entry: Entry?, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError)
  /// Carries out the prepared store without allocating, and ends the preparation. Kernel: `mas_store_prealloc()`.
  /// - Throws: `notPrepared`; `planNoLongerFits`, which keeps the preparation.
  mutating func storePrepared() throws(RangeMapError)
  /// Gives the nodes of a preparation back; nothing where there is none. Kernel: `mas_destroy()`.
  mutating func abandonPrepared()
  /// Begins to build in ascending order, with nodes for `count` entries in reserve. Bulk mode that is on already is
  /// ended first. Kernel: `mas_expected_entries()`.
  mutating func beginBulk(expecting count: UInt64, policy: AllocationPolicy) throws(RangeMapError)
  /// Stores in bulk mode; allocates without sleeping where the reserve does not last.
  /// - Throws: `notPrepared` outside bulk mode.
  mutating func bulkStore(_ entry: Entry?, over range: KeyRange) throws(RangeMapError)
  /// Ends bulk mode, evens out the last leaf and gives the rest of the reserve back; nothing outside bulk mode.
  mutating func endBulk()

  // MARK: Cursors, numbers 0 to 3

  func cursorState(_ cursor: Int) -> CursorState
  /// Sets a cursor's range; its status becomes `.start`. Kernel: `mas_set_range()`.
  mutating func cursorSet(_ cursor: Int, to range: KeyRange)
  /// Moves a cursor, and returns what it found. Kernel: named at each case of `CursorMove`.
  mutating func cursorMove(_ cursor: Int, _ move: CursorMove, limit: UInt64) -> Entry?
  /// Marks a cursor's position as stale. Kernel: `mas_pause()`.
  mutating func cursorPause(_ cursor: Int)
  /// Forgets a cursor's position, not its range. Kernel: `mas_reset()`.
  mutating func cursorReset(_ cursor: Int)
  /// Stores over the cursor's range, and returns what its first index held. Afterwards the cursor's range is what
  /// became one with it: for NULL the whole NULL range. Kernel: `mas_store_gfp()`.
  mutating func cursorStore(_ cursor: Int, _ entry: Entry?, policy: AllocationPolicy) throws(RangeMapError) -> Entry?
  /// Makes the range that holds the cursor's first index NULL, and returns its entry. Kernel: `mas_erase()`.
  mutating func cursorErase(_ cursor: Int, policy: AllocationPolicy) throws(RangeMapError) -> Entry?

  // MARK: For the harness

  /// Refuses the `index`th allocation request from now, counted from 1; with `forever` all after it too.
  mutating func failAllocation(_ index: UInt64, forever: Bool)
  /// Refuses nothing any more, and returns how many requests were made and refused since `failAllocation(_:forever:)`.
  mutating func permitAllocations() -> (requests: UInt64, refusals: UInt64)
  /// When the next operation lets go of the map's own lock to wait for memory, another writer makes this store.
  mutating func scheduleInterloper(_ entry: Entry?, over range: KeyRange)
  /// Takes an interloper back that did not run, and tells whether it did.
  mutating func cancelInterloper() -> Bool
  /// Holds replaced nodes back as a reader would that stays inside the map; calls nest.
  mutating func enterReader()
  /// Lets a reader leave; nothing where none is inside.
  mutating func leaveReader()
  var counters: MapCounters { get }
  /// The laws that the map's structure breaks, in words; empty where it breaks none.
  func brokenLaws() -> [String]
  /// Whether something went wrong inside the last call that `brokenLaws()` will tell: asked after each call.
  var hasNoticedViolation: Bool { get }
  /// A word that changes whenever any bit of the structure does; two equal words are taken for an unchanged map.
  func fingerprint() -> UInt64
  /// How often each event that the subject marks was reached, by name.
  var marks: [(name: String, count: UInt64)] { get }
}

extension RangeMap where Self: ~Copyable {
  /// How many cursors a subject has.
  public static var cursorCount: Int { 4 }

  /// A subject that has no checks of its own inside its calls notices nothing.
  @inlinable
  public var hasNoticedViolation: Bool { false }

  /// Calls `body` for each range that is not NULL, ascending.
  /// - Complexity: O(n log n).
  public func forEachEntry(_ body: (KeyRange, Entry) throws -> Void) rethrows {
    var index: UInt64 = 0
    while true {
      let (range, entry) = slot(at: index)
      if let entry { try body(range, entry) }
      if range.last == .max { return }
      index = range.last + 1
    }
  }
}
