import Harness
import Operations
import RangeMapCore

/// A law that a call of a reader broke.
public struct BrokenReaderLaw: Hashable, Sendable {
  public var law: ReaderLaw
  /// What was found, in a sentence.
  public var text: String
}

/// Judges what a call of a reader returned, by what the map held while it ran.
struct ReaderJudge {
  let states: MapStates
  /// The first and the last state that the call could see.
  private(set) var times: ClosedRange<Int>
  /// The first state that the walk could see of which the call is a part.
  let since: Int

  init(states: MapStates, times: ClosedRange<Int>, since: Int? = nil) {
    (self.states, self.times, self.since) = (states, times, min(since ?? times.lowerBound, times.lowerBound))
  }

  func judge(_ operation: Operation, _ outcome: CallOutcome, _ before: CursorState, _ after: CursorState)
    -> BrokenReaderLaw?
  {
    switch (operation.kind, outcome) {
    case (.load, .entry(let entry)): return held(entry, KeyRange.single(operation.index), readsZero: false)
    case (.find, .found(let entry, let index)):
      return found(entry, endingBefore: index, operation.range, readsZero: false)
    case (.findAfter, .found(let entry, let index)):
      // The index is the one after the last entry; 0 is that after all.
      if operation.index == 0 { return entry == nil ? nil : limits(entry, operation.range) }
      return found(entry, endingBefore: index, operation.range, readsZero: false)
    case (.next, .entry(let entry)): return neighbour(entry, operation.index, operation.range.last, isAfter: true)
    case (.previous, .entry(let entry)): return neighbour(entry, operation.index, operation.number, isAfter: false)
    case (.lowestGap, _), (.highestGap, _): return gap(operation, outcome)
    case (.cursorMove, .entry(let entry)): return moved(operation, entry, before, after)
    default: return nil
    }
  }

  /// An entry in words. What was never stored may be an address, which is another one in each run.
  private func name(_ entry: Entry?) -> String {
    guard let entry else { return "NULL" }
    return entry.isZero || states.holds(entry) ? "\(entry)" : "an entry that was never stored"
  }
  private func broken(_ law: ReaderLaw, _ text: String) -> BrokenReaderLaw { BrokenReaderLaw(law: law, text: text) }
  private func hex(_ index: UInt64) -> String { "0x\(String(index, radix: 16))" }

  private var when: String {
    times.count == 1
      ? "after \(times.lowerBound) operations of the writer"
      : "after \(times.lowerBound) to \(times.upperBound) operations of the writer"
  }

  /// The range holds the entry, each index at some time.
  private func held(_ entry: Entry?, _ range: KeyRange, readsZero: Bool) -> BrokenReaderLaw? {
    if let entry, entry.isZero, !readsZero {
      return broken(.reservationHidden, "the reservation of \(range) is given")
    }
    if entry == nil && !readsZero && times.contains(where: { states.slot(range.first, in: $0).entry?.isZero == true }) {
      return nil
    }
    guard let index = states.firstIndex(of: range, without: entry, in: times) else { return nil }
    let real = times.map { name(states.slot(index, in: $0).entry) }
    return broken(
      .heldAtSomeTime, "\(name(entry)) for \(hex(index)), which holds \(real.joined(separator: ", ")) \(when)")
  }

  /// Some index of the range holds the entry at some time of the call.
  private func held(_ entry: Entry?, somewhereIn range: KeyRange) -> BrokenReaderLaw? {
    var index = range.first
    while true {
      let slots = times.map { states.slot(index, in: $0) }
      if slots.contains(where: { $0.entry == entry }) { return nil }
      guard let end = slots.map(\.range.last).min(), end < range.last else { break }
      index = end + 1
    }
    return broken(.heldAtSomeTime, "\(name(entry)), which nothing in \(range) holds \(when)")
  }

