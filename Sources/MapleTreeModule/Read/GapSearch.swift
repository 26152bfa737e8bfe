import RangeMapCore

/// A search for a run of NULL of a size, all of it in a window, from below or from above.
///
/// It goes down only where the recorded gap is long enough, and down again from the root where the window cut it short.
/// - Complexity: O(log n), and as much for each gap that is long enough only without the window.
struct GapSearch {
  private let tree: TreeHandle
  private let size: UInt64
  private let window: KeyRange
  private let lowest: Bool
  /// From a slot to the one that is searched next.
  private let step: Int

  /// - Parameter size: at least 1, and no more than the window holds.
  init(_ tree: TreeHandle, size: UInt64, window: KeyRange, lowest: Bool) {
    self.tree = tree
    self.size = size
    self.window = window
    self.lowest = lowest
    step = lowest ? 1 : -1
  }

  /// The start of the gap; nil if there is none.
  func run() -> UInt64? { find()?.start }

  /// The start of the gap, and the leaf that holds it, if one does; nil if there is no gap. Beside a writer the search
  /// begins anew for each change that begins or ends meanwhile, since what it searched before may have a gap now.
  func find() -> (start: UInt64, place: LeafPlace?)? {
    while true {
      let version = tree.acquireVersion()
      let answer = findOnce()
      if case .stale = answer { continue }
      if tree.usesReadCopyUpdate && !tree.isUnchanged(since: version) { continue }
      if case .found(let start, let place) = answer { return (start, place) }
      return nil
    }
  }

  private func findOnce() -> Answer {
    // Where the search goes on: all of the window on the other side of it has been searched.
    var index = lowest ? window.first : window.last
    let rootWord = tree.rootWord
    guard let root = NodeReference.inRoot(rootWord) else {
      return start(in: KeyRange(rootWord == 0 ? 0 : 1, .max)).map { .found($0, in: nil) } ?? .nothing(in: .all)
    }
    while true {
      let answer = descend(from: root, toward: index)
      guard case .nothing(let searched) = answer else { return answer }
      guard lowest ? searched.last < window.last : searched.first > window.first else { return answer }
      index = lowest ? searched.last + 1 : searched.first - 1
    }
  }

  private enum Answer {
    case found(UInt64, in: LeafPlace?)
    /// No gap in a range from where the search went on.
    case nothing(in: KeyRange)
    /// A node was replaced during the search.
    case stale
  }

  /// The start within one run of NULL, cut to the window.
  @inline(__always)
  private func start(in gap: KeyRange) -> UInt64? {
    let first = max(gap.first, window.first)
    let last = min(gap.last, window.last)
    guard first <= last && last - first >= size - 1 else { return nil }
    return lowest ? first : last - (size - 1)
  }

  /// Goes down by the slot of an index, or else by the next one whose gap is long enough, and searches the leaf.
  @inline(__always)
  private func descend(from root: NodeReference, toward index: UInt64) -> Answer {
    var reference = root
    var range = KeyRange.all
    while !reference.isLeaf {
      let node = tree.node(reference, of: .gapTracking)
      let end = node.recordedEnd
      let stop = lowest ? end : 0
      var slot = firstSlot(of: node, toward: index, end: end)
      var gap = node.gap(slot)
      while slot != stop && gap < size {
        slot += step
        gap = node.gap(slot)
      }
      let inner = KeyRange(node.lowerBound(slot, min: range.first), node.upperBound(slot, max: range.last))
      let word = node.slot(slot)
      if node.isDead { return .stale }
      if gap < size { return .nothing(in: range) }
      range = inner
      reference = NodeReference(word: word)
      reference.prefetch()
    }
    return search(tree.node(reference, of: .leaf), range, toward: index)
  }

  @inline(__always)
  private func search(_ leaf: Node, _ range: KeyRange, toward index: UInt64) -> Answer {
    let end = leaf.end(max: range.last)
    let stop = lowest ? end : 0
    var slot = firstSlot(of: leaf, toward: index, end: end)
    while true {
      if leaf.slot(slot) == 0 {
        let gap = KeyRange(leaf.lowerBound(slot, min: range.first), leaf.upperBound(slot, end: end, max: range.last))
        // A bound that a writer moved meanwhile comes after the word that it moved over.
        leaf.orderLoads()
        if leaf.slot(slot) == 0, let start = start(in: gap) {
          return leaf.isDead ? .stale : .found(start, in: LeafPlace(leaf: leaf.reference, range: range))
        }
      }
      if slot == stop { return leaf.isDead ? .stale : .nothing(in: range) }
      slot += step
    }
  }

  /// The slot that holds an index, or the end of the node that is nearest to it.
  @inline(__always)
  private func firstSlot(of node: Node, toward index: UInt64, end: Int) -> Int {
    min(node.slotIndex(holding: index), end)
  }
}
