import Operations

/// What a run must have reached at least.
///
/// As text: one cell a line, its name and then its least count; empty lines and what follows `#` say nothing.
public struct CoverageFloor: Hashable, Sendable {
  /// One line of a floor.
  public struct Cell: Hashable, Sendable {
    public var name: String
    public var minimum: UInt64

    public init(name: String, minimum: UInt64) {
      self.name = name
      self.minimum = minimum
    }
  }

  /// A cell that a table falls short of.
  public struct Shortfall: Hashable, Codable, Sendable {
    public var name: String
    public var minimum: UInt64
    public var count: UInt64
  }

  /// The cells in the order of the text.
  public var cells: [Cell]

  public init(cells: [Cell] = []) { self.cells = cells }

  /// Reads a floor.
  /// - Throws: `ScriptError` for the first line that is not a name and a number, or names a cell again.
  public static func parse(_ text: [UInt8], file: String) throws(ScriptError) -> CoverageFloor {
    var cells: [Cell] = []
    var names: Set<String> = []
    var line = 0
    for bytes in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let content = bytes.prefix { $0 != UInt8(ascii: "#") }
      guard let start = content.firstIndex(where: { !isBlank($0) }),
        let end = content.lastIndex(where: { !isBlank($0) })
      else { continue }
      let field = content[start...end]
      func fail(at place: Int, expected: String, found: String) -> ScriptError {
        ScriptError(file: file, line: line, column: place - bytes.startIndex + 1, expected: expected, found: found)
      }
      guard let gap = field.lastIndex(where: isBlank) else {
        throw fail(at: field.endIndex, expected: "a minimum after the name", found: "the end of the line")
      }
      let number = String(decoding: field[(gap + 1)...], as: UTF8.self)
      guard let minimum = UInt64(number), minimum > 0 else {
        throw fail(at: gap + 1, expected: "a minimum of 1 or more", found: "`\(number)`")
      }
      let name = field[..<gap].split(whereSeparator: isBlank).map { String(decoding: $0, as: UTF8.self) }
        .joined(separator: " ")
      guard names.insert(name).inserted else {
        throw fail(at: start, expected: "a cell that was not named before", found: "`\(name)`")
      }
      cells.append(Cell(name: name, minimum: minimum))
    }
    return CoverageFloor(cells: cells)
  }

  /// The cells that a table falls short of, in the order of the floor.
  public func unreached(in table: CoverageTable) -> [Shortfall] {
    cells.compactMap { cell in
      let count = table[cell.name]
      return count < cell.minimum ? Shortfall(name: cell.name, minimum: cell.minimum, count: count) : nil
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
