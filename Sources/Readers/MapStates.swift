import RangeMapCore
import SortedArrayOracle

/// What a map holds after each of the writer's operations, from none on.
struct MapStates {
  private var states: [[(range: KeyRange, entry: Entry)]] = []

  mutating func add(_ oracle: borrowing SortedArrayOracle) {
    var items: [(range: KeyRange, entry: Entry)] = []
    oracle.forEachEntry { items.append(($0, $1)) }
    states.append(items)
  }

  /// Whether a map holds what it should in a state.
  func isContent<Map: RangeMap & ~Copyable>(of map: borrowing Map, in state: Int) -> Bool {
    var index: UInt64 = 0
    while true {
      let slot = map.slot(at: index)
      if firstIndex(of: slot.range, without: slot.entry, in: state...state) != nil { return false }
      if slot.range.last == .max { return true }
      index = slot.range.last + 1
    }
  }

  /// Whether each state is more than one entry at index 0, so that a tree has a node for it.
  var haveNodes: Bool {
    states.allSatisfy { items in items.contains { $0.range.last > 0 } }
  }

  /// What an index holds in a state.
  func slot(_ index: UInt64, in state: Int) -> (range: KeyRange, entry: Entry?) {
    let items = states[state]
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle].range.last < index { low = middle + 1 } else { high = middle }
    }
    if low < items.count, items[low].range.first <= index { return (items[low].range, items[low].entry) }
    let first = low > 0 ? items[low - 1].range.last + 1 : 0
    let last = low < items.count ? items[low].range.first - 1 : .max
    return (KeyRange(first, last), nil)
  }

  /// Whether some index holds an entry in some state.
  func holds(_ entry: Entry) -> Bool { states.contains { $0.contains { $0.entry == entry } } }

  /// Whether an index holds an entry, or NULL, in some of the states.
  func holds(_ entry: Entry?, at index: UInt64, in times: ClosedRange<Int>) -> Bool {
    times.contains { slot(index, in: $0).entry == entry }
  }

  /// The first index of a range that holds an entry, or NULL, in none of the states; `nil` if all do in some.
  func firstIndex(of range: KeyRange, without entry: Entry?, in times: ClosedRange<Int>) -> UInt64? {
    var index = range.first
    while true {
      // As far as some state holds it here.
      let ends = times.compactMap { time -> UInt64? in
        let slot = slot(index, in: time)
        return slot.entry == entry ? slot.range.last : nil
      }
      guard let end = ends.max() else { return index }
      if end >= range.last { return nil }
      index = end + 1
    }
  }

  /// The lowest, or the highest, index of a range that holds the same entry in all states, for those that count.
  func indexAlwaysHeld(
    in range: KeyRange, _ times: ClosedRange<Int>, fromAbove: Bool, counts: (Entry) -> Bool
  ) -> UInt64? {
    guard range.isValid else { return nil }
    var index = fromAbove ? range.last : range.first
    while true {
      let slots = times.map { slot(index, in: $0) }
      if let entry = slots[0].entry, counts(entry), slots.allSatisfy({ $0.entry == entry }) { return index }
      // Up to the nearest end of a slot all states hold what they hold here; a NULL says no to all of its slot.
      func end(_ range: KeyRange) -> UInt64 { fromAbove ? range.first : range.last }
      let ends = slots.map { end($0.range) }
      let empty = slots.filter { $0.entry == nil }.map { end($0.range) }
      guard let step = fromAbove ? empty.min() ?? ends.max() : empty.max() ?? ends.min() else { return nil }
      if fromAbove ? step <= range.first : step >= range.last { return nil }
      index = fromAbove ? step - 1 : step + 1
    }
  }

  /// Whether a range is free in some state.
  func isFree(_ range: KeyRange, in times: ClosedRange<Int>) -> Bool {
    times.contains { time in
      let slot = slot(range.first, in: time)
      return slot.entry == nil && slot.range.last >= range.last
    }
  }

  /// Whether a window has no gap of a size in some state.
  func hasNoGap(of size: UInt64, in window: KeyRange, _ times: ClosedRange<Int>) -> Bool {
    times.contains { time in
      var index = window.first
      while true {
        let slot = slot(index, in: time)
        let last = min(slot.range.last, window.last)
        if slot.entry == nil, last - index >= size - 1 { return false }
        if slot.range.last >= window.last { return true }
        index = slot.range.last + 1
      }
    }
  }
}
