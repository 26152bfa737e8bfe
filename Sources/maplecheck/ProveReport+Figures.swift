import Proofs
import Support

/// The numbers behind the verdicts.
extension ProveReport {
  /// What the proofs about trees found, and the nodes that stay enough while other stores come in between.
  var figures: String {
    let details = obligations.filter { $0.kind != .teardown && $0.verdict == .proved }.flatMap { obligation in
      obligation.details.map { [obligation.name, $0.name, $0.value] }
    }
    let table = details.isEmpty ? "" : Text.table([["obligation", "figure", "value"]] + details, leftColumns: 3)
    return table + growth
  }

  /// Nodes enough for any store, by the height of the tree as they are asked for and the number of stores of others
  /// before the store is made; empty unless it was proved here.
  private var growth: String {
    [("plain", false), ("gaps", true)].map { mode, tracksGaps in
      let proved = obligations.filter { $0.name.hasPrefix("growth/") && $0.name.hasSuffix("/\(mode)") }
      guard !proved.isEmpty, proved.allSatisfy({ $0.verdict == .proved }) else { return "" }
      let growth = HeightGrowth(tracksGaps: tracksGaps)
      let heading = "\nNodes enough for any store of a \(mode) tree after k stores of others: \(growth.formula)\n"
      let rows = [1, 2, 3, 4, 5, 10, 30, 31].map { height in
        ["\(height)"] + Self.storesBetween.map { "\(growth.nodes(from: height, after: $0))" }
      }
      return heading + Text.table([["height"] + Self.storesBetween.map { "k = \($0)" }] + rows)
    }.joined()
  }

  private static let storesBetween = [0, 1, 9, 10, 15, 16, 19, 31, 100]
}
