/// Where the content of nodes is joined before it is divided anew: up to two full nodes and what a store adds.
/// Kernel: `struct maple_big_node`.
///
/// An item is a slot's word, its highest index, and, for a child in a tree that tracks gaps, the longest gap below it.
struct ItemBuffer {
  private let memory: UnsafeMutablePointer<UInt64>

  /// Two full nodes of 16, and three new items.
  static var capacity: Int { 36 }

  init() {
    memory = .allocate(capacity: 3 * ItemBuffer.capacity)
    memory.initialize(repeating: 0, count: 3 * ItemBuffer.capacity)
  }

  func deallocate() { memory.deallocate() }

  @inline(__always)
  func word(_ index: Int) -> UInt64 { memory[index] }

  @inline(__always)
  func last(_ index: Int) -> UInt64 { memory[ItemBuffer.capacity &+ index] }

  @inline(__always)
  func gap(_ index: Int) -> UInt64 { memory[2 &* ItemBuffer.capacity &+ index] }

  @inline(__always)
  func set(_ index: Int, word: UInt64, last: UInt64, gap: UInt64 = 0) {
    assert(index < ItemBuffer.capacity)
    memory[index] = word
    memory[ItemBuffer.capacity &+ index] = last
    memory[2 &* ItemBuffer.capacity &+ index] = gap
  }

  /// Makes room for `count` items before the `used` that are there. Kernel: `mab_shift_right()`.
  func shiftRight(_ used: Int, by count: Int) {
    assert(used + count <= ItemBuffer.capacity)
    for row in 0..<3 {
      let start = memory + row * ItemBuffer.capacity
      (start + count).update(from: start, count: used)
    }
  }

  /// Copies slots `first ... end` of a node whose highest index is `max` to the items from `position` on, and returns
  /// the position behind them. Kernel: `mas_mab_cp()`.
  func copy(_ node: Node, from first: Int, through last: Int, end: Int, max: UInt64, to position: Int) -> Int {
    var target = position
    var source = first
    while source <= last {
      set(
        target, word: node.slot(source), last: node.upperBound(source, end: end, max: max),
        gap: node.kind == .gapTracking ? node.gap(source) : 0)
      source += 1
      target += 1
    }
    return target
  }

  /// Fills a zeroed node with items `first ... last`. Kernel: `mab_mas_cp()`; `node_copy()` and `node_finalise()` of
  /// 7.3.
  ///
  /// - Parameter notesLowestGap: of several gaps that are the greatest, 7.3 records the lowest, and older versions the
  ///   highest.
  func fill(_ node: Node, from first: Int, through last: Int, notesLowestGap: Bool = false) {
    let end = last - first
    for index in 0...end {
      node.setSlot(index, word(first + index))
      if index < node.pivotCount { node.setPivot(index, self.last(first + index)) }
    }
    if node.kind == .gapTracking {
      var greatest: UInt64 = 0
      var slot = 0
      for index in stride(from: end, through: 0, by: -1) {
        let gap = gap(first + index)
        node.setGap(index, gap)
        if gap > greatest || (notesLowestGap && gap == greatest) {
          greatest = gap
          slot = index
        }
      }
      node.setMetadata(end: end, greatestGapSlot: slot)
    } else if end < node.slotCount - 1 {
      node.setMetadata(end: end)
    }
  }
}
