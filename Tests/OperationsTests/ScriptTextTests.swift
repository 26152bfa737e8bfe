import Operations
import RangeMapCore
import Testing

struct ScriptTextTests {
  private func parse(_ text: String) throws -> Script {
    try ScriptText.parse(Array(text.utf8), file: "x.maple")
  }

  @Test func `the samples have every kind of operation and every step of a cursor`() {
    #expect(Set(Samples.operations.map(\.kind)) == Set(OperationKind.allCases))
    let moves = Samples.operations.filter { $0.kind == .cursorMove }.map(\.move)
    #expect(Set(moves) == Set(CursorMove.allCases))
  }

  @Test(arguments: Samples.operations)
  func `an operation is read back as it was written`(operation: Operation) throws {
    let line = ScriptText.print(operation)
    #expect(!line.contains("\n"))
    #expect(try parse("maple 1\ntree\n\(line)").operations == [operation], "\(line)")
  }

  @Test(arguments: Samples.configurations)
  func `a configuration is read back as it was written`(configuration: MapConfiguration) throws {
    let script = Script(configuration: configuration)
    #expect(try parse(ScriptText.print(script)) == script)
  }

  @Test func `generated and arbitrary scripts are read back as they were written`() throws {
    for seed in UInt64(0)..<200 {
      let script = Samples.generated(seed: seed, count: 100)
      #expect(try parse(ScriptText.print(script)) == script)
      let other = Samples.arbitrary(seed: seed, count: 100)
      #expect(try parse(ScriptText.print(other, comments: ["seed \(seed)"])) == other)
    }
  }

  @Test func `the text is what a person would write`() throws {
    let script = Script(
      configuration: MapConfiguration(tracksGaps: true, geometry: .tiny),
      operations: [
        .store(KeyRange(0x10, 0x1f), Entry(word: 0x1000), .maySleep), .store(KeyRange(0x18, 0x2f), nil, .atomic),
        .failAllocation(2, forever: false), .duplicate(.maySleep), .insert(.single(0x40), .value(5), .mustNotSleep),
        .allocateLowest(size: 4, window: .all, .zero, .maySleep), .cursorMove(0, .previous, limit: 0x10),
        .find(from: 0, through: .max),
      ])
    let text = """
      maple 1
      # found by hand
      #
      # twice
      tree gaps tiny
      store 0x10...0x1f a
      store 0x18...0x2f - atomic
      fail 2
      dup
      insert 0x40 v5 nowait
      allocate lowest 4 zero
      cursor 0 previous down-to 0x10
      find 0x0

      """
    #expect(ScriptText.print(script, comments: ["found by hand\n", "twice"]) == text)
    #expect(try parse(text) == script)
  }

  @Test func `no comment makes a script that cannot be read`() throws {
    let comment = "tab\t, return\r, nul\0, escape\u{1b}, delete\u{7f}, é, 🍁\nnext"
    #expect(try parse(ScriptText.print(Script(), comments: [comment])) == Script())
  }

  @Test func `blank lines, comments, tabs, carriage returns, and a missing last newline do not matter`() throws {
    let expected = Script(
      configuration: MapConfiguration(usesReadCopyUpdate: true, hasExternalLock: true),
      operations: [.store(KeyRange(16, 31), Entry(word: 0x1000), .maySleep), .verify])
    let texts = [
      "maple 1\ntree rcu external-lock\nstore 0x10...0x1f a\nverify\n",
      "maple 1\ntree external-lock rcu\nstore 16...31 a\nverify",
      "maple 1\r\n\r\ntree rcu external-lock # kind\r\nstore 0x10...0x1F a\r\nverify\r",
      "maple 1 # é\n\n  # 🍁\n\ttree\trcu  external-lock\n  store 0x010...31 @0x1000#x\n\n\nverify # done",
    ]
    for text in texts { #expect(try parse(text) == expected, "\(text)") }
  }

  @Test func `limits, windows and the values of a fill may be left out`() throws {
    let lines = """
      find 1\nfind-after 1\nnext 1\nprevious 1\ngap lowest 2\nallocate cyclic a\nfill 3 a\nfill 3 stride 2 a
      cursor 1 find\ncursor 1 find-reverse\nstore max a
      """
    #expect(
      try parse("maple 1\ntree\n\(lines)").operations == [
        .find(from: 1, through: .max), .findAfter(from: 1, through: .max), .next(after: 1, through: .max),
        .previous(before: 1, downTo: 0), .lowestGap(size: 2, window: .all),
        .allocateCyclic(window: .all, Entry(nonNullWord: 0x1000), .maySleep),
        .fill(count: 3, first: 0, stride: 1, width: 1, Entry(nonNullWord: 0x1000)),
        .fill(count: 3, first: 0, stride: 2, width: 1, Entry(nonNullWord: 0x1000)),
        .cursorMove(1, .find, limit: .max), .cursorMove(1, .findReverse, limit: 0),
        .store(.single(.max), Entry(word: 0x1000), .maySleep),
      ])
  }

  @Test func `a file that is too large is refused before it is read`() {
    let bytes = [UInt8](repeating: 0, count: ScriptText.greatestFileSize + 1)
    let error = #expect(throws: ScriptError.self) { try ScriptText.parse(bytes, file: "big.maple") }
    #expect(
      error?.description == "big.maple:1:1: expected a script of at most 16777216 bytes, found 16777217 bytes")
  }

  @Test func `the words of entries are those of the documentation`() {
    #expect(ScriptText.text(nil) == "-")
    #expect(ScriptText.text(Entry(word: 0x1000)) == "a")
    #expect(ScriptText.text(Entry(word: 0x1a000)) == "z")
    #expect(ScriptText.text(Entry(word: 0x1b000)) == "@0x1b000")
    #expect(ScriptText.text(.zero) == "zero")
    #expect(ScriptText.text(.value(5)) == "v5")
    #expect(ScriptText.text(Entry(word: 2)) == "@0x2")
  }

  @Test func `a source has the words and the line of each operation, without blanks and comments around them`() throws {
    let text = "maple 1\r\n\n# a\ntree gaps\n  store  20...29\ta # b\n\nload 5\r\nfind 3   \n# end"
    let source = try ScriptText.source(Array(text.utf8), file: "x.maple")
    #expect(source.script == (try parse(text)))
    #expect((0..<3).map { source.line(of: $0) } == [5, 7, 8])
    #expect((0..<3).map { source.words(of: $0) } == ["store  20...29\ta", "load 5", "find 3"])
    let printed = ScriptSource(source.script)
    #expect(!printed.hasLines && source.hasLines)
    #expect((0..<2).map { printed.words(of: $0) } == ["store 0x14...0x1d a", "load 0x5"])
    #expect(printed.line(of: 1) == 2)
  }
}
