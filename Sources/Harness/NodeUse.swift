import RangeMapCore

/// How many nodes the writes of a run took, by what they asked for.
///
/// Up to 6.15 each of the kinds that go up the tree asks for a number of its own at a height, so that kinds can be told
/// apart on any subject. Later kernels ask by the levels that a store can reach: there the number tells how far, and
/// not which kind.
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
    func isTold(at height: Int) -> Bool {
      switch self {
      case .splitStore: height >= 1
      case .rebalance, .spanningStore: height >= 2
      case .inPlace, .oneLeaf: true
      }
    }

    /// What such a store asks for in a tree of `height` levels.
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

  @usableFromInline static let greatestHeight = 7
  @usableFromInline static let places = 32
  /// How often each number was taken, by height, by the number that was asked for, and by the number taken; empty until
  /// the first.
  @usableFromInline var counts: [UInt64] = []
  /// The height before the write at hand.
  @usableFromInline var height = 0

  @usableFromInline
  init() {}

  /// Notes what a write took that was made. Numbers from 31 on are noted as 31.
  @inlinable
  mutating func note(_ counters: MapCounters) {
    if height <= Self.greatestHeight {
      if counts.isEmpty { counts = Array(repeating: 0, count: (Self.greatestHeight + 1) * Self.places * Self.places) }
      let asked = min(Int(truncatingIfNeeded: counters.nodesPlanned), Self.places - 1)
      let taken = min(Int(truncatingIfNeeded: counters.nodesTaken), Self.places - 1)
      counts[(height * Self.places + asked) * Self.places + taken] += 1
    }
    height = Int(truncatingIfNeeded: counters.height)
  }

  /// Adds these counts to a table, by names that `greatest(asking:height:tracksGaps:in:)` reads again.
  func add(to table: inout CoverageTable, tracksGaps: Bool) {
    for place in counts.indices where counts[place] > 0 {
      let (height, asked) = (place / Self.places / Self.places, place / Self.places % Self.places)
      table.add(counts[place], to: Self.cell(asked, height, place % Self.places, tracksGaps: tracksGaps))
    }
  }

  private static let prefix = "took "

  /// Whether a cell is one of these.
  static func isNodeUse(_ cell: String) -> Bool { cell.hasPrefix(prefix) }

  private static func cell(_ asked: Int, _ height: Int, _ taken: Int, tracksGaps: Bool) -> String {
    "\(prefix)\(taken) of \(asked) height \(height) \(tracksGaps ? "gaps" : "plain")"
  }

  /// The numbers that writes ask for and that are told apart.
  public static let askedNumbers = 0..<places

  /// The greatest number of nodes that writes took which asked for a number at a height, and how often they took so
  /// many; nil if there was no such write.
  public static func greatest(
    asking asked: Int, height: Int, tracksGaps: Bool, in table: CoverageTable
  ) -> (taken: Int, count: UInt64)? {
    for taken in stride(from: places - 1, through: 0, by: -1) {
      let count = table[cell(asked, height, taken, tracksGaps: tracksGaps)]
      if count > 0 { return (taken, count) }
    }
    return nil
  }

  /// The same of a kind, in a tree that asks for each by the height alone.
  public static func greatest(
    _ kind: Kind, height: Int, tracksGaps: Bool, in table: CoverageTable
  ) -> (taken: Int, count: UInt64)? {
    guard kind.isTold(at: height) else { return nil }
    return greatest(asking: kind.asked(height: height), height: height, tracksGaps: tracksGaps, in: table)
  }
}