  private func limits(_ entry: Entry?, _ range: KeyRange) -> BrokenReaderLaw {
    broken(.inOrder, "\(name(entry)), though nothing can be in \(range)")
  }

  /// No index of a range that a search passed held the same entry all the time.
  private func passed(_ range: KeyRange, fromAbove: Bool = false, countsZero: Bool) -> BrokenReaderLaw? {
    guard
      let index = states.indexAlwaysHeld(
        in: range, times, fromAbove: fromAbove, counts: { countsZero || !$0.isZero })
    else { return nil }
    return broken(
      .missesNothing,
      "passes \(hex(index)), which held \(name(states.slot(index, in: times.lowerBound).entry)) all the time \(when)")
  }

  /// A search that tells the index after the entry that it found.
  private func found(_ entry: Entry?, endingBefore index: UInt64, _ window: KeyRange, readsZero: Bool)
    -> BrokenReaderLaw?
  {
    guard window.isValid else { return entry == nil ? nil : limits(entry, window) }
    guard let entry else { return passed(window, countsZero: readsZero) }
    let last = index &- 1
    if last < window.first { return broken(.inOrder, "\(name(entry)) ends at \(hex(last)), before \(window)") }
    if let fault = held(entry, .single(last), readsZero: readsZero) { return fault }
    // Where it begins is not told: not before some state says so.
    let firsts = times.compactMap { time -> UInt64? in
      let slot = states.slot(last, in: time)
      return slot.entry == entry ? slot.range.first : nil
    }
    guard let first = firsts.min() else { return nil }
    if first > window.last { return broken(.inOrder, "\(name(entry)) begins at \(hex(first)), after \(window)") }
    return first > window.first ? passed(KeyRange(window.first, first - 1), countsZero: readsZero) : nil
  }

  /// The entry of the slot after that of an index, or before. It tells no range.
  private func neighbour(_ entry: Entry?, _ index: UInt64, _ limit: UInt64, isAfter: Bool) -> BrokenReaderLaw? {
    // Where the slot of the index ends depends on the time.
    let ends = times.map { time in
      let range = states.slot(index, in: time).range
      return isAfter ? range.last : range.first
    }
    guard let near = isAfter ? ends.min() : ends.max(), let far = isAfter ? ends.max() : ends.min() else { return nil }
    func window(_ end: UInt64) -> KeyRange? {
      if isAfter ? end >= limit : end <= limit { return nil }
      return isAfter ? KeyRange(end + 1, limit) : KeyRange(limit, end - 1)
    }
    guard let entry else {
      // What every time has in reach is missed.
      guard let certain = window(far) else { return nil }
      return passed(certain, fromAbove: !isAfter, countsZero: true)
    }
    guard let possible = window(near) else { return limits(entry, KeyRange(index, limit)) }
    // Some index in reach holds it at some time, and nothing that was there all the time comes before.
    var nearest: UInt64?
    for time in times {
      var place = isAfter ? possible.first : possible.last
      while true {
        let slot = states.slot(place, in: time)
        if slot.entry == entry {
          nearest = nearest.map { isAfter ? min($0, place) : max($0, place) } ?? place
          break
        }
        if isAfter ? slot.range.last >= possible.last : slot.range.first <= possible.first { break }
        place = isAfter ? slot.range.last + 1 : slot.range.first - 1
      }
    }
    guard let nearest else {
      return broken(.heldAtSomeTime, "\(name(entry)), which nothing in \(possible) holds \(when)")
    }
    guard let certain = window(far) else { return nil }
    let between =
      isAfter
      ? nearest > certain.first ? KeyRange(certain.first, nearest - 1) : nil
      : nearest < certain.last ? KeyRange(nearest + 1, certain.last) : nil
    return between.flatMap { passed($0, fromAbove: !isAfter, countsZero: true) }
  }

