import RangeMapCore

/// A search for a run of NULL of a size, all of it in a window, from below or from above.
///
/// It goes down only where the recorded gap is long enough, and back up where the window cuts the gap short.
/// - Complexity: O(log n), and a visit for each gap that is long enough only without the window.
struct GapSearch {
  private let header: Header
  private let size: UInt64
  private let window: KeyRange
  private let lowest: Bool

  /// - Parameter size: at least 1, and no more than the window holds.
  init(_ header: Header, size: UInt64, window: KeyRange, lowest: Bool) {
    self.header = header
    self.size = size
    self.window = window
    self.lowest = lowest
  }

  private enum Answer {
    case found(UInt64)
    case nothing
    /// A node was replaced during the search.
    case stale
  }

  /// The start of the gap; nil where there is none.
  func run() -> UInt64? {
    while true {
      let rootWord = header.rootWord
      guard let root = NodeReference.inRoot(rootWord) else {
        return start(in: KeyRange(rootWord == 0 ? 0 : 1, .max))
      }
      switch search(root, KeyRange.all) {
      case .found(let start): return start
      case .nothing: return nil
      case .stale: continue
      }
    }
  }

  /// The start within one run of NULL, cut to the window.
  private func start(in gap: KeyRange) -> UInt64? {
    let first = max(gap.first, window.first)
    let last = min(gap.last, window.last)
    guard first <= last && last - first >= size - 1 else { return nil }
    return lowest ? first : last - (size - 1)
  }

  private func search(_ reference: NodeReference, _ range: KeyRange) -> Answer {
    let node = header.node(reference)
    let end = node.end(max: range.last)
    let from = node.slotIndex(holding: max(window.first, range.first), end: end)
    let through = node.slotIndex(holding: min(window.last, range.last), end: end)
    if node.isDead || from > through { return .stale }
    for step in 0...(through - from) {
      let slot = lowest ? from + step : through - step
      let inner = KeyRange(
        node.lowerBound(slot, min: range.first), node.upperBound(slot, end: end, max: range.last))
      let word = node.slot(slot)
      let gap = node.kind == .gapTracking ? node.gap(slot) : .max
      if node.isDead { return .stale }
      if node.isLeaf {
        if word == 0, let start = start(in: inner) { return .found(start) }
      } else if gap >= size {
        let answer = search(NodeReference(word: word), inner)
        if case .nothing = answer { continue }
        return answer
      }
    }
    return .nothing
  }
}
