/// What a log tells, in the order in which it takes effect.
struct StraceLog: Sendable {
  enum Event: Hashable, Sendable {
    /// The first line of a task since the log began, or since its number was last free.
    case appeared(UInt32)
    case call(UInt32, StraceCall)
    /// The task is gone, and its number is free.
    case ended(UInt32)
    /// A thread ran `execve`, and goes on under the number of its process.
    case superseded(process: UInt32, thread: UInt32)
  }

  private(set) var events: [Event] = []
  /// The lines that end with a newline.
  private(set) var lineCount = 0
  /// The lines that told of a call that changes areas; a call in two lines counts twice.
  private(set) var usedLineCount = 0

  /// A call of which only the first line was seen.
  private struct Unfinished {
    var name: String
    var text: ImportText
    /// Where in `events` the call goes if it takes effect early.
    var place: Int

    /// The line where it began.
    var line: Int { text.position(0).line }
  }

  private var unfinished: [UInt32: Unfinished] = [:]
  private var known: Set<UInt32> = []
  private let file: String

  /// Reads a log. What follows the last newline was cut off while it was written, and is passed over.
  init(_ bytes: [UInt8], file: String) throws(ScriptError) {
    self.file = file
    try ImportText.forEachLine(of: bytes, file: file) { (text, isWhole) throws(ScriptError) in
      guard isWhole else { return }
      lineCount += 1
      try read(text)
    }
  }

  private mutating func read(_ text: ImportText) throws(ScriptError) {
    var reader = ImportReader(text)
    guard let digit = reader.next, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(digit) else {
      throw reader.error("a process number, as 'strace -f -o FILE' writes it")
    }
    let task = try reader.task()
    // With -Y the name of the program stands here.
    if reader.accept("<") {
      while !reader.isAtEnd, !reader.accept(">") { reader.offset += 1 }
    }
    try reader.expect(" ")
    reader.skipSpaces()
    // With -t, -tt, -ttt or -r the time stands here.
    if let byte = reader.next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      while let byte = reader.next, byte != UInt8(ascii: " ") { reader.offset += 1 }
      reader.skipSpaces()
    }
    let isNew = known.insert(task).inserted
    if isNew { events.append(.appeared(task)) }
    if reader.accept("--- ") { return }
    if reader.accept("+++ ") { return try readEnd(of: task, &reader) }
    if reader.accept("<... ") { return try readResumed(task, &reader, isNew: isNew) }
    try readCall(of: task, &reader)
  }

  /// `+++ exited with 0 +++`, `+++ killed by SIGKILL +++`, `+++ superseded by execve in pid 7 +++`.
  private mutating func readEnd(of task: UInt32, _ reader: inout ImportReader) throws(ScriptError) {
    if reader.accept("superseded by execve in pid ") {
      let thread = try reader.task()
      unfinished[task] = unfinished.removeValue(forKey: thread)
      known.remove(thread)
      events.append(.superseded(process: task, thread: thread))
      return
    }
    guard reader.isAt("exited with ") || reader.isAt("killed by ") else {
      throw reader.error("'exited with', 'killed by' or 'superseded by execve in pid'")
    }
    unfinished[task] = nil
    known.remove(task)
    events.append(.ended(task))
  }

  private mutating func readCall(of task: UInt32, _ reader: inout ImportReader) throws(ScriptError) {
    let start = reader.offset
    let name = reader.word()
    // A call that strace does not know has a name such as `syscall_0x1c3`; one it could not read, `???`.
    if name.isEmpty && !reader.accept("???") {
      throw reader.error("a call, '<... CALL resumed>', '--- SIGNAL ---' or '+++ END +++'")
    }
    try reader.expect("(")
    if let waiting = unfinished[task] {
      throw reader.text.error(at: start, expected: "'<... \(waiting.name) resumed>'")
    }
    let mark = Array(" <unfinished ...>".utf8)
    if reader.text.bytes.suffix(mark.count).elementsEqual(mark) {
      let text = reader.text.part(start..<reader.text.bytes.count - mark.count)
      unfinished[task] = Unfinished(name: name, text: text, place: events.count)
      return
    }
    guard StraceCall.names.contains(name) else { return }
    guard let call = try StraceCall(reader.text.part(start..<reader.text.bytes.count)) else { return }
    usedLineCount += 1
    add(call, of: task, at: events.count, line: .max)
  }

  /// `<... mmap resumed>) = 0x7f0000000000`. Where a task's first line is such a one, strace came in the middle of the
  /// call, and it is passed over.
  private mutating func readResumed(_ task: UInt32, _ reader: inout ImportReader, isNew: Bool) throws(ScriptError) {
    let start = reader.offset
    let name = reader.word()
    let nameEnd = reader.offset
    try reader.expect(" resumed>")
    guard let waiting = unfinished.removeValue(forKey: task) else {
      if isNew { return }
      throw reader.text.error(at: start, expected: "a call that process \(task) began, for there is no unfinished one")
    }
    if waiting.name != name {
      throw reader.text.part(0..<nameEnd).error(at: start, expected: "'\(waiting.name)', which process \(task) began")
    }
    guard StraceCall.names.contains(name) else { return }
    let rest = reader.text.part(reader.offset..<reader.text.bytes.count)
    guard let call = try StraceCall(waiting.text.joined(with: rest)) else { return }
    usedLineCount += 2
    let isEarly = StraceCall.takesEffectEarly(name)
    add(call, of: task, at: isEarly ? waiting.place : events.count, line: isEarly ? waiting.line : .max)
  }

  private mutating func add(_ call: StraceCall, of task: UInt32, at place: Int, line: Int) {
    // Of calls that wait for the same place, those that began later come later.
    for (key, waiting) in unfinished where waiting.place > place || (waiting.place == place && waiting.line > line) {
      unfinished[key]!.place += 1
    }
    events.insert(.call(task, call), at: place)
    if case .createTask(let child, _, _) = call {
      // The number may have belonged to a task whose end the log does not tell.
      if place == events.count - 1 { unfinished[child] = nil }
      known.insert(child)
    }
  }
}
