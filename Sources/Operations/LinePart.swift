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
  /// How bytes have the part; `nil` if they do not, as a word that decides nothing but which line it is.
  let code: PartCode<Line>?

  public init(
    _ syntax: String, words: [String] = [], text: @escaping @Sendable (Line) -> String?, code: PartCode<Line>? = nil,
    take: @escaping Take
  ) {
    (self.syntax, self.words, reading, self.text, self.code) = (syntax, words, .take(take), text, code)
  }

  private init(_ syntax: String, choices: [Choice], text: @escaping @Sendable (Line) -> String?) {
    (self.syntax, words, reading, self.text, code) = (syntax, choices.map(\.word), .choose(choices), text, nil)
  }

  /// Reads a part that decides nothing.
  func take(_ reader: inout ScriptReader, _ line: inout Line) throws(ScriptError) {
    guard case .take(let take) = reading else { preconditionFailure("a part that decides stands in the line itself") }
    try take(&reader, &line)
  }
}

/// How bytes have a part of a line.
public struct PartCode<Line>: Sendable {
  let write: @Sendable (Line, inout RecordWriter) -> Void
  let read: @Sendable (inout RecordReader, inout Line) -> Void

  init(
    write: @escaping @Sendable (Line, inout RecordWriter) -> Void,
    read: @escaping @Sendable (inout RecordReader, inout Line) -> Void
  ) {
    (self.write, self.read) = (write, read)
  }

  init?<Value>(_ path: LinePart<Line>.Path<Value>, _ code: LineCode<Value>?) {
    guard let code else { return nil }
    self.init(write: { code.write($0[keyPath: path], &$1) }, read: { $1[keyPath: path] = code.read(&$0) })
  }
}

extension LinePart {
  public static func word(_ word: String) -> Self {
    Self(word, choices: [Choice(word: word) { _ in }], text: { _ in word })
  }

  /// A word that may be left out.
  public static func optionalWord(_ word: String, _ path: Path<Bool>) -> Self {
    optionalWord(path, [(word, true)], default: false, syntax: word)
  }

  /// A word that says more than which line it is.
  public static func choice<Value: Equatable & Sendable>(_ path: Path<Value>, _ value: LineValue<Value>) -> Self {
    let choices = value.words.compactMap { word in
      value.read([], word).map { value in Choice(word: word) { $0[keyPath: path] = value } }
    }
    return Self(value.syntax, choices: choices, text: { value.text($0[keyPath: path]) })
  }

  public static func value<Value: Sendable>(_ path: Path<Value>, _ value: LineValue<Value>) -> Self {
    Self(
      value.syntax, words: value.words, text: { value.text($0[keyPath: path]) }, code: PartCode(path, value.code),
      take: { (reader, line) throws(ScriptError) in line[keyPath: path] = try reader.take(value) })
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
      code: value.code.map { code in
        PartCode(
          write: { line, writer in
            let given = line[keyPath: path]
            writer.append(given == absent ? 0 : 1)
            if given == absent { return }
            code.write(given, &writer)
            for part in more { part.code?.write(line, &writer) }
          },
          read: { reader, line in
            let isGiven = reader.next() & 1 == 1
            line[keyPath: path] = isGiven ? code.read(&reader) : absent
            // What comes with it goes with it.
            var none = RecordReader(UnsafeRawBufferPointer(start: nil, count: 0), from: 0)
            for part in more {
              if isGiven { part.code?.read(&reader, &line) } else { part.code?.read(&none, &line) }
            }
          })
      },
      take: { (reader, line) throws(ScriptError) in
        line[keyPath: path] = absent
        guard try reader.accept(word) else { return }
        line[keyPath: path] = try reader.take(value)
        for part in more { try part.take(&reader, &line) }
      })
  }

  /// A word and a value, which may be left out; the line has `nil` then.
  public static func option<Value: Equatable & Sendable>(
    _ word: String, _ path: Path<Value?>, _ value: LineValue<Value>, then more: [LinePart] = []
  ) -> Self {
    option(word, path, LineValue(orNil: value), default: nil, then: more)
  }

  /// One of some words, or none of them.
  public static func optionalWord<Value: Equatable & Sendable>(
    _ path: Path<Value>, _ choices: [(word: String, value: Value)], default absent: Value, syntax: String
  ) -> Self {
    Self(
      "[\(syntax)]", words: choices.map(\.word),
      text: { line in choices.first { $0.value == line[keyPath: path] }?.word },
      code: PartCode(path, LineValue(syntax, oneOf: [("", absent)] + choices).code),
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
      code: PartCode(
        write: { line, writer in
          writer.append(number: flags.reversed().reduce(0) { $0 << 1 | (line[keyPath: $1.set] ? 1 : 0) })
        },
        read: { reader, line in
          let bits = reader.number()
          for (place, flag) in flags.enumerated() { line[keyPath: flag.set] = bits >> UInt64(place) & 1 == 1 }
        }),
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
