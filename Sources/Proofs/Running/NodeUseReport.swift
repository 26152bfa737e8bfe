import Harness
import MapleTreeModule

/// The most nodes that the stores of a campaign took, beside what is proved to be the most.
package struct NodeUseReport: Encodable {
  package struct Row: Encodable {
    package var kind: String
    package var height: Int
    package var tracksGaps: Bool
    /// The most that was taken, and how often.
    package var taken: Int
    package var times: UInt64
    package var proved: Int
  }

  package private(set) var rows: [Row] = []
  /// Whether a store took more than is proved: then the proof is wrong, or is about another tree.
  package var exceeded: Bool { rows.contains { $0.taken > $0.proved } }

  /// - Parameter algorithm: that of the tree which the campaign ran on.
  /// - Throws: `ExplorationError`; `undecided` if the solver did not decide.
  package init(_ table: CoverageTable, algorithm: RebuildRule) throws {
    var proof = NodeUseProof(algorithm: algorithm)
    for asked in algorithm.asksByReach ? Array(NodeUse.askedNumbers) : [] {
      for height in 0...NodeUseProof.greatestHeight {
        for tracksGaps in [false, true] {
          guard let found = NodeUse.greatest(asking: asked, height: height, tracksGaps: tracksGaps, in: table),
            // A store that was prepared in a tree of another height asked for what no store asks for at this one.
            let proved = try proof.greatest(asking: asked, height: height, tracksGaps: tracksGaps)
          else { continue }
          rows.append(
            Row(
              kind: "asked for \(asked)", height: height, tracksGaps: tracksGaps, taken: found.taken,
              times: found.count,
              proved: proved))
        }
      }
    }
    for kind in algorithm.asksByReach ? [] : NodeUse.Kind.allCases {
      for height in 0...NodeUseProof.greatestHeight {
        for tracksGaps in [false, true] {
          guard let found = NodeUse.greatest(kind, height: height, tracksGaps: tracksGaps, in: table) else { continue }
          let stores = NodeUseProof.stores(kind, height: height)
          rows.append(
            Row(
              kind: stores.isEmpty ? "root-store" : stores.map(\.description).joined(separator: ", "), height: height,
              tracksGaps: tracksGaps, taken: found.taken, times: found.count,
              proved: try proof.greatest(stores, height: height, tracksGaps: tracksGaps)))
        }
      }
    }
  }

  /// One line a cell.
  package var text: String {
    let width = rows.map(\.kind.count).max() ?? 0
    let lines = rows.map { row in
      let verdict = row.taken > row.proved ? "ABOVE" : row.taken == row.proved ? "equal" : "below"
      return [
        row.kind.padded(width), "height \(row.height)", row.tracksGaps ? "gaps " : "plain", "took at most \(row.taken)",
        "proved \(row.proved)", verdict, "\(row.times) times",
      ].joined(separator: "  ")
    }
    return lines.isEmpty ? "no store went up a tree\n" : lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
