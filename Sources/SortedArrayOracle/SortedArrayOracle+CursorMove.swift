import RangeMapCore

/// The moves of a cursor. Each first looks at the status the cursor comes with, which may answer the call at once, and
/// otherwise steps from the slot it stands on.
extension SortedArrayOracle {
  /// Goes to the slot that holds the cursor's first index, whatever the status. Kernel: `mas_walk()`.
  func walk(_ cursor: inout Cursor) -> Entry? {
    let (range, entry) = slot(at: cursor.range.first)
    cursor.range = range
    switch form {
    case .nodes: cursor.status = .active
    case .direct where entry != nil: cursor.status = .root
    case .direct, .empty: cursor.status = .none
    }
    cursor.remembersSlot = form == .nodes
    return entry
  }

  /// What is left of a cursor that hit a limit when the limit may have moved.
  private func resume(_ cursor: inout Cursor) { cursor.status = cursor.remembersSlot ? .active : .start }

  // MARK: Steps

  /// To the next slot, or to the next that is not NULL; only slots that begin at most at `limit`.
  /// Kernel: `mas_next_slot()`.
  private func stepForward(_ cursor: inout Cursor, through limit: UInt64, skipsNull: Bool) -> Entry? {
    while cursor.range.last < limit {
      let (range, entry) = slot(at: cursor.range.last + 1)
      cursor.range = range
      if entry != nil || !skipsNull { return entry }
    }
    cursor.status = .overflow
    return nil
  }

  /// To the slot before, or to the one before that is not NULL; only slots that end at least at `limit`.
  /// Kernel: `mas_prev_slot()`.
  private func stepBack(_ cursor: inout Cursor, downTo limit: UInt64, skipsNull: Bool) -> Entry? {
    while cursor.range.first > limit {
      let (range, entry) = slot(at: cursor.range.first - 1)
      cursor.range = range
      if entry != nil || !skipsNull { return entry }
    }
    cursor.status = .underflow
    return nil
  }

  /// To index 0, whose entry is in the root pointer if there is one. The limit is not asked.
  private func moveToRoot(_ cursor: inout Cursor) -> Entry? {
    cursor.range = .single(0)
    cursor.status = .root
    return slot(at: 0).entry
  }

  // MARK: Next and previous

  /// Kernel: `mas_next()`, `mas_next_range()`.
  func moveNext(_ cursor: inout Cursor, through limit: UInt64, skipsNull: Bool) -> Entry? {
    if cursor.range.last >= limit {
      cursor.status = .overflow
      return nil
    }
    let status = cursor.status
    if status == .overflow { resume(&cursor) }
    switch cursor.status {
    case .active, .root, .overflow: break
    case .start, .none, .pause: _ = walk(&cursor)
    case .underflow:
      // The caller stood before this slot, so this slot is the next one.
      if let entry = walk(&cursor) { return entry }
    }
    if cursor.status == .root {
      // A cursor that a reverse find left in front of index 0 arrives at it here, though without its entry.
      if status == .none { return nil }
      cursor.range = KeyRange(1, .max)
      cursor.status = .none
    }
    if cursor.status == .none { return nil }
    return stepForward(&cursor, through: limit, skipsNull: skipsNull)
  }

  /// Kernel: `mas_prev()`, `mas_prev_range()`.
  func movePrevious(_ cursor: inout Cursor, downTo limit: UInt64, skipsNull: Bool) -> Entry? {
    if cursor.range.first <= limit {
      cursor.status = .underflow
      return nil
    }
    if cursor.status == .underflow { resume(&cursor) }
    switch cursor.status {
    case .active, .root, .underflow: break
    case .start, .none, .pause: _ = walk(&cursor)
    case .overflow:
      // The caller stood behind this slot, so this slot is the previous one.
      if let entry = walk(&cursor) { return entry }
    }
    switch cursor.status {
    case .none where cursor.range.first == 0: return nil
    case .none, .root: return moveToRoot(&cursor)
    default: return stepBack(&cursor, downTo: limit, skipsNull: skipsNull)
    }
  }

  // MARK: Find

  /// Kernel: `mas_find()`, `mas_find_range()`.
  func moveFind(_ cursor: inout Cursor, through limit: UInt64, skipsNull: Bool) -> Entry? {
    switch cursor.status {
    case .active:
      if cursor.range.last >= limit { return nil }
    case .root: break
    case .underflow where cursor.range.first >= limit:
      cursor.status = .overflow
      return nil
    case .none, .pause, .overflow:
      if cursor.range.last >= limit { return nil }
    case .start, .underflow: break
    }
    switch cursor.status {
    case .pause: cursor.range = .single(cursor.range.last + 1)
    case .none: cursor.range.first = cursor.range.last
    case .start where cursor.range.first > limit: return nil
    default: break
    }
    if cursor.status != .active, cursor.status != .root {
      if let entry = walk(&cursor) { return entry }
      if cursor.status == .none || cursor.range.first == limit { return nil }
    }
    if cursor.status == .root {
      cursor.range = KeyRange(1, .max)
      cursor.status = .none
      return nil
    }
    let entry = stepForward(&cursor, through: limit, skipsNull: skipsNull)
    if skipsNull { cursor.status = .active }
    return entry
  }

  /// Kernel: `mas_find_rev()`, `mas_find_range_rev()`.
  func moveFindReverse(_ cursor: inout Cursor, downTo limit: UInt64, skipsNull: Bool) -> Entry? {
    switch cursor.status {
    case .pause, .overflow, .underflow:
      if cursor.range.first <= limit {
        cursor.status = .underflow
        return nil
      }
    case .none where cursor.range.first <= limit: return nil
    case .root:
      cursor.status = .none
      return nil
    default: break
    }
    switch cursor.status {
    case .pause:
      cursor.range = .single(cursor.range.first - 1)
      cursor.status = .start
    case .none:
      cursor.range.last = cursor.range.first
      cursor.status = .start
    case .overflow, .underflow: resume(&cursor)
    default: break
    }
    if cursor.status == .start {
      if cursor.range.first < limit { return nil }
      if let entry = walk(&cursor) { return entry }
      if cursor.status == .none { return moveToRoot(&cursor) }
    }
    if cursor.range.first < limit { return nil }
    return stepBack(&cursor, downTo: limit, skipsNull: skipsNull)
  }
}
