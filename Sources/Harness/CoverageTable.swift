import Support

/// How often each thing that a run can reach was reached, by name.
public struct CoverageTable: Hashable, Sendable {
  /// The counts; a cell of 0 is one that exists and was not reached.
  public private(set) var cells: [String: UInt64] = [:]

  public init() {}

  /// Adds to a cell, and makes it where it is new.
  public mutating func add(_ count: UInt64, to name: String) { cells[name, default: 0] += count }

  /// Adds all cells of another table.
  public mutating func merge(_ other: CoverageTable) {
    cells.merge(other.cells) { $0 + $1 }
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

extension CoverageTable: Codable {
  private enum CodingKeys: CodingKey { case cells }

  /// Between processes a table is one text, a line for each cell: a run of a millisecond has a hundred of them.
  public func encode(to encoder: any Encoder) throws {
    guard encoder.userInfo[.isBetweenProcesses] == nil else {
      var container = encoder.singleValueContainer()
      return try container.encode(cells.map { "\($0.value) \($0.key)" }.joined(separator: "\n"))
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(cells, forKey: .cells)
  }

  public init(from decoder: any Decoder) throws {
    guard decoder.userInfo[.isBetweenProcesses] == nil else {
      for line in try decoder.singleValueContainer().decode(String.self).utf8.split(separator: UInt8(ascii: "\n")) {
        guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { continue }
        var count: UInt64 = 0
        for digit in line[..<blank] { count = count &* 10 &+ UInt64(digit &- UInt8(ascii: "0")) }
        cells[String(Substring(line[line.index(after: blank)...])), default: 0] += count
      }
      return
    }
    cells = try decoder.container(keyedBy: CodingKeys.self).decode([String: UInt64].self, forKey: .cells)
  }
}
