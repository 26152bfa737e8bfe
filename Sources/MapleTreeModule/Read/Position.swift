import RangeMapCore

/// Where a reader stands: a slot of a leaf, or one of the states without a node. Kernel: `struct ma_state`.
struct Position {
  let header: Header
  /// The range of the slot, or the one the position was set to.
  var first: UInt64
  var last: UInt64
  var status = CursorStatus.start
  /// The leaf, its range and its last slot, where the status says that there is one.
  private(set) var node = NodeReference.null
  private(set) var slot = 0
  private var end = 0
  private var max: UInt64 = 0

  @inline(__always)
  init(_ header: Header, at range: KeyRange) {
    self.header = header
    first = range.first
    last = range.last
  }

  /// Walks from the root to the slot that holds an index, and returns its word. Starts again where a node on the way was
  /// replaced meanwhile. Kernel: `mas_walk()`.
  /// - Complexity: O(log n).
  @inline(__always)
  mutating func walk(to index: UInt64) -> UInt64 {
    while true {
      let rootWord = header.rootWord
      guard let root = NodeReference.inRoot(rootWord) else { return standWithoutNode(rootWord, index: index) }
      if let word = descend(from: root, to: index) { return word }
    }
  }

  private mutating func standWithoutNode(_ rootWord: UInt64, index: UInt64) -> UInt64 {
    node = .null
    if rootWord != 0 && index == 0 {
      status = .root
      first = 0
      last = 0
      return rootWord
    }
    status = .none
    first = rootWord == 0 ? 0 : 1
    last = .max
    return 0
  }

  /// Walks from a node down; nil where one was replaced meanwhile.
  @inline(__always)
  private mutating func descend(from root: NodeReference, to index: UInt64) -> UInt64? {
    var reference = root
    var low: UInt64 = 0
    var high: UInt64 = .max
    while true {
      let node = header.node(reference)
      let end = node.end(max: high)
      let slot = node.slotIndex(holding: index, end: end)
      let word = node.slot(slot)
      let nextLow = node.lowerBound(slot, min: low)
      let nextHigh = node.upperBound(slot, end: end, max: high)
      if node.isDead { return nil }
      if node.isLeaf {
        self.node = reference
        self.slot = slot
        self.end = end
        max = high
        first = nextLow
        last = nextHigh
        status = .active
        return word
      }
      low = nextLow
      high = nextHigh
      reference = NodeReference(word: word)
    }
  }

  /// Goes to the next slot, over NULL ones if told so, but not to one that begins behind the limit; then the status is
  /// `.overflow`. Kernel: `mas_next_slot()`.
  /// - Complexity: O(1) within a leaf, O(log n) to the next one.
  @inline(__always)
  mutating func stepForward(limit: UInt64, skippingNull: Bool) -> UInt64 {
    while true {
      if last >= limit {
        status = .overflow
        return 0
      }
      let word = moveForward()
      if word != 0 || !skippingNull { return word }
      if status == .none { return 0 }
    }
  }

  @inline(__always)
  private mutating func moveForward() -> UInt64 {
    let target = last + 1
    guard slot < end else { return walk(to: target) }
    let leaf = header.node(node)
    let word = leaf.slot(slot + 1)
    let bound = leaf.upperBound(slot + 1, end: end, max: max)
    if leaf.isDead { return walk(to: target) }
    slot += 1
    first = target
    last = bound
    return word
  }

  /// Goes to the slot before, over NULL ones if told so, but not from one that begins at or before the limit; then the
  /// status is `.underflow`. Kernel: `mas_prev_slot()`.
  @inline(__always)
  mutating func stepBack(limit: UInt64, skippingNull: Bool) -> UInt64 {
    while true {
      if first <= limit {
        status = .underflow
        return 0
      }
      let word = moveBack()
      if word != 0 || !skippingNull { return word }
      if status == .none { return 0 }
    }
  }

  @inline(__always)
  private mutating func moveBack() -> UInt64 {
    let target = first - 1
    // The node's lowest index is not kept: the first slot's lower bound is only known from above.
    guard slot > 1 else { return walk(to: target) }
    let leaf = header.node(node)
    let word = leaf.slot(slot - 1)
    let bound = leaf.pivot(slot - 2) &+ 1
    if leaf.isDead { return walk(to: target) }
    slot -= 1
    first = bound
    last = target
    return word
  }
}
