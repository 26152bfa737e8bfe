import AddressSpaceModel
import Operations
import RangeMapCore

extension ForkScenario {
  /// Reads a script. Never traps, whatever the bytes are.
  /// - Throws: `ScriptError` for the first fault.
  public static func parse(_ bytes: [UInt8], file: String) throws(ScriptError) -> ForkScenario {
    if bytes.count > ScriptText.greatestFileSize {
      throw ScriptError(
        file: file, line: 1, column: 1, expected: "a script of at most \(ScriptText.greatestFileSize) bytes",
        found: "\(bytes.count) bytes")
    }
    var reader = ForkScriptReader(bytes, file: file)
    guard try reader.nextLine(), reader.accept("fork") else { throw reader.failure(expecting: "'fork 1'") }
    guard reader.accept("1") else { throw reader.failure(expecting: "the version 1") }
    try reader.endLine()
    var scenario = ForkScenario()
    while try reader.nextLine() {
      if scenario.expectation != nil { throw reader.failure(expecting: "nothing behind the 'expect' line") }
      if reader.accept("tree") {
        if !scenario.operations.isEmpty || scenario.geometry == .tiny {
          throw reader.failure(expecting: "'tree' once, as the first line")
        }
        guard reader.accept("tiny") else { throw reader.failure(expecting: "'tiny'") }
        scenario.geometry = .tiny
      } else if reader.accept("expect") {
        scenario.expectation = try reader.expectation()
      } else {
        if scenario.operations.count == ForkLimits.operations {
          throw reader.failure(expecting: "at most \(ForkLimits.operations) lines")
        }
        scenario.operations.append(try reader.operation())
      }
      try reader.endLine()
    }
    return scenario
  }
}

extension ForkScriptReader {
  fileprivate mutating func expectation() throws(ScriptError) -> ForkExpectation {
    if accept("clean") { return .clean }
    guard accept("violation") else { throw failure(expecting: "'clean' or 'violation'") }
    return .violation(try take(oneOf: ForkLaw.allCases.map { ($0.rawValue, $0) }))
  }

  fileprivate mutating func operation() throws(ScriptError) -> ForkOperation {
    if accept("vma") { return try mapping() }
    if accept("touch") {
      let range = try pageRange()
      if (range.last - range.first) >> AddressLayout.pageShift >= ForkLimits.touchedPages {
        throw failure(expecting: "a range of at most \(ForkLimits.touchedPages) pages before this")
      }
      return .touch(range, order: accept("order") ? Int(try number("an order", in: 0...ForkLimits.order)) : 0)
    }
    if accept("pin") { return .pin(try number("an address", in: 0...AddressLayout.userEnd - 1)) }
    if accept("unmap") { return .unmap(try pageRange()) }
    if accept("protect") {
      let range = try pageRange()
      return .protect(range, flags(VmaFlags.names.filter { VmaFlags.protection.contains($0.flag) }))
    }
    if accept("fork") { return .fork(try trial()) }
    throw failure(expecting: "'tree', 'vma', 'touch', 'pin', 'unmap', 'protect', 'fork' or 'expect'")
  }

  private mutating func flags(_ names: [(name: String, flag: VmaFlags)]) -> VmaFlags {
    var flags: VmaFlags = []
    while let flag = takeIfPresent({ text in names.first { $0.name == text }?.flag }) { flags.insert(flag) }
    return flags
  }

  private mutating func mapping() throws(ScriptError) -> ForkOperation {
    var request = MappingRequest(try pageRange(), [])
    request.flags = flags(VmaFlags.names)
    if accept("file") {
      request.file = Int(try number("a file's number", in: 0...ForkLimits.files - 1))
      if accept("at") { request.filePage = try number("a page of the file", in: 0...1 << 40) }
    }
    let hasPolicy = accept("policy")
    try endLine("a flag, 'file', 'policy' or the end of the line")
    return .map(request, hasPolicy: hasPolicy)
  }

  private mutating func trial() throws(ScriptError) -> ForkTrial {
    var trial = ForkTrial(design: try take(oneOf: ForkDesignName.allCases.map { ($0.rawValue, $0) }))
    if accept("batch") { trial.batch = Int(try number("a number of pages", in: 1...512)) }
    if accept("fail") {
      let index = try number("the number of a step", in: 1...1 << 40)
      var kind: FailureKind?
      var isNodeRequest = false
      if accept("of") {
        isNodeRequest = accept("node-request")
        if !isNodeRequest {
          kind = try take(oneOf: FailureKind.allCases.map { ($0.word, $0) }, orElse: ["'node-request'"])
        }
      }
      let forever = accept("forever")
      trial.failure =
        isNodeRequest ? .nodeRequest(index, forever: forever) : .step(index, kind: kind, forever: forever)
    }
    if accept("observe") {
      var observation = ForkObservation(try take(oneOf: ForkObserver.allCases.map { ($0.rawValue, $0) }))
      if accept("at") { observation.step = Int(try number("the number of a step", in: 1...1 << 40)) }
      trial.observation = observation
    }
    try endLine("'batch', 'fail', 'observe' or the end of the line, in this order")
    return trial
  }

  /// - Parameter others: what could have stood there too and was not taken.
  private mutating func take<Value>(
    oneOf choices: [(String, Value)], orElse others: [String] = []
  ) throws(ScriptError) -> Value {
    let words = choices.map { "'\($0.0)'" } + others
    let what = words.count == 1 ? words[0] : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
    return try take(what) { text in choices.first { $0.0 == text }?.1 }
  }
}
