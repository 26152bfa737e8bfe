/// How often each thing that a run can reach was reached, by name.
public struct CoverageTable: Codable, Hashable, Sendable {
  /// The counts; a cell of 0 is one that exists and was not reached.
  public private(set) var cells: [String: UInt64] = [:]

  public init() {}

  /// Adds to a cell, and makes it where it is new.
  public mutating func add(_ count: UInt64, to name: String) { cells[name, default: 0] += count }

  /// Adds all cells of another table.
  public mutating func merge(_ other: CoverageTable) {
    if cells.isEmpty { cells = other.cells } else { cells.merge(other.cells, uniquingKeysWith: +) }
  }

  /// Whether a cell is a mark: the subject has a list of them, reached or not, which other cells have not.
  public static func isMark(_ name: String) -> Bool { !OutcomeCounts.isOutcome(name) && !NodeUse.isNodeUse(name) }

  /// The count of a cell; 0 where there is none.
  public subscript(name: String) -> UInt64 { cells[name] ?? 0 }

  /// The cells in the order of their names.
  public var rows: [(name: String, count: UInt64)] {
    cells.map { (name: $0.key, count: $0.value) }.sorted { $0.name < $1.name }
  }

  /// The cells one a line, names on the left, counts aligned on the right.
  public var text: String {
    let rows = rows
    let nameWidth = rows.map(\.name.count).max() ?? 0
    let countWidth = rows.map { String($0.count).count }.max() ?? 0
    return rows.map { row in
      let count = String(row.count)
      let gap = nameWidth - row.name.count + 2 + countWidth - count.count
      return row.name + String(repeating: " ", count: gap) + count + "\n"
    }.joined()
  }
}
