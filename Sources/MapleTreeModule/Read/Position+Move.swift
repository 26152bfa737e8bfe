import RangeMapCore

/// The moves of a cursor: what its status makes of a call, then a walk or a step.
///
/// A position that has no leaf under it begins anew from its index where the kernel's 6.12 would take a step from no
/// node.
extension Position {
  /// Makes a move. Kernel: `mas_next_setup()`, `mas_prev_setup()`, `mas_find_setup()`, `mas_find_rev_setup()` and the
  /// steps behind them.
  mutating func move(_ move: CursorMove, limit: UInt64) -> UInt64 {
    switch move {
    case .walk: return walk(to: first)
    case .next: return next(limit, skippingNull: true)
    case .nextRange: return next(limit, skippingNull: false)
    case .previous: return previous(limit, skippingNull: true)
    case .previousRange: return previous(limit, skippingNull: false)
    case .find:
      if status != .active, let word = setUpFind(limit) { return word }
      let word = stepForward(limit: limit, skippingNull: true)
      // A search that ends at its limit may be taken up again.
      if status == .overflow { status = .active }
      return word
    case .findRange:
      if let word = setUpFind(limit) { return word }
      return stepForward(limit: limit, skippingNull: false)
    case .findReverse:
      if let word = setUpFindReverse(limit) { return word }
      return stepBack(limit: limit, skippingNull: true)
    case .findRangeReverse:
      if let word = setUpFindReverse(limit) { return word }
      return stepBack(limit: limit, skippingNull: false)
    }
  }

  var hasNode: Bool { !node.isNull }

  @inline(__always)
  private mutating func next(_ limit: UInt64, skippingNull: Bool) -> UInt64 {
    if last >= limit {
      status = .overflow
      return 0
    }
    let wasNone = status == .none
    switch status {
    case .active: return stepForward(limit: limit, skippingNull: skippingNull)
    case .overflow where hasNode:
      // The limit may have grown since.
      status = .active
      return stepForward(limit: limit, skippingNull: skippingNull)
    case .underflow:
      // The caller stands one before.
      let word = walk(to: first)
      if word != 0 { return word }
    case .none, .pause, .start, .overflow: _ = walk(to: first)
    case .root: break
    }
    if status == .active { return stepForward(limit: limit, skippingNull: skippingNull) }
    if status == .root {
      if wasNone && first == 0 {
        last = 0
        return 0
      }
      standBehindRoot()
    }
    return 0
  }

  @inline(__always)
  private mutating func previous(_ limit: UInt64, skippingNull: Bool) -> UInt64 {
    if first <= limit {
      status = .underflow
      return 0
    }
    switch status {
    case .active: return stepBack(limit: limit, skippingNull: skippingNull)
    case .underflow where hasNode:
      status = .active
      return stepBack(limit: limit, skippingNull: skippingNull)
    case .overflow:
      // The caller stands one behind.
      let word = walk(to: first)
      if word != 0 { return word }
    case .none, .pause, .start, .underflow: _ = walk(to: first)
    case .root: break
    }
    if status == .active { return stepBack(limit: limit, skippingNull: skippingNull) }
    // With the entry of index 0 under the cursor the limit has been met above: what is left stands behind it.
    return first > 0 ? standAtRoot() : 0
  }

  /// What a find returns at once; nil where it takes a step.
  private mutating func setUpFind(_ limit: UInt64) -> UInt64? {
    switch status {
    case .active:
      return last < limit ? nil : 0
    case .start: break
    case .pause:
      if last >= limit { return 0 }
      last += 1
      first = last
      status = .start
    case .none:
      if last >= limit { return 0 }
      first = last
      status = .start
    case .underflow:
      if first >= limit {
        status = .overflow
        return 0
      }
      let word = walk(to: first)
      if word != 0 { return word }
    case .overflow:
      if last >= limit { return 0 }
      let word = walk(to: first)
      if word != 0 { return word }
    case .root: break
    }
    if status == .start {
      if first > limit { return 0 }
      let word = walk(to: first)
      if word != 0 { return word }
    }
    if status == .root {
      standBehindRoot()
      return 0
    }
    if status == .none || first == limit { return 0 }
    return nil
  }

  /// What a reverse find returns at once; nil where it takes a step.
  private mutating func setUpFindReverse(_ limit: UInt64) -> UInt64? {
    switch status {
    case .active: return first < limit ? 0 : nil
    case .start: break
    case .pause:
      if first <= limit {
        status = .underflow
        return 0
      }
      first -= 1
      last = first
      status = .start
    case .none:
      if first <= limit { return 0 }
      last = first
      status = .start
    case .overflow:
      if first <= limit {
        status = .underflow
        return 0
      }
      status = hasNode ? .active : .start
    case .underflow:
      if first <= limit { return 0 }
      status = hasNode ? .active : .start
    case .root: break
    }
    if status == .start {
      if first < limit { return 0 }
      let word = walk(to: first)
      if word != 0 { return word }
    }
    if status == .root {
      status = .none
      return 0
    }
    if status == .none { return standAtRoot() }
    return first < limit ? 0 : nil
  }

  /// Stands on the NULL behind the one entry at index 0.
  private mutating func standBehindRoot() {
    first = 1
    last = .max
    status = .none
  }

  /// Stands on index 0 of a tree without a node, and returns what is there. If a writer made a node meanwhile, the
  /// first slot is there.
  private mutating func standAtRoot() -> UInt64 {
    let word = tree.rootWord
    if NodeReference.inRoot(word) != nil { return walk(to: 0) }
    first = 0
    last = 0
    status = .root
    return word
  }
}
