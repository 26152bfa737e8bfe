import Operations

/// Differences that are told as one: what differs, after calls of one family.
public struct DifferenceGroup: Codable, Hashable, Sendable {
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
