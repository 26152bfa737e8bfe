import Operations
import RangeMapCore

/// What is tried in every state: each write that changes it, and each read that does not.
///
/// A step is one call, or a few that belong together: a cursor that walks and stores, a reservation and its store.
struct ExploreSteps {
  /// The indices that writes are about.
  var domain: KeyRange
  /// Whether writes may also reach from an index of the domain to the last index of all, and may empty the tree.
  var isOpen: Bool
  var tracksGaps: Bool

  /// A step, and the indices of the domain that a write through a cursor may not leave.
  struct Step {
    var operations: [Operation]
    /// The cursor whose range the last operation writes.
    var cursor: Int?
    /// The index whose slot the last operation erases.
    var erased: UInt64?
  }

  private var indices: ClosedRange<UInt64> { domain.first...domain.last }

  private var ranges: [KeyRange] {
    indices.flatMap { first in
      (first...domain.last).map { KeyRange(first, $0) } + (isOpen ? [KeyRange(first, .max)] : [])
    }
  }

  /// All steps, always in the same order. There are at most 65,535.
  func writes() -> [Step] {
    var steps: [Step] = []
    /// Each step has an entry of its own, so that no two are taken for one.
    var entry: Entry { .value(UInt64(steps.count + 1)) }
    let policy = AllocationPolicy.mustNotSleep
    for range in ranges {
      steps.append(Step(operations: [.store(range, entry, policy)]))
      steps.append(Step(operations: [.store(range, nil, policy)]))
      steps.append(Step(operations: [.insert(range, entry, policy)]))
      for stored in [entry, nil] {
        steps.append(Step(operations: [.prepare(range, stored, policy), Operation(.storePrepared)]))
      }
    }
    for index in indices {
      steps.append(Step(operations: [.erase(index, policy)], erased: index))
      let walk = [Operation.cursorSet(0, .single(index)), .cursorMove(0, .walk, limit: .max)]
      let moves: [[Operation]] = [
        [], [.cursorMove(0, .next, limit: domain.last)], [.cursorMove(0, .previous, limit: domain.first)],
      ]
      for move in moves {
        for write in [Operation.cursorStore(0, entry, policy), .cursorStore(0, nil, policy), .cursorErase(0, policy)] {
          steps.append(Step(operations: walk + move + [write], cursor: 0))
        }
      }
    }
    if tracksGaps {
      // In a window up to the last index there is always room, and a tree would grow without end.
      for window in ranges where domain.contains(window) {
        for size in sizes(in: window) {
          steps.append(Step(operations: [.allocateLowest(size: size, window: window, entry, policy)]))
          steps.append(Step(operations: [.allocateHighest(size: size, window: window, entry, policy)]))
        }
      }
    }
    if isOpen { steps.append(Step(operations: [Operation(.removeAll)])) }
    return steps
  }

  private func sizes(in window: KeyRange) -> ClosedRange<UInt64> {
    1...min(window.last - window.first, domain.last - domain.first) + 1
  }

  /// All reads: each call at each index, and each move of a cursor from each state that one call brings it to.
  func reads() -> [Operation] {
    var reads: [Operation] = []
    let (first, last) = (domain.first, domain.last)
    for index in indices {
      reads += [.load(index), .find(from: index, through: last), .find(from: index, through: .max)]
      reads += [.findAfter(from: index, through: last), .next(after: index, through: last)]
      reads += [.previous(before: index, downTo: first)]
      for before in [nil] + CursorMove.allCases.map(Optional.some) {
        for move in CursorMove.allCases {
          reads.append(.cursorSet(0, .single(index)))
          if let before { reads.append(.cursorMove(0, before, limit: before.isForward ? last : first)) }
          reads.append(.cursorMove(0, move, limit: move.isForward ? last : first))
        }
      }
    }
    guard tracksGaps else { return reads }
    for window in ranges {
      for size in sizes(in: window) {
        reads += [.lowestGap(size: size, window: window), .highestGap(size: size, window: window)]
      }
    }
    return reads
  }
}
