import RangeMapCore

/// What a word of a line can stand for: how it is read, printed and named.
public struct LineValue<Value: Sendable>: Sendable {
  /// In a table of lines, such as `RANGE`.
  public let syntax: String
  /// In an error, all that could stand here, such as `a range such as 0x10...0x1f`.
  public let expected: [String]
  /// The words that it can be, if they are few.
  public let words: [String]
  /// Makes a value of a word, of which it gets the bytes and the text; `nil` if the word is none.
  public let read: @Sendable (ArraySlice<UInt8>, String) -> Value?
  public let text: @Sendable (Value) -> String
  /// How bytes have it, if the parts of a line are coded one by one.
  public let code: LineCode<Value>?

  public init(
    _ syntax: String, _ expected: String, read: @escaping @Sendable (ArraySlice<UInt8>, String) -> Value?,
    text: @escaping @Sendable (Value) -> String, code: LineCode<Value>? = nil
  ) {
    (self.syntax, self.expected, words) = (syntax, [expected], [])
    (self.read, self.text, self.code) = (read, text, code)
  }

  /// One of some words. A former word is read, and never written.
  public init(
    _ syntax: String, oneOf choices: [(word: String, value: Value)], former: [(word: String, value: Value)] = []
  ) where Value: Equatable {
    self.syntax = syntax
    words = choices.map(\.word)
    expected = words.map { "'\($0)'" }
    read = { _, text in (choices.first { $0.word == text } ?? former.first { $0.word == text })?.value }
    text = { value in choices.first { $0.value == value }?.word ?? "" }
    code = LineCode(
      write: { value, writer in
        writer.append(number: UInt64(choices.firstIndex { $0.value == value } ?? 0))
      },
      read: { choices[Int($0.number() % UInt64(choices.count))].value })
  }

  /// A value, if it is there at all.
  init<Given: Sendable>(orNil value: LineValue<Given>) where Value == Given? {
    (syntax, expected, words) = (value.syntax, value.expected, value.words)
    read = { bytes, text in value.read(bytes, text).map { .some($0) } }
    text = { $0.map(value.text) ?? "" }
    code = value.code.map { code in
      LineCode(write: { given, writer in if let given { code.write(given, &writer) } }, read: { code.read(&$0) })
    }
  }
}

/// How bytes have a value. No bytes are wrong: where a record ends early, zeros are read.
public struct LineCode<Value>: Sendable {
  public let write: @Sendable (Value, inout RecordWriter) -> Void
  public let read: @Sendable (inout RecordReader) -> Value

  public init(
    write: @escaping @Sendable (Value, inout RecordWriter) -> Void,
    read: @escaping @Sendable (inout RecordReader) -> Value
  ) {
    (self.write, self.read) = (write, read)
  }
}

extension LineValue where Value: FixedWidthInteger & Sendable {
  /// A number within bounds, in decimal unless `isHexadecimal`.
  public static func number(_ what: String, in bounds: ClosedRange<Value>, isHexadecimal: Bool = false) -> Self {
    Self(
      "NUMBER", "\(what) from \(bounds.lowerBound) to \(bounds.upperBound)",
      read: { bytes, _ in
        ScriptReader.number(bytes).flatMap(Value.init(exactly:)).flatMap { bounds.contains($0) ? $0 : nil }
      },
      text: { isHexadecimal ? "0x" + String($0, radix: 16) : String($0) },
      code: LineCode(
        write: { $1.append(number: UInt64($0 - bounds.lowerBound)) },
        read: { bounds.lowerBound + Value($0.number() % (UInt64(bounds.upperBound - bounds.lowerBound) + 1)) }))
  }
}

extension LineValue where Value == UInt64 {
  static var index: Self {
    Self("INDEX", "an index such as 0x10", read: { bytes, _ in ScriptReader.number(bytes) }, text: ScriptText.text)
  }

  /// Printed in decimal as long as a person can take it in.
  static func number(_ what: String, upTo greatest: UInt64 = .max) -> Self {
    Self(
      "NUMBER", what, read: { bytes, _ in ScriptReader.number(bytes).flatMap { $0 <= greatest ? $0 : nil } },
      text: { $0 < 1_000_000 ? String($0) : ScriptText.text($0) })
  }
}

extension LineValue where Value == Int {
  static var cursor: Self {
    Self(
      "CURSOR", "the number of a cursor, 0 to 3",
      read: { bytes, _ in ScriptReader.number(bytes).flatMap { $0 < 4 ? Int($0) : nil } }, text: { String($0) })
  }
}

extension LineValue where Value == KeyRange {
  static var range: Self {
    Self("RANGE", "a range such as 0x10...0x1f", read: { bytes, _ in ScriptReader.range(bytes) }, text: ScriptText.text)
  }
}

extension LineValue where Value == Entry? {
  static var entry: Self {
    Self(
      "ENTRY", "an entry such as a, v5, zero or @0x406a",
      read: { bytes, text in ScriptReader.entry(bytes, text).map { .some($0) } }, text: ScriptText.text)
  }

  static var entryOrNull: Self {
    Self(
      "VALUE", "an entry such as a, v5, zero, @0x406a or -",
      read: { bytes, text in text == "-" ? .some(nil) : ScriptReader.entry(bytes, text).map { .some($0) } },
      text: ScriptText.text)
  }
}

// Words that are values.
extension ScriptReader {
  /// Decimal, hexadecimal after `0x`, or `max`; `nil` also if 64 bits do not hold the number.
  public static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    if bytes.elementsEqual("max".utf8) { return .max }
    let isHexadecimal = bytes.starts(with: "0x".utf8)
    let radix: UInt64 = isHexadecimal ? 16 : 10
    let digits = isHexadecimal ? bytes.dropFirst(2) : bytes
    if digits.isEmpty { return nil }
    var number: UInt64 = 0
    for byte in digits {
      guard let digit = digit(byte), digit < radix else { return nil }
      let (product, overflows) = number.multipliedReportingOverflow(by: radix)
      let (sum, carries) = product.addingReportingOverflow(digit)
      if overflows || carries { return nil }
      number = sum
    }
    return number
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Two numbers with `...` between, or one. The ends may be in the wrong order: refusing that is up to a subject.
  public static func range(_ bytes: ArraySlice<UInt8>) -> KeyRange? {
    guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")) else { return number(bytes).map(KeyRange.single) }
    let rest = bytes[dot...]
    guard rest.starts(with: "...".utf8), let first = number(bytes[..<dot]), let last = number(rest.dropFirst(3)) else {
      return nil
    }
    return KeyRange(first, last)
  }

  static func entry(_ bytes: ArraySlice<UInt8>, _ text: String) -> Entry? {
    if text == "zero" { return .zero }
    guard let first = bytes.first else { return nil }
    let rest = bytes.dropFirst()
    switch first {
    case UInt8(ascii: "@"): return number(rest).flatMap(Entry.init(word:))
    case UInt8(ascii: "v") where !rest.isEmpty:
      return number(rest).flatMap { $0 <= UInt64(Int64.max) ? Entry.value($0) : nil }
    case UInt8(ascii: "a")...UInt8(ascii: "z") where rest.isEmpty:
      return Entry(word: UInt64(first - 96) << 12)
    default: return nil
    }
  }
}
