import Operations
import RangeMapCore

extension ReaderScript {
  private static let version = 1

  /// Reads a script. Never traps, whatever the bytes are.
  /// - Throws: `ScriptError` for the first fault.
  public static func parse(_ bytes: [UInt8], file: String) throws(ScriptError) -> ReaderScript {
    try source(bytes, file: file).script
  }

  /// The same, with the line of each operation.
  package static func source(
    _ bytes: [UInt8], file: String
  ) throws(ScriptError) -> (script: ReaderScript, lines: [Int]) {
    var reader = try ScriptReader(bytes, file: file)
    try reader.takeFormat("readers", version: version)
    var script = ReaderScript()
    var lines: [Int] = []
    script.configuration = MapConfiguration()
    _ = try reader.skipEmptyLines()
    _ = try reader.take(&script.configuration, as: ScriptText.tree)
    if !script.configuration.usesReadCopyUpdate {
      throw try reader.failure(expecting: ["'rcu', for readers take no lock"])
    }
    try reader.endLine()
    while try reader.skipEmptyLines() {
      if script.expectation != nil { throw try reader.failure(expecting: ["nothing after the 'expect' line"]) }
      let line = reader.line
      if try reader.accept("order") {
        script.order = try reader.take(.order)
      } else if try reader.accept("expect") {
        script.expectation = try reader.accept("clean") ? .clean : .violation(try reader.takeLaw())
        if try reader.accept("in") { script.expectedInterleavings = try reader.take(.interleavings) }
      } else {
        script.operations.append(try reader.takeOperation())
        lines.append(line)
      }
      try reader.endLine()
    }
    return (script, lines)
  }

  /// The script as text; reading it gives the same script.
  public func text(comments: [String]) -> String {
    var lines = ["readers \(Self.version)"]
    lines += comments.map { "# \($0)" }
    lines.append(ScriptText.tree.forms[0].text(configuration))
    lines.append("order \(order.rawValue)")
    lines += operations.map(\.text)
    let count = expectedInterleavings.map { " in \($0)" } ?? ""
    switch expectation {
    case nil: break
    case .clean: lines.append("expect clean\(count)")
    case .violation(let law): lines.append("expect violation \(law.rawValue)\(count)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ReaderOperation {
  /// The line that says it.
  public var text: String {
    let words = (role == .setUp ? [] : [roleText]) + [operation.description]
    guard let schedule else { return words.joined(separator: " ") }
    return (words + [schedule.text]).joined(separator: " ")
  }
}

extension ReaderOperation {
  /// The words before the operation; none in the set-up.
  var roleText: String {
    switch role {
    case .setUp: ""
    case .writer: "writer"
    case .reader(let number): "reader \(number)"
    }
  }
}

extension CallSchedule {
  /// The words of a line that say it.
  var text: String {
    var words = ["at \(start)"] + moves.map { "\($0.load):\($0.step)" }
    if !hidden.isEmpty { words += ["hidden"] + hidden.map { "\($0.load):\($0.step)" } }
    return words.joined(separator: " ")
  }
}

extension LineValue where Value == MemoryOrder {
  fileprivate static var order: Self { Self("ORDER", oneOf: MemoryOrder.allCases.map { ($0.rawValue, $0) }) }
}

extension LineValue where Value == UInt64 {
  fileprivate static var interleavings: Self { .number("a number of interleavings", in: 1...UInt64(UInt32.max)) }
}

extension LineValue where Value == Int {
  fileprivate static var reader: Self { .number("the number of a reader", in: 0...ReaderScript.readers.upperBound - 1) }
  fileprivate static var step: Self { .number("a number of steps", in: 0...Int(Int32.max)) }
}

extension ScriptReader {
  fileprivate mutating func takeLaw() throws(ScriptError) -> ReaderLaw {
    if try !accept("violation") { throw try failure() }
    return try take(LineValue("LAW", oneOf: ReaderLaw.allCases.map { ($0.rawValue, $0) }))
  }

  fileprivate mutating func takeOperation() throws(ScriptError) -> ReaderOperation {
    var role = ReaderOperation.Role.setUp
    if try accept("writer") {
      role = .writer
    } else if try accept("reader") {
      role = .reader(try take(.reader))
    }
    var before = self
    var operation = Operation(.load)
    operation.kind = OperationKind.allCases[try take(&operation, as: OperationRow.lines)]
    if !ReaderScript.permits(operation.kind, of: role) {
      throw try before.failure(expecting: ["an operation that \(role.words) can make"])
    }
    guard case .reader = role, try accept("at") else { return ReaderOperation(role, operation) }
    var schedule = CallSchedule(start: try take(.step))
    while let (load, step) = try acceptPair() { schedule.moves.append(.init(load: load, step: step)) }
    if try accept("hidden") {
      while let (load, step) = try acceptPair() { schedule.hidden.append(.init(load: load, step: step)) }
    }
    return ReaderOperation(role, operation, schedule: schedule)
  }

  /// Takes a word such as `3:12` if one is here.
  private mutating func acceptPair() throws(ScriptError) -> (load: Int, step: Int)? {
    func pair(_ text: String) -> (load: Int, step: Int)? {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let load = Int32(parts[0]), let step = Int32(parts[1]), load > 0, step >= 0 else {
        return nil
      }
      return (Int(load), Int(step))
    }
    var copy = self
    do throws(ScriptError) {
      let found = try copy.take(["a load and a step such as 3:12"]) { _, text in pair(text) }
      self = copy
      return found
    } catch { return nil }
  }
}

extension ReaderOperation.Role {
  fileprivate var words: String {
    switch self {
    case .setUp: "the set-up"
    case .writer: "the writer"
    case .reader: "a reader"
    }
  }
}
