import MapleTreeModule
import Operations

extension FormulaFile {
  /// The greatest size of a file, in bytes.
  package static let greatestFileSize = 1 << 16

  /// Reads a formula file: lines `key = "text"` for `name`, `source` and `algorithm`, then `[nodes]`, and under it a
  /// formula for each kind of store. Comments begin with `#`. Every such file is TOML.
  /// - Throws: the first fault with its line and column.
  package static func parse(_ text: String, file: String) throws(ScriptError) -> FormulaFile {
    guard text.utf8.count <= greatestFileSize else {
      throw ScriptError(
        file: file, line: 1, column: 1, expected: "a formula file of at most \(greatestFileSize) bytes",
        found: "\(text.utf8.count) bytes")
    }
    var reader = FormulaFileReader(file: file)
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { try reader.read(line) }
    return try reader.finish()
  }
}

private struct FormulaFileReader {
  let file: String
  private var line = 0
  /// The line of `[nodes]`.
  private var nodes: Int?
  /// The values of the lines before `[nodes]`, and where they begin.
  private var values: [String: (text: String, place: Place)] = [:]
  private var entries: [StoreKind: FormulaFile.Entry] = [:]

  private typealias Place = (line: Int, column: Int)
  private static let headings = ["name", "source", "algorithm"]
  private static let kinds = Dictionary(uniqueKeysWithValues: StoreKind.allCases.map { ($0.description, $0) })

  init(file: String) { self.file = file }

  private func fault(_ place: Place, _ expected: String, _ found: String) -> ScriptError {
    ScriptError(file: file, line: place.line, column: place.column, expected: expected, found: found)
  }

  private static func list(_ words: some Sequence<String>, _ separator: String = ", ") -> String {
    words.map { "'\($0)'" }.joined(separator: separator)
  }

  mutating func read(_ text: Substring) throws(ScriptError) {
    line += 1
    let content = text.drop { $0 == " " || $0 == "\t" }
    if content.isEmpty || content.first == "#" { return }
    let place = (line, text.utf8.count - content.utf8.count + 1)
    let key = content.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }
    if content.first == "[" {
      let name = content.dropFirst().prefix { $0 != "]" }
      guard name == "nodes" else { throw fault(place, "one of \(Self.list(Self.headings + ["nodes"]))", "'\(name)'") }
      guard nodes == nil else { throw fault(place, "one [nodes]", "another one") }
      nodes = line
    } else if nodes == nil {
      guard Self.headings.contains(String(key)) else {
        throw fault(place, "one of \(Self.list(Self.headings + ["nodes"]))", "'\(key)'")
      }
      guard values[String(key)] == nil else { throw fault(place, "one line for '\(key)'", "another one") }
      values[String(key)] = try value(of: key, in: text, "a text in quotes")
    } else {
      guard let kind = Self.kinds[String(key)] else {
        throw fault(place, "a kind of store: \(Self.list(StoreKind.allCases.map(\.description)))", "'\(key)'")
      }
      guard entries[kind] == nil else { throw fault(place, "one line for '\(key)'", "another one") }
      let (formula, start) = try value(of: key, in: text, "a formula in quotes")
      do throws(FormulaError) {
        entries[kind] = FormulaFile.Entry(formula: try Formula(formula), text: formula, line: line)
      } catch {
        // After the quote that opens the formula.
        throw fault((line, start.column + 1 + error.offset), error.expected, error.found)
      }
    }
  }

  /// The text after `key =`, and where its first quote is.
  private func value(
    of key: Substring, in text: Substring, _ expected: String
  ) throws(ScriptError) -> (String, Place) {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    let sign = text[key.endIndex...].drop(while: isBlank)
    guard sign.first == "=" else { throw fault((line, column(sign, in: text)), "'=' after '\(key)'", "another sign") }
    let value = sign.dropFirst().drop(while: isBlank)
    let place = (line, column(value, in: text))
    let quoted = value.dropFirst().prefix { $0 != "\"" }
    let rest = value.dropFirst(quoted.count + 2).drop(while: isBlank)
    guard value.first == "\"", quoted.endIndex < value.endIndex, !quoted.isEmpty, rest.isEmpty || rest.first == "#"
    else {
      throw fault(place, expected, "another value")
    }
    return (String(quoted), place)
  }

  private func column(_ part: Substring, in text: Substring) -> Int {
    text[..<part.startIndex].utf8.count + 1
  }

  func finish() throws(ScriptError) -> FormulaFile {
    var texts: [String] = []
    for heading in Self.headings {
      guard let value = values[heading] else { throw fault((1, 1), "a line \(heading) = \"...\"", "none") }
      texts.append(value.text)
    }
    guard let algorithm = RebuildRule(rawValue: texts[2]) else {
      let place = values["algorithm"]?.place ?? (1, 1)
      throw fault(place, Self.list(RebuildRule.allCases.map(\.rawValue), " or "), "'\(texts[2])'")
    }
    guard let nodes else { throw fault((1, 1), "a table [nodes]", "none") }
    for kind in StoreKind.allCases where entries[kind] == nil {
      throw fault((nodes, 1), "a formula for '\(kind)' under [nodes]", "none")
    }
    return FormulaFile(file: file, name: texts[0], source: texts[1], algorithm: algorithm, entries: entries)
  }
}
