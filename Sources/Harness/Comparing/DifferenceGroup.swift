import Operations

/// Differences that are told as one: what differs, after calls of one family.
public struct DifferenceGroup: Hashable, Sendable {
  public var aspect: ComparedAspect
  public var family: OperationFamily
  /// Of errors and ends which two they are, so that each pair is a group of its own; else empty.
  public var detail: String

  public init(_ aspect: ComparedAspect, _ family: OperationFamily, detail: String = "") {
    self.aspect = aspect
    // To the nodes of a tree an insertion is a store.
    let isOfNodes = aspect.heading == .otherCounts || aspect.heading == .otherShape
    let isStore = [.insertion, .allocation, .cyclicAllocation].contains(family)
    self.family = isOfNodes && isStore ? .store : family
    self.detail = detail
  }

  /// The order of tables: the worst first.
  var rank: (Int, Int, Int, String) {
    let headings = ComparedAspect.Heading.allCases
    return (
      headings.firstIndex(of: aspect.heading) ?? 0, ComparedAspect.allCases.firstIndex(of: aspect) ?? 0,
      OperationFamily.allCases.firstIndex(of: family) ?? 0, detail
    )
  }
}

extension DifferenceGroup: Comparable {
  public static func < (left: DifferenceGroup, right: DifferenceGroup) -> Bool { left.rank < right.rank }
}

/// Operations that are one to a tree, whatever interface they are made by.
public enum OperationFamily: String, CaseIterable, Hashable, Codable, Sendable {
  case load, search, step
  case gapSearch = "gap search"
  case cursor
  case store, erasure, insertion, allocation
  case cyclicAllocation = "cyclic allocation"
  case preparedStore = "prepared store"
  case bulkMode = "bulk mode"
  case duplicate, emptying
  case readerMode = "reader mode"
  /// Orders to the harness, and the end of a run.
  case end = "end of run"
}

extension OperationKind {
  /// The family that a kind of operation belongs to.
  public var family: OperationFamily {
    switch self {
    case .load: .load
    case .find, .findAfter: .search
    case .next, .previous: .step
    case .lowestGap, .highestGap: .gapSearch
    case .cursorSet, .cursorMove, .cursorPause, .cursorReset: .cursor
    case .store, .cursorStore, .fill: .store
    case .erase, .cursorErase: .erasure
    case .insert: .insertion
    case .allocateLowest, .allocateHighest: .allocation
    case .allocateCyclic: .cyclicAllocation
    case .prepare, .storePrepared, .abandonPrepared: .preparedStore
    case .beginBulk, .bulkStore, .bulkFill, .endBulk: .bulkMode
    case .duplicate: .duplicate
    case .removeAll: .emptying
    case .setReadCopyUpdate: .readerMode
    case .failAllocation, .interlope, .enterReader, .leaveReader, .verify, .atMost: .end
    }
  }
}
