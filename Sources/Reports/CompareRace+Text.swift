import Measuring
import Support

extension CompareRace {
  /// A line for each row, and one that sums up.
  package var text: String {
    var table = [["speed", "entries", "A ns", "B ns", "B to A", "95 %"]]
    for row in rows {
      table.append([
        row.name + (row.tracksGaps ? ", gaps" : ""), "\(row.entries)", Text.decimal(row.first, 1),
        Text.decimal(row.second, 1), Text.decimal(row.ratio, 2),
        "\(Text.decimal(row.least, 2))...\(Text.decimal(row.greatest, 2))",
      ])
    }
    let undecided = rows.count { $0.isUndecided }
    let slower = rows.count { $0.least > 1 }
    return Text.table(table, leftColumns: 1)
      + "B is slower in \(slower) \(slower == 1 ? "row" : "rows"), "
      + "faster in \(rows.count - slower - undecided); in \(undecided) the interval holds 1\n"
  }
}