  private func gap(_ operation: Operation, _ outcome: CallOutcome) -> BrokenReaderLaw? {
    switch outcome {
    case .index(let start):
      let (last, isOver) = start.addingReportingOverflow(operation.number &- 1)
      if isOver || start < operation.range.first || last > operation.range.last {
        return broken(.inOrder, "a gap at \(hex(start)), outside of \(operation.range)")
      }
      if states.isFree(KeyRange(start, last), in: times) { return nil }
      return broken(.gapAtSomeTime, "a gap \(KeyRange(start, last)), which is not free \(when)")
    case .failure(.noSpace, _):
      if states.hasNoGap(of: operation.number, in: operation.range, times) { return nil }
      return broken(.gapAtSomeTime, "no gap, though there is one all the time \(when)")
    default: return nil
    }
  }

  /// A cursor that tells the range of what it found.
  private func moved(_ operation: Operation, _ entry: Entry?, _ before: CursorState, _ after: CursorState)
    -> BrokenReaderLaw?
  {
    let isForward = operation.move.isForward
    if operation.move == .walk {
      if after.status == .active && !after.range.contains(before.range.first) {
        return broken(.inOrder, "\(name(entry)) at \(after.range), which is not at \(hex(before.range.first))")
      }
      return held(entry, after.range, readsZero: true)
    }
    // A step by ranges gives the NULLs too. At its limit it leaves the cursor as it is.
    let isSlot = operation.move.isByRange && after.status == .active && after.range != before.range
    if entry == nil && !isSlot {
      return nothingLeft(operation, before).flatMap { passed($0, fromAbove: !isForward, countsZero: true) }
    }
    // Where the entry begins or ends may be what the walk saw before; that it is there is of this call.
    var walk = self
    walk.times = since...times.upperBound
    if let fault = walk.held(entry, after.range, readsZero: true) { return fault }
    if before.status != .active { return held(entry, somewhereIn: after.range) }
    let isFurther =
      times.count == 1 && since == times.lowerBound
      ? isForward ? after.range.first > before.range.last : after.range.last < before.range.first
      : isForward ? after.range.last > before.range.last : after.range.first < before.range.first
    if !isFurther {
      // A search that begins may give what the cursor is at.
      if before.range == after.range { return nil }
      return broken(.inOrder, "\(name(entry)) at \(after.range), which is not after \(before.range)")
    }
    if let fault = held(entry, somewhereIn: after.range) { return fault }
    // Right beside the cursor nothing is between.
    if isForward ? after.range.first == 0 : after.range.last == .max { return nil }
    let end = isForward ? after.range.first - 1 : after.range.last + 1
    return beyond(before.range, isForward: isForward, through: end)
      .flatMap { passed($0, fromAbove: !isForward, countsZero: true) }
  }

  /// The indices that a move of a cursor searched and found nothing in; `nil` if its status does not say which.
  private func nothingLeft(_ operation: Operation, _ before: CursorState) -> KeyRange? {
    let (isForward, limit) = (operation.move.isForward, operation.number)
    switch before.status {
    case .active: return beyond(before.range, isForward: isForward, through: limit)
    case .start where operation.move.isFind:
      let range = isForward ? KeyRange(before.range.first, limit) : KeyRange(limit, before.range.first)
      return range.isValid ? range : nil
    default: return nil
    }
  }

  /// The indices after a cursor's range, or before it, up to a limit. The slot that the cursor is in may have grown
  /// since: a cursor that walks again goes on after it. `nil` if there are none.
  private func beyond(_ range: KeyRange, isForward: Bool, through limit: UInt64) -> KeyRange? {
    let ends = times.map { time in
      let slot = states.slot(isForward ? range.last : range.first, in: time).range
      return isForward ? slot.last : slot.first
    }
    guard let end = isForward ? ends.max() : ends.min() else { return nil }
    if isForward { return end < limit ? KeyRange(end + 1, limit) : nil }
    return end > limit ? KeyRange(limit, end - 1) : nil
  }
}
