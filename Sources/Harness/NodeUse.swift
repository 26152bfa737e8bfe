import RangeMapCore

/// How many nodes the writes of a run took, by what they asked for: in a tree of a height each of the kinds that go up
/// the tree asks for a number of its own, so that kinds can be told apart on any subject.
///
/// - SeeAlso: `NodeDemand`, which has the numbers.
public struct NodeUse: Sendable {
  /// The kinds that are told apart: those that may rebuild every level, each by itself, and the others by whether they
  /// ask at all.
  public enum Kind: Int, CaseIterable, CustomStringConvertible, Hashable, Sendable {
    case splitStore, rebalance, spanningStore
    /// One that changes the root pointer, a node in place, or the end of a leaf.
    case inPlace
    /// One that builds a leaf anew: a first one, a last one, or, in reader mode, the one that it goes to.
    case oneLeaf

    public var description: String {
      switch self {
      case .splitStore: "split-store"
      case .rebalance: "rebalance"
      case .spanningStore: "spanning-store"
      case .inPlace: "in-place"
      case .oneLeaf: "one-leaf"
      }
    }

    /// Whether a tree of so many levels can see the kind, and it asks for a number that no other does.
    @inlinable
    func isTold(at height: Int) -> Bool {
      switch self {
      case .splitStore: height >= 1
      case .rebalance, .spanningStore: height >= 2
      case .inPlace, .oneLeaf: true
      }
    }

    /// What such a store asks for in a tree of `height` levels.
    @inlinable
    public func asked(height: Int) -> Int {
      switch self {
      case .splitStore: 2 * height + 1
      case .rebalance: 2 * height - 1
      case .spanningStore: 3 * height + 1
      case .inPlace: 0
      case .oneLeaf: 1
      }
    }
  }

  @usableFromInline static let kinds = Kind.allCases.count

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
    if height <= Self.greatestHeight {
      for number in 0..<Self.kinds {
        guard let kind = Kind(rawValue: number), kind.asked(height: height) == asked, kind.isTold(at: height) else {
          continue
        }
        if counts.isEmpty { counts = Array(repeating: 0, count: (Self.greatestHeight + 1) * Self.kinds * Self.places) }
        let taken = min(Int(truncatingIfNeeded: counters.nodesTaken), Self.places - 1)
        counts[(height * Self.kinds + number) * Self.places + taken] += 1
      }
    }
    height = Int(truncatingIfNeeded: counters.height)
  }

  /// Adds these counts to a table, by names that `row(_:_:)` reads again.
  func add(to table: inout CoverageTable, tracksGaps: Bool) {
    for place in counts.indices where counts[place] > 0 {
      let kind = Kind.allCases[place / Self.places % Self.kinds]
      let height = place / Self.places / Self.kinds
      table.add(counts[place], to: Self.cell(kind, height, place % Self.places, tracksGaps: tracksGaps))
    }
  }

  private static let prefix = "took "

  /// Whether a cell is one of these.
  static func isNodeUse(_ cell: String) -> Bool { cell.hasPrefix(prefix) }

  private static func cell(_ kind: Kind, _ height: Int, _ taken: Int, tracksGaps: Bool) -> String {
    "\(prefix)\(taken) \(kind) height \(height) \(tracksGaps ? "gaps" : "plain")"
  }

  /// The greatest number of nodes that a kind took at a height, and how often it took so many; nil where there was no
  /// such store.
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
