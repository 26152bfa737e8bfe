/// One word of a line, and where it begins.
struct ScriptWord {
  /// The bytes, with those that are not printable as `\xNN`, and only the first of a word that is longer than any
  /// keyword: what is printable reads as itself, and nothing else can be mistaken for a keyword.
  let text: String
  /// The offsets of its bytes in the file.
  let bytes: Range<Int>
}

/// Reads a script word by word.
///
/// What was tried at a place and was not there is remembered until a word is taken, so that the error for that place
/// names all that could have stood there.
public struct ScriptReader {
  let bytes: [UInt8]
  let file: String
  private(set) var position = 0
  package private(set) var line = 1
  private var lineStart = 0
  private var expected: [String] = []
  /// Where the last word that was taken ends.
  private(set) var endOfWords = 0
  /// The word that `peek()` found, so that no word is read twice however often it is looked at.
  private var peeked: ScriptWord? = nil

  /// - Throws: if the script is too large.
  public init(_ bytes: [UInt8], file: String) throws(ScriptError) {
    self.bytes = bytes
    self.file = file
    if bytes.count > ScriptText.greatestFileSize {
      throw error(
        at: 0, expected: "a script of at most \(ScriptText.greatestFileSize) bytes", found: "\(bytes.count) bytes")
    }
  }

  // MARK: Words

  var isAtEndOfFile: Bool { position == bytes.count }

  /// Whether a newline, a carriage return before one, or the end of the file is here.
  private var isAtEndOfLine: Bool {
    if position == bytes.count || bytes[position] == UInt8(ascii: "\n") { return true }
    let isLastByte = position + 1 == bytes.count
    return bytes[position] == UInt8(ascii: "\r") && (isLastByte || bytes[position + 1] == UInt8(ascii: "\n"))
  }

  /// Skips blanks and a comment.
  private mutating func skipBlanks() throws(ScriptError) {
    while position < bytes.count, bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") {
      position += 1
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "#") else { return }
    let start = position
    while !isAtEndOfLine { position += 1 }
    let comment = bytes[start..<position]
    var fault = comment.firstIndex { ($0 < 0x20 && $0 != UInt8(ascii: "\t")) || $0 == 0x7f }
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: comment.span)
    } catch {
      fault = min(fault ?? .max, start + error.byteOffsets.lowerBound)
    }
    if let fault {
      let byte = UTF8Text.hexadecimal(bytes[fault])
      throw error(at: fault, expected: "printable UTF-8 text", found: "byte 0x\(byte)")
    }
  }

  /// The next word of the line without taking it; nil at the end of the line.
  private mutating func peek() throws(ScriptError) -> ScriptWord? {
    if let peeked { return peeked }
    try skipBlanks()
    if isAtEndOfLine { return nil }
    let start = position
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") { break }
      if byte == UInt8(ascii: "#") { break }
      if byte == UInt8(ascii: "\r"), end + 1 == bytes.count || bytes[end + 1] == UInt8(ascii: "\n") { break }
      end += 1
    }
    peeked = ScriptWord(text: UTF8Text.escaped(bytes[start..<end]), bytes: start..<end)
    return peeked
  }

  private mutating func take(_ word: ScriptWord) {
    position = word.bytes.upperBound
    endOfWords = position
    peeked = nil
    expected.removeAll(keepingCapacity: true)
  }

  /// Takes the next word if it is this one.
  /// - Parameter description: what the error calls it; the word itself if `nil`.
  public mutating func accept(_ keyword: String, as description: String? = nil) throws(ScriptError) -> Bool {
    guard let word = try peek(), word.text == keyword else {
      let description = description ?? "'\(keyword)'"
      if !expected.contains(description) { expected.append(description) }
      return false
    }
    take(word)
    return true
  }

  /// Takes the next word if `interpret` makes something of it.
  /// - Parameter expected: all that could stand here, for the error.
  public mutating func take<Value>(
    _ expected: [String], _ interpret: (ArraySlice<UInt8>, String) -> Value?
  ) throws(ScriptError) -> Value {
    guard let word = try peek(), let value = interpret(bytes[word.bytes], word.text) else {
      throw try failure(expecting: expected)
    }
    take(word)
    return value
  }

  public mutating func take<Value>(_ value: LineValue<Value>) throws(ScriptError) -> Value {
    try take(value.expected, value.read)
  }

  // MARK: Lines

  /// Reads the first line, which names the format and its version.
  public mutating func takeFormat(_ format: String, version: Int) throws(ScriptError) {
    try take(["'\(format) \(version)'"]) { _, text in text == format ? () : nil }
    try take(["the version \(version)"]) { _, text in text == String(version) ? () : nil }
    try endLine()
  }

  /// Demands the end of the line, and goes on to the next one.
  public mutating func endLine() throws(ScriptError) {
    if try peek() != nil { throw try failure(expecting: ["the end of the line"]) }
    if position < bytes.count, bytes[position] == UInt8(ascii: "\r") { position += 1 }
    if position < bytes.count {
      position += 1
      line += 1
      lineStart = position
    }
    expected.removeAll(keepingCapacity: true)
  }

  /// Goes to the first word at or after this line; false if there is none.
  public mutating func skipEmptyLines() throws(ScriptError) -> Bool {
    while true {
      if try peek() != nil { return true }
      if isAtEndOfFile { return false }
      try endLine()
    }
  }

  // MARK: Errors

  /// The error for this place: nothing of what was tried is here.
  public mutating func failure(expecting last: [String] = []) throws(ScriptError) -> ScriptError {
    let all = expected + last
    let alternatives = all.dropLast().joined(separator: ", ")
    let description = alternatives.isEmpty ? all.joined() : "\(alternatives) or \(all[all.count - 1])"
    let word = try peek()
    let found =
      if bytes.isEmpty {
        "an empty file"
      } else if let word {
        "'\(word.text)'"
      } else {
        isAtEndOfFile ? "the end of the file" : "the end of the line"
      }
    return error(at: position, expected: description, found: found)
  }

  /// The error for a word that is there and cannot be.
  func error(at offset: Int, expected: String, found: String) -> ScriptError {
    ScriptError(file: file, line: line, column: offset - lineStart + 1, expected: expected, found: found)
  }
}
