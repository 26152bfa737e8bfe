/// A call as strace writes it, taken apart: its name, where each argument stands, and what follows `) = `.
struct StraceArguments: Sendable {
  let text: ImportText
  /// The name without the `#64` that marks the calls of another personality.
  let name: String
  /// The arguments without the blanks around them.
  private(set) var ranges: [Range<Int>] = []
  /// The offset of the bracket that ends the arguments.
  let closing: Int
  /// A reader at the result.
  let result: ImportReader

  /// - Throws: `ScriptError` where the arguments or the result have no end.
  init(_ text: ImportText) throws(ScriptError) {
    self.text = text
    var reader = ImportReader(text)
    name = reader.callName()
    try reader.expect("(")
    guard let closing = StraceArguments.closing(&reader, &ranges) else {
      throw text.error(at: text.bytes.count, expected: "') = RESULT'")
    }
    self.closing = closing
    reader.offset = closing + 1
    let afterBracket = reader
    reader.skipSpaces()
    guard reader.offset > afterBracket.offset, reader.accept("= ") else {
      throw text.error(at: text.bytes.count, expected: "') = RESULT'")
    }
    result = reader
  }

  /// A reader at an argument, after the name that `-N` writes before it.
  func argument(_ place: Int) throws(ScriptError) -> ImportReader {
    guard place < ranges.count else { throw text.error(at: closing, expected: "', '") }
    var reader = ImportReader(text)
    reader.offset = ranges[place].lowerBound
    reader.end = ranges[place].upperBound
    let start = reader
    if reader.word().isEmpty || !reader.accept("=") { reader = start }
    return reader
  }

  /// Reads one argument, which must end where it should.
  func read<Value>(
    _ place: Int, _ body: (inout ImportReader) throws(ScriptError) -> Value
  ) throws(ScriptError) -> Value {
    var reader = try argument(place)
    let value = try body(&reader)
    if !reader.isAtEnd {
      // The error is told of the whole text, so that it shows what stands there.
      throw text.error(at: reader.offset, expected: place + 1 < ranges.count ? "', '" : "', ' or ')'")
    }
    return value
  }

  /// The text of an argument.
  func bytes(_ place: Int) throws(ScriptError) -> ArraySlice<UInt8> {
    let reader = try argument(place)
    return text.bytes[reader.offset..<reader.end]
  }

  /// Finds where the arguments end, and each of them. Strings, comments and what decorates a descriptor may hold
  /// anything.
  private static func closing(_ reader: inout ImportReader, _ ranges: inout [Range<Int>]) -> Int? {
    var start = reader.offset
    var depth = 0
    let bytes = reader.text.bytes
    func argument(endingAt end: Int) {
      var range = start..<end
      while !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: " ") { range = range.lowerBound + 1..<end }
      while !range.isEmpty, bytes[range.upperBound - 1] == UInt8(ascii: " ") {
        range = range.lowerBound..<range.upperBound - 1
      }
      if !range.isEmpty || !ranges.isEmpty { ranges.append(range) }
    }
    while let byte = reader.next {
      switch byte {
      case UInt8(ascii: "\""): if !reader.skipString() { return nil }
      case UInt8(ascii: "/") where reader.isAt("/*"): if !reader.skipComment() { return nil }
      case UInt8(ascii: "<"): if !reader.skipAngle() { return nil }
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        reader.offset += 1
      case UInt8(ascii: ")") where depth == 0:
        argument(endingAt: reader.offset)
        return reader.offset
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        reader.offset += 1
      case UInt8(ascii: ",") where depth == 0 && reader.isAt(", "):
        argument(endingAt: reader.offset)
        reader.offset += 2
        start = reader.offset
      default: reader.offset += 1
      }
    }
    return nil
  }
}

/// How a call ended.
enum StraceResult: Sendable {
  /// A reader at the number.
  case value(ImportReader)
  /// The call failed, or strace made as if it had been made.
  case notMade
  /// The call failed in its middle, and may have changed the first part of its range.
  case partlyMade
  /// `?`: nothing is known.
  case unknown
  /// `? ERESTARTSYS` and its like: the call begins again.
  case restarted
}

extension StraceArguments {
  /// What the call's end says of it.
  func outcome() -> StraceResult {
    var reader = result
    if reader.accept("?") { return reader.accept(" ERESTART") ? .restarted : .unknown }
    if isInjected() { return .notMade }
    if reader.next == UInt8(ascii: "-") {
      return reader.isAt("-1 ENOMEM") && StraceCall.stopsHalfway(name) ? .partlyMade : .notMade
    }
    return .value(result)
  }

  /// Whether strace put a result in the place of the call's own.
  private func isInjected() -> Bool {
    var reader = result
    while let byte = reader.next {
      switch byte {
      case UInt8(ascii: "<"): if !reader.skipAngle() { return false }
      case UInt8(ascii: "("):
        if reader.isAt("(INJECTED)") || reader.isAt("(INJECTED: args, retval)") { return true }
        reader.offset += 1
      default: reader.offset += 1
      }
    }
    return false
  }
}

extension ImportReader {
  /// A call's name, without the `#64` or `#32` that may follow; empty where there is none.
  mutating func callName() -> String {
    let name = word()
    if next == UInt8(ascii: "#") {
      offset += 1
      _ = word()
    }
    return name
  }

  /// A call's name, or `???` for one that strace could not read; nil where there is neither.
  mutating func callNameOrMarks() -> String? {
    if isAt("???") {
      while accept("?") {}
      return "???"
    }
    let name = callName()
    return name.isEmpty ? nil : name
  }

  /// Skips a string from its first quotation mark; false where it does not end.
  mutating func skipString() -> Bool {
    offset += 1
    while let byte = next {
      offset += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") { return true }
    }
    return false
  }

  /// Skips a comment, in which others may stand: strace explains a part of what it explains.
  mutating func skipComment() -> Bool {
    var depth = 0
    while !isAtEnd {
      if accept("/*") {
        depth += 1
      } else if accept("*/") {
        depth -= 1
        if depth == 0 { return true }
      } else {
        offset += 1
      }
    }
    return false
  }

  /// Skips `<...>`, in which another may stand; two in a row are a shift. What looks like an arrow ends nothing.
  mutating func skipAngle() -> Bool {
    if accept("<<") { return true }
    var depth = 0
    while let byte = next {
      if accept("->") { continue }
      offset += 1
      if byte == UInt8(ascii: "<") { depth += 1 }
      if byte == UInt8(ascii: ">") {
        depth -= 1
        if depth == 0 { return true }
      }
    }
    return false
  }
}
