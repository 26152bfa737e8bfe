/// A part of a line: a word, or an operand with the words that belong to it. It knows how it is read into a line and
/// printed from it.
public struct LinePart<Line>: Sendable {
  public typealias Path<Value> = any WritableKeyPath<Line, Value> & Sendable
  public typealias Take = @Sendable (inout ScriptReader, inout Line) throws(ScriptError) -> Void

  /// A word that decides which line it is, and what it sets.
  public struct Choice: Sendable {
    let word: String
    let set: @Sendable (inout Line) -> Void
  }

  /// How the part is read.
  public enum Reading: Sendable {
    /// The words that may stand here decide together with those of other lines which line it is.
    case choose([Choice])
    case take(Take)
  }

  /// In a table of lines, such as `[in RANGE]`.
  public let syntax: String
  /// The words that the part can have, but for those that are values.
  public let words: [String]
  public let reading: Reading
  /// The words of the part; `nil` if it is left out.
  public let text: @Sendable (Line) -> String?

  public init(
    _ syntax: String, words: [String] = [], text: @escaping @Sendable (Line) -> String?, take: @escaping Take
  ) {
    (self.syntax, self.words, reading, self.text) = (syntax, words, .take(take), text)
  }

  private init(_ syntax: String, choices: [Choice], text: @escaping @Sendable (Line) -> String?) {
    (self.syntax, words, reading, self.text) = (syntax, choices.map(\.word), .choose(choices), text)
  }

  /// Reads a part that decides nothing.
  func take(_ reader: inout ScriptReader, _ line: inout Line) throws(ScriptError) {
    guard case .take(let take) = reading else { preconditionFailure("a part that decides stands in the line itself") }
    try take(&reader, &line)
  }
}

extension LinePart {
  public static func word(_ word: String) -> Self {
    Self(word, choices: [Choice(word: word) { _ in }], text: { _ in word })
  }

  /// A word that says more than which line it is.
  public static func choice<Value: Equatable & Sendable>(_ path: Path<Value>, _ value: LineValue<Value>) -> Self {
    let choices = value.words.compactMap { word in
      value.read([], word).map { value in Choice(word: word) { $0[keyPath: path] = value } }
    }
    return Self(value.syntax, choices: choices, text: { value.text($0[keyPath: path]) })
  }

  public static func value<Value: Sendable>(_ path: Path<Value>, _ value: LineValue<Value>) -> Self {
    Self(value.syntax, words: value.words, text: { value.text($0[keyPath: path]) }) {
      (reader, line) throws(ScriptError) in
      line[keyPath: path] = try reader.take(value)
    }
  }

  /// A word and a value, which may be left out, and parts that can only come after them.
  /// - Parameter isPrinted: whether it is printed if it is what it would be if left out.
  public static func option<Value: Equatable & Sendable>(
    _ word: String, _ path: Path<Value>, _ value: LineValue<Value>, default absent: Value, isPrinted: Bool = false,
    then more: [LinePart] = []
  ) -> Self {
    let inner = ([word + " " + value.syntax] + more.map(\.syntax)).joined(separator: " ")
    return Self(
      "[\(inner)]", words: [word] + value.words + more.flatMap(\.words),
      text: { line in
        let given = line[keyPath: path]
        if given == absent && !isPrinted { return nil }
        return ([word + " " + value.text(given)] + more.compactMap { $0.text(line) }).joined(separator: " ")
      },
      take: { (reader, line) throws(ScriptError) in
        line[keyPath: path] = absent
        guard try reader.accept(word) else { return }
        line[keyPath: path] = try reader.take(value)
        for part in more { try part.take(&reader, &line) }
      })
  }

  /// One of some words, or none of them.
  public static func optionalWord<Value: Equatable & Sendable>(
    _ path: Path<Value>, _ choices: [(word: String, value: Value)], syntax: String
  ) -> Self {
    Self(
      "[\(syntax)]", words: choices.map(\.word),
      text: { line in choices.first { $0.value == line[keyPath: path] }?.word },
      take: { (reader, line) throws(ScriptError) in
        for choice in choices where try reader.accept(choice.word) {
          line[keyPath: path] = choice.value
          return
        }
      })
  }

  /// Any of some words, each at most once.
  /// - Parameter description: what errors call them; each by its own name if `nil`.
  public static func flags(
    _ flags: [(word: String, set: Path<Bool>)], syntax: String, description: String? = nil
  ) -> Self {
    Self(
      "{\(syntax)}", words: flags.map(\.word),
      text: { line in
        let words = flags.filter { line[keyPath: $0.set] }.map(\.word)
        return words.isEmpty ? nil : words.joined(separator: " ")
      },
      take: { (reader, line) throws(ScriptError) in
        var isFlag = true
        while isFlag {
          isFlag = false
          for flag in flags where !line[keyPath: flag.set] && !isFlag {
            isFlag = try reader.accept(flag.word, as: description)
            line[keyPath: flag.set] = isFlag
          }
        }
      })
  }
}
