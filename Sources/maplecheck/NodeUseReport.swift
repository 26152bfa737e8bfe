import Harness
import MapleTreeModule
import Proofs

/// The most nodes that the stores of a campaign took, beside what is proved to be the most.
struct NodeUseReport: Encodable {
  struct Row: Encodable {
    var kind: String
    var height: Int
    var tracksGaps: Bool
    /// The most that was taken, and how often.
    var taken: Int
    var times: UInt64
    var proved: Int
  }

  var rows: [Row] = []
  /// Whether a store took more than is proved: then the proof is wrong, or is about another tree.
  var exceeded: Bool { rows.contains { $0.taken > $0.proved } }

  /// - Throws: `ExplorationError`, `CommandFailure` where the solver did not decide.
  init(_ table: CoverageTable) throws {
    var prover = ExploringProver()
    for kind in NodeUse.Kind.allCases {
      for height in 0...ExploringProver.exploredHeights.upperBound {
        for tracksGaps in [false, true] {
          guard let found = NodeUse.greatest(kind, height: height, tracksGaps: tracksGaps, in: table) else { continue }
          let stores = Self.stores(kind, height: height)
          var proved = 0
          for store in stores {
            // A leaf is written anew where readers may be in the old one.
            let cell = WitnessCase(
              kind: store, height: height, tracksGaps: tracksGaps, usesReadCopyUpdate: store == .nodeStore)
            guard let needed = try prover.needed(cell, algorithm: .toTheRoot, tellsHeights: false) else {
              throw CommandFailure("\(cell.name): the solver gave up")
            }
            proved = max(proved, needed.greatest)
          }
          rows.append(
            Row(
              kind: stores.isEmpty ? "root-store" : stores.map(\.description).joined(separator: ", "), height: height,
              tracksGaps: tracksGaps, taken: found.taken, times: found.count, proved: proved))
        }
      }
    }
  }

  /// The stores that are told as one kind; none for those that only change the root pointer, for which nothing has to
  /// be proved.
  private static func stores(_ kind: NodeUse.Kind, height: Int) -> [StoreKind] {
    switch kind {
    case .splitStore: [.splitStore]
    case .rebalance: [.rebalance]
    case .spanningStore: [.spanningStore]
    case .inPlace: height == 0 ? [] : [.exactFit, .append, .slotStore]
    case .oneLeaf: height == 0 ? [.rootStore] : height == 1 ? [.newRoot, .nodeStore] : [.nodeStore]
    }
  }

  /// One line a cell.
  var text: String {
    let lines = rows.map { row in
      let verdict = row.taken > row.proved ? "ABOVE" : row.taken == row.proved ? "equal" : "below"
      return [
        row.kind.padded(29), "height \(row.height)", row.tracksGaps ? "gaps " : "plain", "took at most \(row.taken)",
        "proved \(row.proved)", verdict, "\(row.times) times",
      ].joined(separator: "  ")
    }
    return lines.isEmpty ? "no store went up a tree\n" : lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
