/// Where a cursor stands. The kernel's names are `ma_start` and so on.
public enum CursorStatus: UInt8, CaseIterable, Hashable, Sendable {
  /// Nothing was walked; the next call walks from the root.
  case start
  /// The cursor names a slot of a leaf.
  case active
  /// The cursor names the one entry, at index 0, that is kept in the root pointer.
  case root
  /// The walk found no node: the map is empty, or only index 0 is taken and the cursor is behind it.
  case none
  /// The position may be stale: the next call goes on after `last`, or before `first` in reverse.
  case pause
  /// The last step hit the upper limit.
  case overflow
  /// The last step hit the lower limit.
  case underflow
}

/// What can be seen of a cursor from outside.
public struct CursorState: Hashable, Sendable {
  /// The range the cursor was set to, or that of the slot it found.
  public var range: KeyRange
  public var status: CursorStatus

  @inlinable
  public init(range: KeyRange, status: CursorStatus) {
    self.range = range
    self.status = status
  }
}

/// One step of a cursor. Each takes a limit, inclusive: the upper for a step forward, the lower for one back.
public enum CursorMove: UInt8, CaseIterable, Hashable, Sendable {
  /// To the slot that holds the cursor's first index, whatever the status; has no limit. Kernel: `mas_walk()`.
  case walk
  /// To the entry at or after the index on the first call, then to the next one. Kernel: `mas_find()`.
  case find
  /// As `find`, but slot by slot, NULL ones too. Kernel: `mas_find_range()`.
  case findRange
  /// To the entry after the slot of the index. Kernel: `mas_next()`.
  case next
  /// To the slot after that of the index. Kernel: `mas_next_range()`.
  case nextRange
  /// To the entry before the slot of the index. Kernel: `mas_prev()`.
  case previous
  /// To the slot before that of the index. Kernel: `mas_prev_range()`.
  case previousRange
  /// To the entry at or before the index on the first call, then to the one before. Kernel: `mas_find_rev()`.
  case findReverse
  /// As `findReverse`, but slot by slot. Kernel: `mas_find_range_rev()`.
  case findRangeReverse

  /// Whether the limit is the upper one.
  public var isForward: Bool {
    switch self {
    case .walk, .find, .findRange, .next, .nextRange: true
    case .previous, .previousRange, .findReverse, .findRangeReverse: false
    }
  }

  /// Whether slots that hold NULL are given too.
  public var isByRange: Bool {
    switch self {
    case .findRange, .nextRange, .previousRange, .findRangeReverse: true
    case .walk, .find, .next, .previous, .findReverse: false
    }
  }

  /// Whether the first call may give what the cursor's index holds.
  public var isFind: Bool {
    switch self {
    case .find, .findRange, .findReverse, .findRangeReverse: true
    case .walk, .next, .nextRange, .previous, .previousRange: false
    }
  }
}
