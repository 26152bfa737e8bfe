import AddressSpaceModel
import Operations
import RangeMapCore

/// Reads the lines of a fork script word by word.
struct ForkScriptReader {
  struct Word {
    let text: String
    /// From 1, in bytes.
    let column: Int
  }

  let file: String
  private(set) var line = 0
  private let lines: [ArraySlice<UInt8>]
  private var words: [Word] = []
  private var place = 0
  private var endColumn = 1

  init(_ bytes: [UInt8], file: String) {
    self.file = file
    lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  // MARK: Lines

  /// Goes to the next line that has a word; false if there is none.
  mutating func nextLine() throws(ScriptError) -> Bool {
    while line < lines.count {
      let bytes = lines[line]
      line += 1
      try split(bytes)
      if !words.isEmpty { return true }
    }
    return false
  }

  private mutating func split(_ bytes: ArraySlice<UInt8>) throws(ScriptError) {
    words = []
    place = 0
    var bytes = bytes
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
    endColumn = end - bytes.startIndex + 1
    var start: Int?
    for offset in bytes.startIndex...end {
      let isBlank = offset == end || bytes[offset] == UInt8(ascii: " ") || bytes[offset] == UInt8(ascii: "\t")
      if !isBlank, !(0x21...0x7e).contains(bytes[offset]) {
        throw ScriptError(
          file: file, line: line, column: offset - bytes.startIndex + 1, expected: "printable ASCII",
          found: "byte \(bytes[offset])")
      }
      if isBlank, let first = start {
        words.append(
          Word(text: String(decoding: bytes[first..<offset], as: UTF8.self), column: first - bytes.startIndex + 1))
        start = nil
      } else if !isBlank, start == nil {
        start = offset
      }
    }
  }

  // MARK: Words

  var isAtEnd: Bool { place == words.count }

  mutating func accept(_ word: String) -> Bool {
    guard !isAtEnd, words[place].text == word else { return false }
    place += 1
    return true
  }

  /// Takes the word that is one of these.
  mutating func take<Value>(_ what: String, _ interpret: (String) -> Value?) throws(ScriptError) -> Value {
    guard !isAtEnd, let value = interpret(words[place].text) else { throw failure(expecting: what) }
    place += 1
    return value
  }

  /// Takes the word if it is one of these; nil and nothing taken otherwise.
  mutating func takeIfPresent<Value>(_ interpret: (String) -> Value?) -> Value? {
    guard !isAtEnd, let value = interpret(words[place].text) else { return nil }
    place += 1
    return value
  }

  func endLine(_ what: String = "the end of the line") throws(ScriptError) {
    if !isAtEnd { throw failure(expecting: what) }
  }

  /// The error for this place.
  func failure(expecting what: String) -> ScriptError {
    if isAtEnd {
      let isEmptyFile = lines.count == 1 && lines[0].isEmpty
      return ScriptError(
        file: file, line: max(line, 1), column: endColumn, expected: what,
        found: isEmptyFile ? "an empty file" : "the end of the line")
    }
    let word = words[place]
    return ScriptError(
      file: file, line: line, column: word.column, expected: what, found: "'\(word.text.prefix(40))'")
  }

  // MARK: Values

  mutating func number(_ what: String, in allowed: ClosedRange<UInt64>) throws(ScriptError) -> UInt64 {
    try take("\(what) from \(allowed.lowerBound) to \(allowed.upperBound)") { text in
      ForkScriptReader.number(text).flatMap { allowed.contains($0) ? $0 : nil }
    }
  }

  mutating func pageRange() throws(ScriptError) -> KeyRange {
    try take("a range of whole pages below 0x7ffffffff000, such as 0x1000...0x2fff") { text in
      let dots = Array("...".utf8)
      let bytes = Array(text.utf8)
      guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: dots) }),
        let first = ForkScriptReader.number(String(decoding: bytes[..<place], as: UTF8.self)),
        let last = ForkScriptReader.number(String(decoding: bytes[(place + 3)...], as: UTF8.self)),
        last < .max
      else { return nil }
      return KeyRange(start: first, end: last + 1)
    }
  }

  static func number(_ text: String) -> UInt64? {
    if text.hasPrefix("0x") { return text.dropFirst(2).first == "+" ? nil : UInt64(text.dropFirst(2), radix: 16) }
    return text.first == "+" || text.first == "-" ? nil : UInt64(text)
  }
}
