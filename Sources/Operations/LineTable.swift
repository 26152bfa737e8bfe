/// A line as a script has it.
public struct LineForm<Line>: Sendable {
  public let parts: [LinePart<Line>]
  /// What the line does, for the table of the documentation.
  public let meaning: String

  public init(_ parts: [LinePart<Line>], _ meaning: String) { (self.parts, self.meaning) = (parts, meaning) }

  /// The line, without the newline.
  public func text(_ line: Line) -> String { parts.compactMap { $0.text(line) }.joined(separator: " ") }
}

/// The lines that a script can have. Their words decide which line it is: where two of them part, both have words.
public struct LineTable<Line>: Sendable {
  public let forms: [LineForm<Line>]
  /// What errors call the first word of a line.
  let expected: [String]
  /// The places of the forms that begin with a word.
  let placesByWord: [String: [Int]]

  /// - Parameter expected: what errors call the first word of a line; each word by itself if `nil`.
  public init(_ forms: [LineForm<Line>], expected: String? = nil) {
    self.forms = forms
    placesByWord = Dictionary(grouping: forms.indices) { forms[$0].parts[0].syntax }
    let words = forms.map { "'\($0.parts[0].syntax)'" }
    self.expected = expected.map { [$0] } ?? words.enumerated().filter { words.firstIndex(of: $1) == $0 }.map(\.element)
  }

  /// Each word of the lines once, in their order.
  public var words: [String] {
    var seen: Set<String> = []
    return forms.flatMap { $0.parts.flatMap(\.words) }.filter { seen.insert($0).inserted }
  }

  /// A table for the documentation, a row for each line.
  /// - Parameter columns: beside the line and its meaning, from the place of the form.
  public func documentation(_ columns: [(title: String, text: (Int) -> String)] = []) -> String {
    func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let titles = ["line", "meaning"] + columns.map(\.title)
    var text = row(titles) + row(titles.map { _ in "---" })
    for (place, form) in forms.enumerated() {
      let syntax = form.parts.map(\.syntax).joined(separator: " ")
      text += row(["`\(syntax)`", form.meaning] + columns.map { $0.text(place) })
    }
    return text
  }
}

extension ScriptReader {
  /// Reads a line, but for its end.
  /// - Returns: the place of its form in the table.
  public mutating func take<Line>(_ line: inout Line, as table: LineTable<Line>) throws(ScriptError) -> Int {
    var places = try take(table.expected) { _, text in table.placesByWord[text] }
    var part = 1
    while part < table.forms[places[0]].parts.count {
      switch table.forms[places[0]].parts[part].reading {
      case .take(let take): try take(&self, &line)
      case .choose: places = try choose(&line, at: part, among: places, of: table)
      }
      part += 1
    }
    return places[0]
  }

  /// Takes the word that decides between some lines, and returns the places of those that have it.
  private mutating func choose<Line>(
    _ line: inout Line, at part: Int, among places: [Int], of table: LineTable<Line>
  ) throws(ScriptError) -> [Int] {
    func choices(_ place: Int) -> [LinePart<Line>.Choice] {
      guard case .choose(let choices) = table.forms[place].parts[part].reading else { return [] }
      return choices
    }
    for place in places {
      for choice in choices(place) where try accept(choice.word) {
        choice.set(&line)
        return places.filter { choices($0).contains { $0.word == choice.word } }
      }
    }
    throw try failure()
  }
}
