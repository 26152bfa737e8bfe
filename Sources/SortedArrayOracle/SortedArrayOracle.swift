import RangeMapCore

/// The reference that other range maps are compared with: the ranges that are not NULL, in one sorted array.
///
/// It is dull on purpose. NULL is never stored, so neighbouring NULL ranges are one range without any code that makes
/// them so. There are no nodes: nothing is ever allocated on the map's account, nothing is held back for readers, no
/// lock is let go of, and no call throws `outOfMemory`, `planNoLongerFits` or `heightLimit`.
///
/// One thing of a tree shows through its cursors and is kept here beside the array: how the root is represented
/// (`RootForm`). Where a kernel of version 6.12 continues from an `overflow` or `underflow` although no node was ever
/// walked to, which is unsafe there, a cursor of the oracle goes on as if its status were `start`.
///
/// - Complexity: A read of one place is O(log n); a write is O(log n) and one move of the ranges behind it; a gap
///   search is O(n).
public struct SortedArrayOracle: RangeMap, Sendable {
  /// A range that holds an entry.
  struct OccupiedRange: Hashable, Sendable {
    var first: UInt64
    var last: UInt64
    var word: UInt64

    var range: KeyRange { KeyRange(first, last) }
    var entry: Entry { Entry(nonNullWord: word) }
  }

  /// What a tree would keep in its root pointer.
  enum RootForm: UInt64, Sendable {
    /// NULL: no index holds an entry.
    case empty
    /// The one entry, which is at `0...0` and does not look internal.
    case direct
    /// A node. A tree that has one keeps it until all of it is NULL. (A kernel keeps it even then where one entry held
    /// the whole space: it overwrites the only slot with NULL.)
    case nodes
  }

  /// A cursor: what can be seen of it, and whether it remembers a slot.
  struct Cursor: Sendable {
    var range = KeyRange.single(0)
    var status = CursorStatus.start
    /// Whether the range is that of a slot that was walked to, so that `overflow` and `underflow` may go on from it.
    var remembersSlot = false
  }

  /// A store that `prepare` was given.
  struct PreparedStore: Sendable {
    var entry: Entry?
    var range: KeyRange
  }

  public internal(set) var configuration: MapConfiguration
  /// All ranges that hold an entry, ascending and disjoint.
  var occupied: ContiguousArray<OccupiedRange> = []
  var form = RootForm.empty
  var cursors = InlineArray<4, Cursor>(repeating: Cursor())
  var preparation: PreparedStore?
  var isInBulkMode = false
  /// Whether a cyclic allocation took `UInt64.max`, which the next success reports. Kernel: `MT_FLAGS_ALLOC_WRAPPED`.
  var cyclicWrapped = false

  /// Makes an empty map, with room for `capacity` ranges before its array grows.
  public init(configuration: MapConfiguration = MapConfiguration(), capacity: Int = 1024) {
    self.configuration = configuration
    occupied.reserveCapacity(capacity)
  }

  /// How many ranges hold an entry.
  public var entryCount: Int { occupied.count }

  // MARK: Search

  /// The place of the first occupied range that ends at or after `index`; the number of ranges where none does.
  func place(endingAtOrAfter index: UInt64) -> Int {
    var low = 0
    var count = occupied.count
    while count > 0 {
      let half = count / 2
      if occupied[low + half].last < index {
        low += half + 1
        count -= half + 1
      } else {
        count = half
      }
    }
    return low
  }

  /// The slot that holds an index: its range, and its entry or NULL. Kernel: `mas_walk()`.
  /// - Complexity: O(log n).
  public func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?) {
    let place = place(endingAtOrAfter: index)
    if place < occupied.count, occupied[place].first <= index {
      return (occupied[place].range, occupied[place].entry)
    }
    let first = place > 0 ? occupied[place - 1].last + 1 : 0
    let last = place < occupied.count ? occupied[place].first - 1 : .max
    return (KeyRange(first, last), nil)
  }
}
