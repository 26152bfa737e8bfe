import MapleTreeModule
import Operations
import RangeMapCore

/// One cell for which a script is wanted: a kind of store in a tree of a height.
package struct WitnessCase: Hashable, Sendable {
  package var kind: StoreKind
  /// Levels of the tree before the store.
  package var height: Int
  package var tracksGaps: Bool
  package var usesReadCopyUpdate: Bool
  /// The tree that carries the store out.
  package var algorithm: RebuildRule

  package init(
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
  package var configuration: MapConfiguration {
    MapConfiguration(tracksGaps: tracksGaps, usesReadCopyUpdate: usesReadCopyUpdate)
  }

  /// Whether a tree can see such a store at all.
  package var canOccur: Bool {
    kind.canOccur(at: height) && !(kind == .append && usesReadCopyUpdate)
  }

  /// The heights for which scripts are made: above them a tree has too many entries for one.
  package static let heights = 0...5

  /// All cells of a kind that can occur at some heights, the lowest first.
  package static func all(
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
  package var name: String {
    "\(kind)-\(height)-\(tracksGaps ? "gaps" : "plain")\(usesReadCopyUpdate ? "-rcu" : "")"
  }
}

/// A script whose last operation takes a number of nodes.
package struct Witness: Hashable, Sendable {
  package var cell: WitnessCase
  package var script: Script
  /// Nodes that the last store takes.
  package var nodes: Int
  /// The vacant and the sufficient height of its walk.
  package var vacant: Int
  package var sufficient: Int

  /// The script with its last store allowed so many nodes: replaying it is a violation where the store takes more.
  package func bounded(to nodes: Int) -> Script {
    var bounded = script
    guard let last = bounded.operations.popLast() else { return script }
    // A fill's bound would be for its first store.
    precondition(last.kind == .store, "a witness ends with the store that it is about")
    bounded.operations += [.atMost(nodes: UInt64(max(0, nodes))), last]
    return bounded
  }
}

/// Why there is no script for a cell.
package struct WitnessError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  init(_ description: String) { self.description = description }
}
