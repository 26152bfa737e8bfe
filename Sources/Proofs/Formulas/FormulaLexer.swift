/// Why a formula cannot be read, and where in it.
package struct FormulaError: Error, Hashable, Sendable {
  /// Bytes before the fault.
  package var offset: Int
  package var expected: String
  package var found: String
}

/// Cuts a formula into words, numbers and signs.
struct FormulaLexer {
  enum Token: Hashable {
    case word(String)
    case number(Int)
    case sign(String)
    case end

    /// The token as a message shows it.
    var text: String {
      switch self {
      case .word(let text), .sign(let text): "'\(text)'"
      case .number(let number): "'\(number)'"
      case .end: "the end of the formula"
      }
    }
  }

  /// The greatest constant.
  static let greatestConstant = 1_000_000

  private let bytes: [UInt8]
  private var place = 0
  /// Where the token that was read last begins.
  private(set) var start = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// Reads the next token.
  mutating func next() throws(FormulaError) -> Token {
    while place < bytes.count, bytes[place] == UInt8(ascii: " ") || bytes[place] == UInt8(ascii: "\t") { place += 1 }
    start = place
    guard place < bytes.count else { return .end }
    let byte = bytes[place]
    if Self.isLetter(byte) { return .word(String(decoding: take(while: { Self.isLetter($0) }), as: UTF8.self)) }
    if Self.isDigit(byte) {
      let digits = String(decoding: take(while: { Self.isDigit($0) }), as: UTF8.self)
      guard let number = Int(digits), number <= Self.greatestConstant else {
        throw fault("a number of at most \(Self.greatestConstant)", "'\(digits)'")
      }
      return .number(number)
    }
    for sign in ["<=", ">=", "==", "!="] where bytes[place...].starts(with: sign.utf8) {
      place += 2
      return .sign(sign)
    }
    if byte < 0x80, "+-*(),<>".utf8.contains(byte) {
      place += 1
      return .sign(String(UnicodeScalar(byte)))
    }
    let shown = (0x21..<0x7f).contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16)
    throw fault("a number, a variable or a sign", "'\(shown)'")
  }

  /// An error at the token that was read last.
  func fault(_ expected: String, _ found: String) -> FormulaError {
    FormulaError(offset: start, expected: expected, found: found)
  }

  private mutating func take(while isPart: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let first = place
    while place < bytes.count, isPart(bytes[place]) { place += 1 }
    return bytes[first..<place]
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || byte == UInt8(ascii: "_")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
