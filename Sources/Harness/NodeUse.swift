import RangeMapCore

/// How many nodes the writes of a run took, by what they asked for: in a tree of a height each of the kinds that go up the tree asks for a
/// number of its own, so that kinds can be told apart on any subject.
///
/// - SeeAlso: `NodeDemand`, which has the numbers.
public struct NodeUse: Sendable {
  /// The kinds that are told apart: those that may rebuild every level.
  public enum Kind: Int, CaseIterable, Codable, Hashable, Sendable {
    case splitStore, rebalance, spanningStore

    /// What such a store asks for in a tree of `height` levels.
    @inlinable
    public func asked(height: Int) -> Int {
      switch self {
      case .splitStore: 2 * height + 1
      case .rebalance: 2 * height - 1
      case .spanningStore: 3 * height + 1
      }
    }
  }

  @usableFromInline static let greatestHeight = 7
  @usableFromInline static let places = 32
  /// How often each number was taken, by height, kind and number; empty until the first.
  @usableFromInline var counts: [UInt64] = []
  /// The height before the write at hand.
  @usableFromInline var height = 0

  @usableFromInline
  init() {}

  /// Notes what a write took that was made.
  @inlinable
  mutating func note(_ counters: MapCounters) {
    let asked = Int(truncatingIfNeeded: counters.nodesPlanned)
    // Fewer are asked for by stores that stay in a leaf.
    if asked >= 3 && height <= Self.greatestHeight {
      for kind in Kind.allCases where kind.asked(height: height) == asked && height > (kind == .splitStore ? 0 : 1) {
        if counts.isEmpty { counts = Array(repeating: 0, count: (Self.greatestHeight + 1) * 3 * Self.places) }
        let taken = min(Int(truncatingIfNeeded: counters.nodesTaken), Self.places - 1)
        counts[(height * 3 + kind.rawValue) * Self.places + taken] += 1
      }
    }
    height = Int(truncatingIfNeeded: counters.height)
  }

  /// Adds these counts to a table, by names that `row(_:_:)` reads again.
  func add(to table: inout CoverageTable, tracksGaps: Bool) {
    for place in counts.indices where counts[place] > 0 {
      let kind = Kind.allCases[place / Self.places % 3]
      let height = place / Self.places / 3
      table.add(counts[place], to: Self.cell(kind, height, place % Self.places, tracksGaps: tracksGaps))
    }
  }

  private static func cell(_ kind: Kind, _ height: Int, _ taken: Int, tracksGaps: Bool) -> String {
    "took \(taken) \(kind) height \(height) \(tracksGaps ? "gaps" : "plain")"
  }

  /// The greatest number of nodes that a kind took at a height, and how often it took so many; nil where there was no such store.
  public static func greatest(
    _ kind: Kind, height: Int, tracksGaps: Bool, in table: CoverageTable
  ) -> (taken: Int, count: UInt64)? {
    for taken in stride(from: places - 1, through: 0, by: -1) {
      let count = table[cell(kind, height, taken, tracksGaps: tracksGaps)]
      if count > 0 { return (taken, count) }
    }
    return nil
  }
}
