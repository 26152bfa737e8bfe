import MapleTreeModule
import Operations
import RangeMapCore

/// One cell for which a script is wanted: a kind of store in a tree of a height.
public struct WitnessCase: Codable, Hashable, Sendable {
  public var kind: StoreKind
  /// Levels of the tree before the store.
  public var height: Int
  public var tracksGaps: Bool
  public var usesReadCopyUpdate: Bool
  /// The tree that carries the store out.
  public var algorithm: RebuildRule

  public init(
    kind: StoreKind, height: Int, tracksGaps: Bool = false, usesReadCopyUpdate: Bool = false,
    algorithm: RebuildRule
  ) {
    self.kind = kind
    self.height = height
    self.tracksGaps = tracksGaps
    self.usesReadCopyUpdate = usesReadCopyUpdate
    self.algorithm = algorithm
  }

  /// The tree of the case.
  public var configuration: MapConfiguration {
    MapConfiguration(tracksGaps: tracksGaps, usesReadCopyUpdate: usesReadCopyUpdate)
  }

  /// Whether a tree can see such a store at all.
  public var canOccur: Bool {
    kind.canOccur(at: height) && !(kind == .append && usesReadCopyUpdate)
  }

  /// The heights for which scripts are made: above them a tree has too many entries for one.
  public static let heights = 0...5

  /// All cells of a kind that can occur at some heights, the lowest first.
  public static func all(
    _ kind: StoreKind, heights: ClosedRange<Int> = heights, algorithm: RebuildRule
  ) -> [WitnessCase] {
    heights.flatMap { height in
      [false, true].flatMap { gaps in
        [false, true].map { rcu in
          WitnessCase(
            kind: kind, height: height, tracksGaps: gaps, usesReadCopyUpdate: rcu, algorithm: algorithm)
        }
      }
    }.filter(\.canOccur)
  }

  /// The cell as tables and files name it: `split-store-3-gaps-rcu`.
  public var name: String {
    "\(kind)-\(height)-\(tracksGaps ? "gaps" : "plain")\(usesReadCopyUpdate ? "-rcu" : "")"
  }
}

/// A script whose last operation takes a number of nodes.
public struct Witness: Hashable, Sendable {
  public var cell: WitnessCase
  public var script: Script
  /// Nodes that the last store takes.
  public var nodes: Int
  /// The vacant and the sufficient height of its walk.
  public var vacant: Int
  public var sufficient: Int

  /// The script with its last store allowed so many nodes: replaying it is a violation where the store takes more.
  public func bounded(to nodes: Int) -> Script {
    var bounded = script
    guard let last = bounded.operations.popLast() else { return script }
    // A fill's bound would be for its first store.
    precondition(last.kind == .store, "a witness ends with the store that it is about")
    bounded.operations += [.atMost(nodes: UInt64(max(0, nodes))), last]
    return bounded
  }
}

/// Why there is no script for a cell.
public struct WitnessError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  init(_ description: String) { self.description = description }
}
