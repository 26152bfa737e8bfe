import RangeMapCore

extension SortedArrayOracle {
  /// A cursor's range and status.
  public func cursorState(_ cursor: Int) -> CursorState {
    CursorState(range: cursors[cursor].range, status: cursors[cursor].status)
  }

  /// Sets a cursor's range, in order or not; its status becomes `.start`. Kernel: `mas_set_range()`.
  public mutating func cursorSet(_ cursor: Int, to range: KeyRange) { cursors[cursor] = Cursor(range: range) }

  /// Marks a cursor's position as stale. Kernel: `mas_pause()`.
  public mutating func cursorPause(_ cursor: Int) {
    cursors[cursor].status = .pause
    cursors[cursor].remembersSlot = false
  }

  /// Forgets a cursor's position, not its range. Kernel: `mas_reset()`.
  public mutating func cursorReset(_ cursor: Int) {
    cursors[cursor].status = .start
    cursors[cursor].remembersSlot = false
  }

  /// Moves a cursor, and returns what it found. Kernel: named at each case of `CursorMove`.
  /// - Complexity: O(log n).
  public mutating func cursorMove(_ cursor: Int, _ move: CursorMove, limit: UInt64) -> Entry? {
    var moved = cursors[cursor]
    let entry =
      switch move {
      case .walk: walk(&moved)
      case .find: moveFind(&moved, through: limit, skipsNull: true)
      case .findRange: moveFind(&moved, through: limit, skipsNull: false)
      case .next: moveNext(&moved, through: limit, skipsNull: true)
      case .nextRange: moveNext(&moved, through: limit, skipsNull: false)
      case .previous: movePrevious(&moved, downTo: limit, skipsNull: true)
      case .previousRange: movePrevious(&moved, downTo: limit, skipsNull: false)
      case .findReverse: moveFindReverse(&moved, downTo: limit, skipsNull: true)
      case .findRangeReverse: moveFindReverse(&moved, downTo: limit, skipsNull: false)
      }
    cursors[cursor] = moved
    return entry
  }

  /// Stores over the cursor's range, and returns what the slot of its first index held.
  ///
  /// The cursor then is `active` on what was stored, for NULL on the whole NULL range. Without a node it is otherwise:
  /// `start` after an entry went into the root pointer, the range as it was; `start` with the whole space after a store
  /// of NULL emptied a tree of nodes; and after a store of NULL without nodes the range as it was with `none` on an
  /// empty map, `root` on a map whose one entry is in the root pointer and was erased, `none` where it was not. Kernel:
  /// `mas_store_gfp()`, its return value that of `mas_store()`.
  /// - Throws: `invalidRange`, then `reservedEntry` for an entry that `isAdvanced`.
  /// - Complexity: As `store`.
  public mutating func cursorStore(
    _ cursor: Int, _ entry: Entry?, policy: AllocationPolicy
  ) throws(RangeMapError) -> Entry? {
    let range = cursors[cursor].range
    try requireStorable(entry, over: range)
    let former = slot(at: range.first).entry
    writeThroughCursor(cursor, entry, over: range)
    return former
  }

  /// Makes the range that holds the cursor's first index NULL, and returns its entry.
  ///
  /// The cursor is then as after `cursorStore` of NULL over that range; but where the entry was in the root pointer,
  /// the cursor's range stays what it was. Where the index is NULL already, nothing is written, no cursor is paused,
  /// and this one is as after a `walk`. Kernel: `mas_erase()`.
  /// - Complexity: As `store`.
  public mutating func cursorErase(_ cursor: Int, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    let requested = cursors[cursor].range
    let (range, entry) = slot(at: requested.first)
    if entry == nil {
      var walked = cursors[cursor]
      _ = walk(&walked)
      cursors[cursor] = walked
      return nil
    }
    writeThroughCursor(cursor, nil, over: form == .direct ? requested : range)
    return entry
  }

  private mutating func writeThroughCursor(_ cursor: Int, _ entry: Entry?, over range: KeyRange) {
    let formBefore = form
    write(entry, over: range)
    pauseCursors(except: cursor)
    let written =
      switch (formBefore, form, entry) {
      case (_, .nodes, _):
        Cursor(range: slot(at: range.first).range, status: .active, remembersSlot: true)
      case (_, .direct, .some):
        Cursor(range: range, status: .start)
      case (.nodes, .empty, _):
        Cursor(range: .all, status: .start)
      case (.direct, .empty, _):
        Cursor(range: range, status: .root)
      default:
        Cursor(range: range, status: .none)
      }
    cursors[cursor] = written
  }
}
