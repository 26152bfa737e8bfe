import Harness
import MapleTreeModule
import RangeMapCore

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
    var prover = ExploringProver(prefersSteps: true)
    for height in 0...ExploringProver.exploredHeights.upperBound {
      for tracksGaps in [false, true] {
        func add(_ kind: String, _ found: (taken: Int, count: UInt64)?, _ proved: () throws -> Int?) throws {
          // A store that was prepared in a tree of another height asked for what no store asks for at this one.
          guard let found, let proved = try proved() else { return }
          rows.append(
            Row(
              kind: kind, height: height, tracksGaps: tracksGaps, taken: found.taken, times: found.count,
              proved: proved))
        }
        let trees = Trees(algorithm: algorithm, height: height, tracksGaps: tracksGaps)
        if algorithm.asksByReach {
          var byAsked: [Int: Int]?
          for asked in NodeUse.askedNumbers {
            try add(
              "asked for \(asked)", NodeUse.greatest(asking: asked, height: height, tracksGaps: tracksGaps, in: table)
            ) {
              if byAsked == nil { byAsked = try trees.greatestByAsked(&prover) }
              return byAsked?[asked]
            }
          }
        } else {
          for kind in NodeUse.Kind.allCases {
            let stores = kind.stores(height: height)
            try add(
              stores.isEmpty ? "root-store" : stores.map(\.description).joined(separator: ", "),
              NodeUse.greatest(kind, height: height, tracksGaps: tracksGaps, in: table)
            ) { try trees.greatest(stores, &prover) }
          }
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
        row.kind + String(repeating: " ", count: width - row.kind.count), "height \(row.height)",
        row.tracksGaps ? "gaps " : "plain", "took at most \(row.taken)", "proved \(row.proved)", verdict,
        "\(row.times) times",
      ].joined(separator: "  ")
    }
    return lines.isEmpty ? "no store went up a tree\n" : lines.joined(separator: "\n") + "\n"
  }
}

/// The trees of a height and kind.
private struct Trees {
  let algorithm: RebuildRule
  let height: Int
  let tracksGaps: Bool

  /// The most nodes that a store of some kinds can take; 0 for none, which only change the root pointer.
  func greatest(_ kinds: [StoreKind], _ prover: inout ExploringProver) throws -> Int {
    try kinds.map { try needed($0, tellsHeights: false, &prover).greatest }.max() ?? 0
  }

  /// The most nodes that a store can take, by the number that it asks for by the levels that it can reach.
  func greatestByAsked(_ prover: inout ExploringProver) throws -> [Int: Int] {
    var table = [0: 0]
    for kind in [NodeUse.Kind.inPlace, .oneLeaf] {
      table[kind.asked(height: height)] = try greatest(kind.stores(height: height), &prover)
    }
    var domain = ConcreteDomain()
    for kind in [StoreKind.splitStore, .rebalance, .spanningStore] where kind.canOccur(at: height) {
      for group in try needed(kind, tellsHeights: true, &prover).groups {
        let asked = NodeDemand.nodesByReach(
          for: kind, height: height, vacant: group.vacant, sufficient: group.sufficient, usesReadCopyUpdate: true,
          buildsLeaf: true, in: &domain)
        table[asked] = max(table[asked] ?? 0, group.nodes)
      }
    }
    return table
  }

  private func needed(
    _ kind: StoreKind, tellsHeights: Bool, _ prover: inout ExploringProver
  ) throws -> NeededNodes {
    // A leaf is written anew if readers may be in the old one.
    let cell = WitnessCase(
      kind: kind, height: height, tracksGaps: tracksGaps, usesReadCopyUpdate: kind == .nodeStore, algorithm: algorithm)
    guard let needed = try prover.needed(cell, algorithm: algorithm, tellsHeights: tellsHeights) else {
      throw ExplorationError.undecided(reason: cell.name)
    }
    return needed
  }
}

extension NodeUse.Kind {
  /// The stores that are told as one kind; none for those that only change the root pointer, for which nothing has to
  /// be proved.
  fileprivate func stores(height: Int) -> [StoreKind] {
    switch self {
    case .splitStore: [.splitStore]
    case .rebalance: [.rebalance]
    case .spanningStore: [.spanningStore]
    case .inPlace: height == 0 ? [] : [.exactFit, .append, .slotStore]
    case .oneLeaf: height == 0 ? [.rootStore] : height == 1 ? [.newRoot, .nodeStore] : [.nodeStore]
    }
  }
}
