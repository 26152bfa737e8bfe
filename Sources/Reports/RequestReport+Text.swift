import Measuring
import Support

/// The tables of `maplecheck bench requests` for people.
extension RequestReport {
  package var text: String {
    """
    Nodes that stores into address spaces' trees ask for under the formulas of four versions, and the nodes that they take: in \
    the way of 6.12, which rebuilds to the root, and of 6.16, which stops where it can.

    \(table(\.spaces, \.asked) { ("taken", "\($0.taken)") })
    Stores that ask for no node at all, in % of all, and those that take none.

    \(table(\.spaces, \.storesThatAskForNone, inPercent: true) { ("take none", percent($0, $0.storesThatTakeNone)) })
    Stores that take more nodes than they ask for.

    \(table(\.spaces, \.storesThatFallShort) { ("of", "\($0.stores)") })
    Stores by kind, in %.

    \(kinds)
    Nodes that stores into the side trees of unmapping ask for, and the nodes that they take.

    \(table(\.sideTrees, \.asked) { ("taken", "\($0.taken)") })
    """
  }

  private func percent(_ tally: RequestTally, _ part: Int) -> String { Text.decimal(tally.share(part), 1) }

  /// A row for each workload: its calls and stores, a number for each formula, and one more for each way of storing.
  private func table(
    _ tally: KeyPath<RequestRow.Tree, RequestTally>, _ numbers: KeyPath<RequestTally, [Int]>, inPercent: Bool = false,
    last: (RequestTally) -> (title: String, cell: String)
  ) -> String {
    let tallies = rows.map { $0.trees.map { $0[keyPath: tally] } }
    let titles = tallies.first?.flatMap { $0.formulas + [last($0).title] } ?? []
    var cells = [["", "calls", "stores"] + titles]
    for (row, found) in zip(rows, tallies) {
      let columns = found.flatMap { tally in
        tally[keyPath: numbers].map { inPercent ? percent(tally, $0) : "\($0)" } + [last(tally).cell]
      }
      cells.append([row.workload, "\(row.calls)", "\(found.first?.stores ?? 0)"] + columns)
    }
    return Text.table(cells, leftColumns: 1)
  }

  private var kinds: String {
    let tallies = rows.compactMap { row in row.trees.first.map { (row.workload, $0.spaces) } }
    let names = Set(tallies.flatMap { $0.1.kinds.keys }).sorted()
    var cells = [[""] + names]
    for (workload, tally) in tallies {
      cells.append([workload] + names.map { percent(tally, tally.kinds[$0, default: 0]) })
    }
    return Text.table(cells, leftColumns: 1)
  }
}
