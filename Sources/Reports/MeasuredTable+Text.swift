import Measuring
import Support

extension MeasuredTable {
  /// A line for the columns and one for each row; what was not measured is a dash.
  package var text: String {
    let cells = rows.map { row in
      [row.name]
        + zip(row.values, columns).map { value, column in value.map { Text.decimal($0, column.decimals) } ?? "-" }
    }
    return Text.table([[title] + columns.map(\.name)] + cells, leftColumns: 1) + "\n"
  }
}
