import Operations
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
  /// A reader finds no node, and loads the root again. If a store came in between, it takes the new node for an entry:
  /// `mas_find_rev_setup()` and `mas_prev_setup()`.
  case rootReadTwice = "root-read-twice"
  /// A walk loads a pivot twice, and a store in place moves it in between: the range that it comes to is after its
  /// index. `mtree_range_walk()`.
  case pivotReadTwice = "pivot-read-twice"
  /// On the way to the previous node a pivot of the parent is loaded after the last look whether the parent is dead. A
  /// dead node has other things there. `mas_prev_node()`.
  case pivotOfDeadParent = "pivot-of-dead-parent"
  /// New nodes are in the tree before they name their places in their parents: `mas_topiary_replace()` of 6.12.
  case parentsAfterPublish = "parents-after-publish"

  /// What a view notes of a reader's call.
  struct Signs {
    /// The steps that the call saw only when it loaded a word for the second time; and whether it so loaded the root.
    var rereads: [Int]
    var rereadsRoot: Bool
    /// Whether the reader loaded a pivot of a dead node that is none any more.
    var sawDeadPivot: Bool
    /// Whether the call goes to lower indices.
    var isBackward: Bool
  }

  public var message: String {
    switch self {
    case .rewalkWithoutNode: "a reader that walks again in a tree that was emptied uses a node that is not there"
    case .pivotBeforeSlot: "a store in place shows its pivot before its slot"
    case .parentsAfterPublish: "a node is in the tree before it names its place in its parent"
    case .rootReadTwice: "a reader of an empty tree loads the root again, and gives its new node for an entry"
    case .pivotReadTwice: "a walk loads a pivot before and after a store in place, and passes its index"
    case .pivotOfDeadParent: "the begin of the previous node is taken from a parent that was replaced"
    case .twoStoresInPlace: "a reader sees the pivot as it was before one store in place, and the slot after the next"
    }
  }

  /// The faults that a subject is known to have, by what its library calls itself.
  public static func known(of name: String?) -> Set<KnownReaderFault> {
    guard let name, name.hasPrefix("Linux ") else { return [] }
    let isOld = name.hasPrefix("Linux 6.")
    return Set(allCases.filter { $0 != .parentsAfterPublish || isOld })
  }

  /// The fault that a finding looks like; `nil` for none.
  /// - Parameter hasNode: whether the tree has a node after each of the writer's operations.
  /// - Parameter signs: what the view noted of the call.
  /// - Parameter schedules: of the reader's calls up to the one that broke the law.
  static func of(
    _ broken: BrokenReaderLaw, _ schedules: [CallSchedule], _ signs: Signs, log: AccessLog,
    hasNode: Bool
  ) -> Self? {
    guard let schedule = CallSchedule(joining: schedules) else { return nil }
    // A reader that was there between the two steps of a fault.
    let showsParentLate =
      ([schedule.start] + schedule.moves.map(\.step)).contains(where: log.hasNodesWithoutParents)
      || schedule.hidden.map(\.step).contains(where: log.isLateParent)
    switch broken.law {
    case .silent: return hasNode ? showsParentLate ? .parentsAfterPublish : nil : .rewalkWithoutNode
    case .heldAtSomeTime, .missesNothing, .inOrder:
      if broken.law == .heldAtSomeTime && signs.rereadsRoot && !hasNode { return .rootReadTwice }
      if showsPivotFirst(schedule, log) { return .pivotBeforeSlot }
      let isOfTwo = schedule.moves.contains { log.hasEarlierStore(inPlaceOf: $0.step, after: schedule.start) }
      if isOfTwo { return .twoStoresInPlace }
      if signs.rereads.contains(where: log.isPivotOfSlotStore) { return .pivotReadTwice }
      if signs.sawDeadPivot && signs.isBackward { return .pivotOfDeadParent }
      return showsParentLate ? .parentsAfterPublish : nil
    default: return nil
    }
  }

  /// Whether a load does not see a store, though the reader is at a later store into the same node.
  private static func showsPivotFirst(_ schedule: CallSchedule, _ log: AccessLog) -> Bool {
    schedule.hidden.contains { hidden in
      let steps = schedule.moves.filter { $0.load < hidden.load }.map(\.step)
      let reached = max(schedule.start, steps.max() ?? 0)
      guard hidden.step < reached, log.isOfSlotStore(hidden.step) else { return false }
      return ((hidden.step + 1)...reached).contains { log.areInOneNode($0, hidden.step) }
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
    guard start < step, isOfSlotStore(step) else { return false }
    return ((start + 1)..<step).contains {
      operation(of: $0) < operation(of: step) && areInOneNode($0, step) && isOfSlotStore($0)
    }
  }

  /// Whether after a step new nodes are in the tree, and the same operation then stores the parent of one of them.
  fileprivate func hasNodesWithoutParents(after step: Int) -> Bool {
    let end = ends.first { $0 >= step } ?? steps.count
    guard step > 0, step < end, hasPublished(by: step) else { return false }
    return ((step + 1)...end).contains(where: isParent)
  }

  /// Whether a step stores the parent of a new node, and the same operation published new nodes before.
  fileprivate func isLateParent(_ step: Int) -> Bool { step > 1 && isParent(step) && hasPublished(by: step - 1) }

  /// Whether a step stores the parent of a new node, and not that the node is dead.
  private func isParent(_ step: Int) -> Bool {
    let stored = steps[step - 1]
    let place = words[stored.word]
    guard place & 31 == 0, let parent = node(stored.value) else { return false }
    return taken[place >> 5] != nil && parent != place >> 5
  }

  /// Whether the operation of a step published new nodes up to it.
  private func hasPublished(by step: Int) -> Bool {
    (firstStep(ofOperation: operation(of: step))...step).contains(where: isPublishing)
  }

  /// Whether a step puts a new node where readers get it from: into the tree itself, or into a node that is not new.
  private func isPublishing(_ step: Int) -> Bool {
    let stored = steps[step - 1]
    let number = operation(of: step)
    guard let new = node(stored.value), taken[new] == number else { return false }
    return taken[words[stored.word] >> 5] != number
  }

  /// Whether a step stores into a node that readers have already, for no step of its own operation made the node; and
  /// not the address of a node that they get.
  fileprivate func isInPlace(_ step: Int) -> Bool {
    let stored = steps[step - 1]
    let own = words[stored.word] >> 5
    if let other = node(stored.value), other != own, words.contains(where: { $0 >> 5 == other }) { return false }
    return taken[own].map { $0 < operation(of: step) } ?? true
  }

  /// Whether a step is in place, and its operation stores no more there than a slot and a pivot. A kernel makes no
  /// other stores in place beside readers, and so none of those is known.
  fileprivate func isOfSlotStore(_ step: Int) -> Bool {
    guard isInPlace(step) else { return false }
    let number = operation(of: step)
    return (firstStep(ofOperation: number)...ends[number]).count { areInOneNode($0, step) && isInPlace($0) } <= 2
  }

  /// Whether a step is a slot store's store into a pivot. Of a leaf, words 1 to 15 are the pivots.
  fileprivate func isPivotOfSlotStore(_ step: Int) -> Bool {
    step > 0 && 1...15 ~= words[steps[step - 1].word] & 31 && isOfSlotStore(step)
  }

  private func firstStep(ofOperation number: Int) -> Int { number == 0 ? 1 : ends[number - 1] + 1 }

  /// The place of the operation that makes a step.
  private func operation(of step: Int) -> Int { ends.count { $0 < step } }

  /// The node that a value can be the address of; `nil` for a small one.
  private func node(_ value: UInt64) -> UInt? { value < 1 << 20 ? nil : UInt(value) >> 8 }
}

extension ReaderView {
  /// What was noted of the call that was made last.
  func signs(of operation: Operation) -> KnownReaderFault.Signs {
    let isMove = operation.kind == .cursorMove
    return .init(
      rereads: rereads, rereadsRoot: rereadsHead, sawDeadPivot: sawDeadPivot,
      isBackward: isMove ? !operation.move.isForward : operation.kind == .previous)
  }
}
