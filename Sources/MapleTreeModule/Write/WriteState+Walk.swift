import RangeMapCore

/// The first step of a store: where it lands. Changes nothing.
extension WriteState {
  /// Walks to the leaf of `first`, or to the leaves at both ends. Kernel: `mas_wr_walk()`.
  ///
  /// - Parameter hint: a leaf of the tree as it is; if the store stays in it, the walk begins there.
  @inline(__always)
  mutating func walk(from hint: LeafPlace? = nil) {
    guard let root = NodeReference.inRoot(oldRootWord) else { return }
    var start = LeafPlace(leaf: root, range: .all)
    if let hint, staysIn(hint.range) { start = hint }
    descend(from: start.leaf, start.range)
    switch landing {
    case .leaf:
      lastSlot = slot
      while lastSlot < end && leaf.pivot(lastSlot) < last { lastSlot += 1 }
      lastSlotLast = leaf.upperBound(lastSlot, end: end, max: max)
    case .leaves: if !coversAll { walkToEnds() }
    case .noNode: break
    }
  }

  @inline(__always)
  private mutating func descend(from start: NodeReference, _ startRange: KeyRange) {
    var reference = start
    var range = startRange
    while true {
      let node = tree.node(reference)
      let index = node.slotIndex(holding: first)
      let word = node.slot(index)
      let inner = KeyRange(node.lowerBound(index, min: range.first), node.upperBound(index, max: range.last))
      if node.isLeaf {
        landing = .leaf
        leaf = node
        min = range.first
        max = range.last
        end = node.end(max: range.last)
        slot = index
        slotFirst = inner.first
        slotLast = inner.last
        content = word
        return
      }
      if spans(bound: inner.last) {
        landing = .leaves
        return
      }
      if notesReach { reach.note(end: node.end(max: range.last), shape: tree.geometry.shape(of: node.kind)) }
      reference = NodeReference(word: word)
      reference.prefetch()
      range = inner
    }
  }

  /// Whether the store begins in a leaf of this range and does not span.
  @inline(__always)
  private func staysIn(_ range: KeyRange) -> Bool {
    first >= range.first && first <= range.last && !spans(bound: range.last)
  }

  /// Whether the store leaves the child that ends at `bound`, or would leave a NULL at its end. Kernel:
  /// `mas_is_span_wr()`.
  @inline(__always)
  private func spans(bound: UInt64) -> Bool { last > bound || (last == bound && word == 0 && last != .max) }

  /// Walks the left path to the first index, and the right path to the first index after the store, but not out of the
  /// node in which the store was found to span.
  @inline(never)
  private mutating func walkToEnds() {
    let left = tree.leftPath
    let right = tree.rightPath
    leafLevel = left.walk(to: first, from: tree)
    var level = 0
    while true {
      let entry = left[level]
      if spans(bound: tree.node(entry.node).upperBound(entry.slot, end: entry.end, max: entry.max)) { break }
      level += 1
    }
    let target = last < left[level].max ? last + 1 : last
    right.copy(left, through: level)
    right[level].slot = tree.node(left[level].node).slotIndex(holding: target)
    _ = right.descend(from: level, to: target, tree)
    let entry = left[leafLevel]
    leaf = tree.node(entry.node)
    min = entry.min
    max = entry.max
    end = entry.end
    slot = entry.slot
    slotFirst = leaf.lowerBound(slot, min: min)
    slotLast = leaf.upperBound(slot, end: end, max: max)
    content = leaf.slot(slot)
    firstKept = right[leafLevel].slot
  }
}

/// How far up a store can reach, as its walk down sees it.
struct StoreReach {
  private var depth = 0
  /// The depth below the lowest internal node that has a slot to spare, 0 if none has: a split ends there at the
  /// latest. Kernel: `vacant_height` of `struct ma_wr_state`.
  private(set) var vacant = 0
  /// The depth below the lowest internal node that can lose a child, 0 if none can: a rebalance ends there at the
  /// latest. Kernel: `sufficient_height` of `struct ma_wr_state`.
  private(set) var sufficient = 0

  /// Takes down an internal node that the walk goes on through. Kernel: `mas_wr_walk()`, from 6.16.
  @inline(__always)
  mutating func note(end: Int, shape: Geometry.Shape) {
    depth += 1
    if end < shape.slots - 1 { vacant = depth }
    // A root needs two children, and any other node its minimum, after it lost one.
    if end > (depth == 1 ? 2 : shape.minimum + 1) { sufficient = depth }
  }
}
