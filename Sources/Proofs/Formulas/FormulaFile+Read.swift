import MapleTreeModule
import Operations
import TOMLKit

extension FormulaFile {
  /// The greatest size of a file, in bytes.
  package static let greatestFileSize = 1 << 16

  /// Reads a formula file: TOML with `name`, `source`, `algorithm`, and a formula in quotes for each kind under
  /// `[nodes]`.
  /// - Throws: the first fault with its line and column.
  package static func parse(_ text: String, file: String) throws(ScriptError) -> FormulaFile {
    guard text.utf8.count <= greatestFileSize else {
      throw ScriptError(
        file: file, line: 1, column: 1, expected: "a formula file of at most \(greatestFileSize) bytes",
        found: "\(text.utf8.count) bytes")
    }
    return try FormulaFileReader(text, file: file).read()
  }
}

/// Reads the parsed TOML. The parser keeps no places of values, so those of errors are looked up in the text.
private struct FormulaFileReader {
  private let file: String
  private let lines: [Substring]
  private let table: TOMLTable

  init(_ text: String, file: String) throws(ScriptError) {
    self.file = file
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw ScriptError(
        file: file, line: max(1, error.source.begin.line), column: max(1, error.source.begin.column),
        expected: "TOML", found: "a fault: \(error.description)")
    } catch {
      throw ScriptError(file: file, line: 1, column: 1, expected: "TOML", found: "\(error)")
    }
  }

  private static let headings = ["name", "source", "algorithm", "nodes"]

  func read() throws(ScriptError) -> FormulaFile {
    for key in table.keys.sorted() where !Self.headings.contains(key) {
      let known = Self.headings.map { "'\($0)'" }.joined(separator: ", ")
      throw fault(at: place(of: key, under: nil), "one of \(known)", "'\(key)'")
    }
    let name = try text("name")
    let source = try text("source")
    let word = try text("algorithm")
    guard let algorithm = RebuildRule(rawValue: word) else {
      let known = RebuildRule.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
      throw fault(at: valuePlace(of: "algorithm", under: nil), known, "'\(word)'")
    }
    return FormulaFile(file: file, name: name, source: source, algorithm: algorithm, entries: try entries())
  }

  private func text(_ key: String) throws(ScriptError) -> String {
    guard let value = table[key] else { throw fault(at: (1, 1), "a line \(key) = \"...\"", "none") }
    guard let text = value.string, !text.isEmpty else {
      throw fault(at: valuePlace(of: key, under: nil), "a text in quotes", "another value")
    }
    return text
  }

  private func entries() throws(ScriptError) -> [StoreKind: FormulaFile.Entry] {
    guard let nodes = table["nodes"]?.table else {
      throw fault(at: place(of: "nodes", under: nil), "a table [nodes]", "none")
    }
    let kinds = Dictionary(uniqueKeysWithValues: StoreKind.allCases.map { ($0.description, $0) })
    for key in nodes.keys.sorted() where kinds[key] == nil {
      let known = StoreKind.allCases.map { "'\($0.description)'" }.joined(separator: ", ")
      throw fault(at: place(of: key, under: "nodes"), "a kind of store: \(known)", "'\(key)'")
    }
    var entries: [StoreKind: FormulaFile.Entry] = [:]
    for kind in StoreKind.allCases {
      let key = kind.description
      guard let value = nodes[key] else {
        throw fault(at: headingPlace("nodes"), "a formula for '\(key)' under [nodes]", "none")
      }
      let start = valuePlace(of: key, under: "nodes")
      guard let text = value.string else { throw fault(at: start, "a formula in quotes", "another value") }
      do throws(FormulaError) {
        entries[kind] = FormulaFile.Entry(formula: try Formula(text), text: text, line: start.line)
      } catch {
        // Behind the quote that opens the formula.
        throw fault(at: (start.line, start.column + 1 + error.offset), error.expected, error.found)
      }
    }
    return entries
  }

  // MARK: Places

  private typealias Place = (line: Int, column: Int)

  private func fault(at place: Place, _ expected: String, _ found: String) -> ScriptError {
    ScriptError(file: file, line: place.line, column: place.column, expected: expected, found: found)
  }

  private func headingPlace(_ section: String) -> Place {
    for (number, line) in lines.enumerated() where line.drop(while: Self.isBlank).hasPrefix("[\(section)]") {
      return (number + 1, 1)
    }
    return (1, 1)
  }

  /// Where a key stands, or, of a table, its heading.
  private func place(of key: String, under section: String?) -> Place {
    var current: String?
    for (number, line) in lines.enumerated() {
      let content = line.drop(while: Self.isBlank)
      let column = line.utf8.count - content.utf8.count + 1
      if content.hasPrefix("[") {
        current = String(content.dropFirst().prefix { $0 != "]" })
        if section == nil, current == key { return (number + 1, column) }
      } else if current == section, let found = Self.key(of: content), found == key {
        return (number + 1, column)
      }
    }
    return (1, 1)
  }

  /// Where the value of a key begins.
  private func valuePlace(of key: String, under section: String?) -> Place {
    let start = place(of: key, under: section)
    let line = lines[start.line - 1]
    guard let sign = line.firstIndex(of: "=") else { return start }
    let value = line[line.index(after: sign)...].drop(while: Self.isBlank)
    return (start.line, line.utf8.count - value.utf8.count + 1)
  }

  private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

  /// The key of a line, without quotes.
  private static func key(of content: Substring) -> String? {
    guard let sign = content.firstIndex(of: "=") else { return nil }
    let key = content[..<sign].reversed().drop(while: isBlank).reversed()
    return String(key.filter { $0 != "\"" && $0 != "'" })
  }
}
