import RangeMapCore

/// Faults of kernels that readers show, by what they look like. A check passes them by, so that they hide nothing.
/// `docs/FINDINGS.md` has each.
public enum KnownReaderFault: String, CaseIterable, Codable, Hashable, Sendable {
  /// A reader meets a dead node, walks again from the root, finds a tree without a node, and goes on in the node at
  /// address 0.
  case rewalkWithoutNode = "rewalk-without-node"
  /// A store into a slot and its pivot, both in place: without a barrier between them the pivot may be seen first.
  case pivotBeforeSlot = "pivot-before-slot"
  /// A reader loads a pivot before a store in place, and the slot after the next one.
  case twoStoresInPlace = "two-stores-in-place"

  public var message: String {
    switch self {
    case .rewalkWithoutNode: "a reader that walks again in a tree that was emptied uses a node that is not there"
    case .pivotBeforeSlot: "a store in place shows its pivot before its slot"
    case .twoStoresInPlace: "a reader sees the pivot as it was before one store in place, and the slot after the next"
    }
  }

  /// The fault that a finding looks like; `nil` for none.
  /// - Parameter hasNode: whether the tree has a node after each of the writer's operations.
  /// - Parameter schedules: of the reader's calls up to the one that broke the law.
  static func of(
    _ broken: BrokenReaderLaw, _ schedules: [CallSchedule], log: AccessLog, hasNode: Bool
  ) -> Self? {
    switch broken.law {
    case .silent: return hasNode ? nil : .rewalkWithoutNode
    case .heldAtSomeTime, .missesNothing:
      guard let schedule = CallSchedule(joining: schedules) else { return nil }
      // A load that does not see a store, though the reader is at a later store into the same node.
      let isShown = schedule.hidden.contains { hidden in
        let steps = schedule.moves.filter { $0.load < hidden.load }.map(\.step)
        let reached = max(schedule.start, steps.max() ?? 0)
        guard hidden.step < reached, !log.isPublishing(hidden.step) else { return false }
        return ((hidden.step + 1)...reached).contains { log.areInOneNode($0, hidden.step) }
      }
      if isShown { return .pivotBeforeSlot }
      return schedule.moves.contains { log.hasEarlierStore(inPlaceOf: $0.step, after: schedule.start) }
        ? .twoStoresInPlace : nil
    default: return nil
    }
  }
}

extension AccessLog {
  /// Whether two steps store into one node, counted from 1.
  fileprivate func areInOneNode(_ first: Int, _ second: Int) -> Bool {
    words[steps[first - 1].word] >> 5 == words[steps[second - 1].word] >> 5
  }

  /// Whether an operation before that of a step stores in place into the node of the step.
  fileprivate func hasEarlierStore(inPlaceOf step: Int, after start: Int) -> Bool {
    guard start < step, !isPublishing(step) else { return false }
    func operation(_ step: Int) -> Int { ends.count { $0 < step } }
    return ((start + 1)..<step).contains {
      operation($0) < operation(step) && areInOneNode($0, step) && !isPublishing($0)
    }
  }

  /// Whether a step stores the address of something that was stored to: a node that it shows to readers.
  fileprivate func isPublishing(_ step: Int) -> Bool {
    let node = UInt(steps[step - 1].value) >> 8
    return steps[step - 1].value >= 1 << 20 && words.contains { $0 >> 5 == node }
  }
}
