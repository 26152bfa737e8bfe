/// What a log tells, in the order in which it takes effect.
struct StraceLog: Sendable {
  /// Where a call came from, for what is to be said of it.
  struct Origin: Hashable, Sendable {
    var name: String
    var line: Int
  }

  enum Event: Hashable, Sendable {
    /// The first line of a task since the log began, or since its number was last free.
    case appeared(UInt32)
    case call(UInt32, StraceCall, Origin)
    /// The call that created a task waited until it has left its parent's memory.
    case released(UInt32)
    /// The task is gone, and its number is free.
    case ended(UInt32)
    /// A thread ran `execve`, and goes on under the number of its process.
    case superseded(process: UInt32, thread: UInt32)
  }

  var events: [Event] = []
  /// The lines of the log.
  private(set) var lineCount = 0
  /// The lines that told of a call that changes areas; a call in two lines counts twice.
  var usedLineCount = 0
  var context = StraceContext()

  /// A call of which only the first line was seen.
  struct Unfinished: Sendable {
    var name: String
    var text: ImportText
    /// Where in `events` the call goes if it takes effect early.
    var place: Int

    /// The line where it began.
    var line: Int { text.position(0).line }
  }

  var unfinished: [UInt32: Unfinished] = [:]
  var tasks = StraceTasks()
  private var summary = StraceSummary()
  /// A line that a message or a program's own output broke off.
  private var pending: ImportText?
  /// What the message said that broke it off.
  private var farewell: StraceLine.Message?
  /// Whether the last call's line ended before its result, so that the rest may stand in a line of its own.
  var isBroken = false

  /// Reads a log. A last line without a newline is read if it is whole, and passed over if it is not.
  init(_ bytes: [UInt8], file: String) throws(ScriptError) {
    tasks = StraceTasks(file: file)
    try ImportText.forEachLine(of: bytes, file: file) { (text, isWhole) throws(ScriptError) in
      lineCount += 1
      if isWhole { return try read(text) }
      // What a broken line did before it broke is undone.
      let before = self
      do throws(ScriptError) {
        try read(text)
      } catch {
        self = before
        if lineCount == 1 { throw error }
        context.notes.add(.cut, line: lineCount)
      }
    }
    for (_, call) in unfinished.sorted(by: { $0.value.line < $1.value.line }) { note(call) }
    for line in tasks.linesOfUnborn.sorted() { context.notes.add(.unborn, line: line) }
  }

  private mutating func read(_ line: ImportText) throws(ScriptError) {
    if let message = StraceLine.message(line) { return tasks.note(message) }
    if pending == nil, StraceLine.isRemark(line) || summary.contains(line) { return }
    let text = pending.map { $0.joined(with: line) } ?? line
    pending = nil
    if let place = StraceLine.messageInside(text), let message = StraceLine.message(text, at: place) {
      // A process that is let go ends its line first.
      if case .detached = message { farewell = message } else { tasks.note(message) }
      pending = text.part(0..<place)
      return
    }
    defer {
      if let farewell { tasks.note(farewell) }
      farewell = nil
    }
    do throws(ScriptError) {
      try readBody(of: StraceLine(text))
    } catch {
      throw Self.isCall(text) ? error : text.error(at: 0, expected: Self.lineDescription)
    }
  }

  static let lineDescription = "a line of strace, best written with -o FILE so that nothing else comes between"

  /// Whether a line is a call, a signal or an end, as far as its beginning tells.
  private static func isCall(_ text: ImportText) -> Bool {
    guard var line = try? StraceLine(text) else { return false }
    for mark in ["--- ", "+++ ", "<... ", "[ Process PID="] as [StaticString] where line.body.isAt(mark) { return true }
    if case .number = line.owner { return true }
    return line.body.callNameOrMarks() != nil && line.body.isAt("(")
  }

  private mutating func readBody(of line: StraceLine) throws(ScriptError) {
    var reader = line.body
    // The rest of a call that a program's output broke off: nothing is known of a call that matters.
    if isBroken, reader.isAt(")"), reader.text.lastIndex(of: " = ") != nil {
      isBroken = false
      return
    }
    let task = tasks.task(of: line, unnamedCall: unfinished[tasks.unnamed]?.name)
    let isNew = tasks.insert(task, place: events.count, line: reader.text.position(0).line)
    if isNew { events.append(.appeared(task)) }
    isBroken = false
    if reader.accept("--- ") || reader.accept("[ Process PID=") { return }
    if reader.accept("+++ ") { return try readEnd(of: task, &reader) }
    if reader.accept("<... ") { return try readResumed(task, &reader, isNew: isNew) }
    try readCall(of: task, &reader)
  }

  /// `+++ exited with 0 +++`, `+++ killed by SIGKILL +++`, `+++ superseded by execve in pid 7 +++`.
  private mutating func readEnd(of task: UInt32, _ reader: inout ImportReader) throws(ScriptError) {
    if reader.accept("superseded by execve in pid ") {
      let thread = tasks.alias(try reader.task())
      // Where strace wrote `<pid changed to ...>`, this has been done.
      if unfinished[thread] != nil || unfinished[task]?.name != "execve" { supersede(task, by: thread) }
      return
    }
    guard reader.isAt("exited with ") || reader.isAt("killed by ") else {
      throw reader.error("'exited with', 'killed by' or 'superseded by execve in pid'")
    }
    if let call = unfinished.removeValue(forKey: task) { note(call) }
    tasks.remove(task)
    events.append(.ended(task))
  }

  /// A thread goes on as its process, with the call that it began.
  mutating func supersede(_ process: UInt32, by thread: UInt32) {
    unfinished[process] = unfinished.removeValue(forKey: thread)
    tasks.remove(thread)
    events.append(.superseded(process: process, thread: thread))
  }

  /// Says that a call has no result, if that matters.
  private mutating func note(_ call: Unfinished) {
    guard let kind = StraceCall.kind(of: call.name), kind != "exit_group", kind != "execve",
      StraceCall.mayMatter(kind, call.text)
    else { return }
    context.notes.add(.resultless, call.name, line: call.line)
  }
}
