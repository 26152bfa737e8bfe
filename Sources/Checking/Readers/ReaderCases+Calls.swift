import Operations
import RangeMapCore

extension ReaderCases {
  /// Stores around the place of a tree: from each edge of an entry to each edge of one after it, and over everything.
  static func stores(in tree: Tree) -> [Operation] {
    let entry = tree.range(tree.place)
    let firsts = [entry.first, entry.first + 1, entry.first + tree.width / 2, entry.last]
    var ranges: [KeyRange] = []
    for span: UInt64 in [0, 1, 2, 5, 12, 40] {
      let end = tree.range(tree.place + span)
      for last in [end.first, end.first + tree.width / 2, end.last - 1, end.last, end.first + stride - 1] {
        ranges += firsts.map { KeyRange($0, last) }.filter(\.isValid)
      }
    }
    ranges.append(KeyRange(tree.count * stride + 2, tree.count * stride + 4))
    ranges.append(.all)
    return ranges.flatMap { range in
      [.value(1000), nil].map { (entry: Entry?) in Operation.store(range, entry, .maySleep) }
    }
  }

  /// What a reader calls around a store: up to four calls each.
  static func reads(around store: KeyRange) -> [[Operation]] {
    let low = store.first > stride ? store.first - stride : 0
    let high = store.last < .max - 2 * stride ? store.last + 2 * stride : .max
    let before = store.first > 0 ? store.first - 1 : 0
    let after = store.last < .max ? store.last + 1 : .max
    var reads: [[Operation]] = Set([before, store.first, store.last, after]).sorted().map { [.load($0)] }
    reads += [[.find(from: low, through: high)], [.find(from: store.first, through: high)]]
    reads += [[.findAfter(from: low, through: high)]]
    reads += [[.next(after: before, through: high)], [.next(after: store.first, through: high)]]
    reads += [[.previous(before: after, downTo: low)], [.previous(before: store.last, downTo: low)]]
    for move in CursorMove.allCases where move != .walk {
      let limit = move.isForward ? high : low
      if move.isFind {
        reads.append([.cursorSet(0, .single(move.isForward ? low : high))] + steps(move, limit, count: 4))
      } else {
        let start = move.isForward ? store.first : store.last
        reads.append(
          [.cursorSet(0, .single(start)), .cursorMove(0, .walk, limit: .max)] + steps(move, limit, count: 3))
      }
    }
    return reads
  }

  /// Searches for a gap that a store makes or takes: as long as the store, one longer, or of one index.
  static func gapSearches(around store: KeyRange) -> [[Operation]] {
    let low = store.first > stride ? store.first - stride : 0
    let high = store.last < .max - 2 * stride ? store.last + 2 * stride : .max
    let length = store.last - store.first
    var searches: [[Operation]] = []
    for (size, window) in [(1, KeyRange(low, high)), (length &+ 1, KeyRange(low, high)), (length &+ 2, .all)] {
      // All indices together are no size.
      if size == 0 || size - 1 > window.last - window.first { continue }
      searches += [[.lowestGap(size: size, window: window)], [.highestGap(size: size, window: window)]]
    }
    return searches
  }

  private static func steps(_ move: CursorMove, _ limit: UInt64, count: Int) -> [Operation] {
    Array(repeating: .cursorMove(0, move, limit: limit), count: count)
  }
}
