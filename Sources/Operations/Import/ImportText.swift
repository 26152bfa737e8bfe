/// A line of a file to import, or the two pieces of a call that strace broke over two lines, and where each byte
/// stood.
struct ImportText: Sendable {
  let file: String
  private(set) var bytes: [UInt8]
  /// Where each piece begins: its offset in `bytes`, its line and its column, both from 1.
  private var pieces: [(offset: Int, line: Int, column: Int)]

  init(_ bytes: ArraySlice<UInt8>, file: String, line: Int, column: Int = 1) {
    self.file = file
    self.bytes = Array(bytes)
    pieces = [(0, line, column)]
  }

  /// The bytes of a range as a text of its own. A text that was joined keeps only where its first piece stood.
  func part(_ range: Range<Int>) -> ImportText {
    let (line, column) = position(range.lowerBound)
    return ImportText(bytes[range], file: file, line: line, column: column)
  }

  /// This text, and what came later of the same call.
  func joined(with rest: ImportText) -> ImportText {
    var text = self
    text.bytes += rest.bytes
    text.pieces += rest.pieces.map { ($0.offset + bytes.count, $0.line, $0.column) }
    return text
  }

  func position(_ offset: Int) -> (line: Int, column: Int) {
    // There is always a piece at offset 0.
    let piece = pieces.last { $0.offset <= offset }!
    return (piece.line, piece.column + offset - piece.offset)
  }

  /// The error for what stands at an offset.
  func error(at offset: Int, expected: String) -> ScriptError {
    let (line, column) = position(offset)
    let rest = bytes[offset...].drop { $0 == UInt8(ascii: " ") }
    // The first byte belongs to the word whatever it is, so that a lone separator is shown too.
    let end = rest.dropFirst().firstIndex { Self.separators.contains($0) } ?? bytes.count
    let found =
      rest.isEmpty ? "the end of the line" : "'\(UTF8Text.escaped(rest[..<end]))'"
    return ScriptError(file: file, line: line, column: column, expected: expected, found: found)
  }

  private static let separators: [UInt8] = Array(" ,()=".utf8)

  /// Whether the text ends with a word.
  func ends(with word: StaticString) -> Bool {
    let start = bytes.count - word.utf8CodeUnitCount
    return start >= 0
      && bytes[start...].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: bytes.count - start))
  }

  /// The offset of the last place where a word stands; nil if it stands nowhere.
  func lastIndex(of word: StaticString) -> Int? {
    var reader = ImportReader(self)
    var place = bytes.count - word.utf8CodeUnitCount
    while place >= 0 {
      reader.offset = place
      if reader.isAt(word) { return place }
      place -= 1
    }
    return nil
  }

  /// Calls `body` for each line and tells whether a newline ended it; the newline, and a carriage return before it, are
  /// left out.
  static func forEachLine(
    of bytes: [UInt8], file: String, _ body: (ImportText, _ isWhole: Bool) throws(ScriptError) -> Void
  ) throws(ScriptError) {
    var line = 1
    var start = 0
    while start < bytes.count {
      let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      var end = newline ?? bytes.count
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      try body(ImportText(bytes[start..<end], file: file, line: line), newline != nil)
      guard let newline else { return }
      start = newline + 1
      line += 1
    }
  }
}

/// Reads a text from front to back.
struct ImportReader {
  let text: ImportText
  var offset = 0
  /// The offset where reading ends.
  var end: Int

  init(_ text: ImportText) {
    self.text = text
    end = text.bytes.count
  }

  var isAtEnd: Bool { offset >= end }
  var next: UInt8? { isAtEnd ? nil : text.bytes[offset] }

  func error(_ expected: String) -> ScriptError { text.error(at: offset, expected: expected) }

  func isAt(_ word: StaticString) -> Bool {
    if offset + word.utf8CodeUnitCount > end { return false }
    for place in 0..<word.utf8CodeUnitCount where text.bytes[offset + place] != word.utf8Start[place] { return false }
    return true
  }

  mutating func accept(_ word: StaticString) -> Bool {
    if !isAt(word) { return false }
    offset += word.utf8CodeUnitCount
    return true
  }

  mutating func expect(_ word: StaticString) throws(ScriptError) {
    if !accept(word) { throw error("'\(word)'") }
  }

  mutating func skipSpaces() {
    while next == UInt8(ascii: " ") { offset += 1 }
  }

  /// Letters, digits and underscores, maybe none.
  mutating func word() -> String {
    let start = offset
    while let byte = next, Self.isWordByte(byte) { offset += 1 }
    return String(decoding: text.bytes[start..<offset], as: UTF8.self)
  }

  /// Hexadecimal after `0x`, else decimal; `NULL` is 0.
  mutating func number(_ description: String) throws(ScriptError) -> UInt64 {
    if accept("NULL") { return 0 }
    let start = offset
    if accept("0x"), next.flatMap({ Self.digit($0, radix: 16) }) == nil {
      offset = start
      throw error(description)
    }
    offset = start
    let digits = accept("0x") ? try hexadecimal(description) : try digits(radix: 10, description)
    if let byte = next, Self.isWordByte(byte) {
      offset = start
      throw error(description)
    }
    return digits
  }

  mutating func hexadecimal(_ description: String) throws(ScriptError) -> UInt64 {
    try digits(radix: 16, description)
  }

  private mutating func digits(radix: UInt64, _ description: String) throws(ScriptError) -> UInt64 {
    let start = offset
    var number: UInt64 = 0
    while let digit = next.flatMap({ Self.digit($0, radix: radix) }) {
      let (product, overflows) = number.multipliedReportingOverflow(by: radix)
      let (sum, carries) = product.addingReportingOverflow(digit)
      if overflows || carries {
        offset = start
        throw error("\(description) below 2^64")
      }
      number = sum
      offset += 1
    }
    if start == offset { throw error(description) }
    return number
  }

  private static func digit(_ byte: UInt8, radix: UInt64) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f") where radix == 16: UInt64(byte - UInt8(ascii: "a")) + 10
    default: nil
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
