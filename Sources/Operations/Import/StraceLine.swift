/// A line of a log: who it is about, and where what it says begins.
struct StraceLine: Sendable {
  /// Who a line is about.
  enum Owner: Hashable, Sendable {
    /// The line begins with a number, as in a file that strace writes of several processes.
    case number(UInt32)
    /// The line begins with `[pid 7]`, as on a terminal while there is more than one process.
    case bracketed(UInt32)
    /// The only process there is.
    case unnamed
  }

  let owner: Owner
  /// A reader at a call, a signal or an end.
  var body: ImportReader

  /// The greatest number of a process; a greater one before a call is the time in seconds. Kernel: `PID_MAX_LIMIT`.
  private static let greatestTask: UInt64 = 4 << 20

  /// - Throws: `ScriptError` where it does not look like a line of strace.
  init(_ text: ImportText) throws(ScriptError) {
    var reader = ImportReader(text)
    owner = try StraceLine.owner(&reader)
    // What the options -t, -r, -n, -i and --secontext add stands here, in this order.
    while true {
      reader.skipSpaces()
      if let byte = reader.next, byte.isDigit {
        while let byte = reader.next, byte.isDigit || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") {
          reader.offset += 1
        }
        if !reader.isAtEnd { try reader.expect(" ") }
      } else if reader.isAt("(+") || (reader.isAt("[") && !reader.isAt("[ Process PID=")) {
        let end = reader.isAt("[") ? UInt8(ascii: "]") : UInt8(ascii: ")")
        while let byte = reader.next, byte != end { reader.offset += 1 }
        if !reader.isAtEnd { reader.offset += 1 }
        if !reader.isAtEnd { try reader.expect(" ") }
      } else {
        break
      }
    }
    body = reader
  }

  private static func owner(_ reader: inout ImportReader) throws(ScriptError) -> Owner {
    let start = reader
    if reader.accept("[pid ") {
      reader.skipSpaces()
      let task = try reader.taskWithName()
      try reader.expect("] ")
      return .bracketed(task)
    }
    guard let byte = reader.next, byte.isDigit else { return .unnamed }
    while let byte = reader.next, byte.isDigit { reader.offset += 1 }
    let isTime = reader.isAt(":") || reader.isAt(".")
    var digits = start
    digits.end = reader.offset
    let number = try digits.number("a process number or a time")
    reader = start
    if isTime || number > greatestTask { return .unnamed }
    let task = try reader.taskWithName()
    try reader.expect(" ")
    return .number(task)
  }
}

extension ImportReader {
  /// The number of a task, and the name of its program if `-Y` writes it.
  fileprivate mutating func taskWithName() throws(ScriptError) -> UInt32 {
    let start = self
    let number = try number("a process number")
    guard let task = UInt32(exactly: number), task > 0 else {
      throw start.error("a process number from 1 to \(UInt32.max)")
    }
    if accept("<") {
      while !isAtEnd, !accept(">") { offset += 1 }
    }
    return task
  }
}

extension StraceLine {
  /// Whether strace writes the text among the calls and it is no call: a line of a call stack (`-k`), of a dump
  /// (`-e read`), or an empty one.
  static func isRemark(_ text: ImportText) -> Bool {
    let reader = ImportReader(text)
    return text.bytes.isEmpty || reader.isAt(" > ") || reader.isAt(" | ") || reader.isAt(" * ")
  }

  /// What a message of strace says of a process; it comes without the process's number before it.
  enum Message: Hashable, Sendable {
    case attached(UInt32)
    case detached(UInt32)
    case other
  }

  /// Reads a message that is all of a line, or all that follows an offset; nil for another text.
  static func message(_ text: ImportText, at offset: Int = 0) -> Message? {
    var reader = ImportReader(text)
    reader.offset = offset
    // The command may have been called by its path.
    while let byte = reader.next, byte != UInt8(ascii: " "), byte != UInt8(ascii: "("), !reader.isAt("strace: ") {
      reader.offset += 1
    }
    let isNamed = reader.accept("strace: ")
    if !isNamed { reader.offset = offset }
    if reader.accept("Process "), let task = try? reader.task() {
      if reader.accept(" attached") { return .attached(task) }
      if reader.accept(" detached") { return .detached(task) }
      return isNamed || reader.isAt(" resumed") || reader.isAt(" suspended") ? .other : nil
    }
    return isNamed || reader.isAt("[ Process PID=") ? .other : nil
  }

  /// Where a message begins that breaks a line off before its call is whole; nil if there is none.
  ///
  /// On a terminal strace tells of a new process in the middle of the call that makes it.
  static func messageInside(_ text: ImportText) -> Int? {
    guard text.ends(with: "tached") || text.ends(with: " mode") || text.ends(with: ")"),
      var start = text.lastIndex(of: "Process "), start > 0
    else { return nil }
    let name: StaticString = "strace: "
    var reader = ImportReader(text)
    if start >= name.utf8CodeUnitCount {
      reader.offset = start - name.utf8CodeUnitCount
      if reader.isAt(name) { start -= name.utf8CodeUnitCount }
    }
    guard start > 0 else { return nil }
    switch message(text, at: start) {
    case .attached, .detached: return start
    default: return nil
    }
  }
}

/// Finds the table that `-c` and `-C` write after the calls.
struct StraceSummary: Sendable {
  private var dividers: Int?

  private static let columns: Set<String> = [
    "%", "time", "seconds", "usecs/call", "calls", "errors", "syscall", "shortest", "longest", "wall-total", "wall-min",
    "wall-max", "wall-avg",
  ]

  /// Whether a line is of a table. A table is a head, a row of dashes, its rows, another row of dashes, and a sum.
  mutating func contains(_ text: ImportText) -> Bool {
    guard let count = dividers else {
      if ImportReader(text).isAt("System call usage summary for ") { return true }
      let words = text.bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      let isHead = !words.isEmpty && words.allSatisfy { Self.columns.contains($0) }
      if isHead { dividers = 0 }
      return isHead
    }
    if count == 2 {
      dividers = nil
    } else if text.bytes.contains(UInt8(ascii: "-")),
      text.bytes.allSatisfy({ $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: " ") })
    {
      dividers = count + 1
    }
    return true
  }
}
