extension StraceLog {
  mutating func readCall(of task: UInt32, _ reader: inout ImportReader) throws(ScriptError) {
    let start = reader.offset
    guard let name = reader.callNameOrMarks() else {
      throw reader.error("a call, '<... CALL resumed>', '--- SIGNAL ---' or '+++ END +++'")
    }
    try reader.expect("(")
    if let waiting = unfinished[task] {
      throw reader.text.error(at: start, expected: "'<... \(waiting.name) resumed>'")
    }
    let text = reader.text
    switch StraceEnding(text) {
    case .unfinished(let end):
      unfinished[task] = Unfinished(name: name, text: text.part(start..<end), place: events.count)
    case .becomes(let process, let end):
      // The thread's `execve` goes on under the number of its process.
      unfinished[task] = Unfinished(name: name, text: text.part(start..<end), place: events.count)
      supersede(tasks.alias(process), by: task)
    case .lost:
      if let kind = StraceCall.kind(of: name), kind != "exit_group" {
        context.notes.add(.resultless, name, line: text.position(0).line)
      }
    case .whole:
      guard StraceCall.kind(of: name) != nil else {
        isBroken = text.lastIndex(of: " = ") == nil
        return
      }
      guard let call = try StraceCall(text.part(start..<text.bytes.count), &context) else { return }
      usedLineCount += 1
      add(call, of: task, at: events.count, Origin(name: name, line: text.position(0).line))
    }
  }

  /// `<... mmap resumed>) = 0x7f0000000000`. Where a task's first line is such a one, strace came in the middle of the
  /// call, and it is passed over.
  mutating func readResumed(_ task: UInt32, _ reader: inout ImportReader, isNew: Bool) throws(ScriptError) {
    let start = reader.offset
    let name = reader.callNameOrMarks() ?? ""
    let nameEnd = reader.offset
    let text = reader.text
    try reader.expect(" resumed>")
    if name == "execve" || name == "execveat", unfinished[task]?.name != name { adoptExecution(task, name) }
    guard var waiting = unfinished.removeValue(forKey: task) else {
      if isNew { return }
      let expected = "a call that process \(tasks.number(of: task)) began, for there is no unfinished one"
      throw text.error(at: start, expected: expected)
    }
    if waiting.name != name {
      throw text.part(0..<nameEnd).error(
        at: start, expected: "'\(waiting.name)', which process \(tasks.number(of: task)) began")
    }
    switch StraceEnding(text) {
    case .unfinished(let end):
      // It was told of once more before its end.
      waiting.text = waiting.text.joined(with: text.part(reader.offset..<end))
      unfinished[task] = waiting
    case .becomes(let process, let end):
      waiting.text = waiting.text.joined(with: text.part(reader.offset..<end))
      unfinished[task] = waiting
      supersede(tasks.alias(process), by: task)
    case .lost:
      if StraceCall.kind(of: name) != nil { context.notes.add(.resultless, name, line: waiting.line) }
    case .whole:
      guard StraceCall.kind(of: name) != nil else { return }
      let rest = text.part(reader.offset..<text.bytes.count)
      guard let call = try StraceCall(waiting.text.joined(with: rest), &context) else { return }
      usedLineCount += 2
      let isEarly = StraceCall.takesEffectEarly(name)
      let origin = Origin(name: name, line: waiting.line)
      add(call, of: task, at: isEarly ? waiting.place : events.count, origin, isEarly: isEarly)
    }
  }

  /// Finds the call that a resumed `execve` goes on with, where strace was told not to say that a thread took the place
  /// of its process, and where each task has a file of its own.
  private mutating func adoptExecution(_ task: UInt32, _ name: String) {
    let threads = unfinished.keys.filter { unfinished[$0]?.name == name && tasks.process(of: $0) == task }
    if let thread = threads.min(by: { unfinished[$0]!.line < unfinished[$1]!.line }) {
      supersede(task, by: thread)
    } else {
      let text = ImportText(Array("\(name)(".utf8)[...], file: tasks.file, line: lineCount)
      unfinished[task] = Unfinished(name: name, text: text, place: events.count)
    }
  }

  private mutating func add(
    _ call: StraceCall, of task: UInt32, at place: Int, _ origin: Origin, isEarly: Bool = false
  ) {
    var place = place
    var released: UInt32?
    if case .createTask(let child, _, let isThread, let waits) = call {
      let number = tasks.alias(child)
      if let first = tasks.birthPlace(of: number) {
        // With -z a call is told of when it ends, so the child's lines may come first.
        place = min(place, first)
      } else if place == events.count {
        // The number may have belonged to a task whose end the log does not tell.
        unfinished[number] = nil
      }
      tasks.create(number, isThread: isThread, by: task)
      if waits { released = number }
    }
    // Of calls that wait for the same place, those that began later come later.
    let line = isEarly ? origin.line : .max
    for (key, waiting) in unfinished where waiting.place > place || (waiting.place == place && waiting.line > line) {
      unfinished[key]!.place += 1
    }
    tasks.insertEvent(of: task, at: place)
    events.insert(.call(task, call, origin), at: place)
    if let released { events.append(.released(released)) }
  }
}

/// How a call's line ends.
enum StraceEnding {
  case whole
  /// Its rest comes in another line: where the mark begins.
  case unfinished(Int)
  /// The thread takes the place of its process: the process, and where the mark begins.
  case becomes(UInt32, Int)
  /// Its end will never be told.
  case lost

  init(_ text: ImportText) {
    self = .whole
    guard text.ends(with: ">") else { return }
    if let place = text.lastIndex(of: " <unfinished ..."), StraceEnding.isLast(place, text) {
      self = .unfinished(place)
    } else if let place = text.lastIndex(of: " <pid changed to "), StraceEnding.isLast(place, text) {
      var reader = ImportReader(text)
      reader.offset = place
      _ = reader.accept(" <pid changed to ")
      if let task = try? reader.task() { self = .becomes(task, place) }
    } else {
      for mark in [" <detached ...", " <Cannot restart pid "] as [StaticString] {
        if let place = text.lastIndex(of: mark), StraceEnding.isLast(place, text) { self = .lost }
      }
    }
  }

  /// Whether a mark ends with the text.
  private static func isLast(_ place: Int, _ text: ImportText) -> Bool {
    var reader = ImportReader(text)
    reader.offset = place + 1
    return reader.skipAngle() && reader.isAtEnd
  }
}
