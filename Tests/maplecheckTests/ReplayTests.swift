import Foundation
import Operations
import Support
import Testing

@testable import Checking
@testable import maplecheck

@Suite("maplecheck replay")
struct ReplayTests {
  @Test("ends with 0 and one line a file where nothing is found")
  func clean() throws {
    let scratch = try ScratchDirectory()
    let script = try scratch.write("good.maple", canaryScript)
    let result = try CommandProcess(["replay", script, script])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.split(separator: "\n").count == 2)
    #expect(result.output == "\(script): 4 operations, nothing found\n\(script): 4 operations, nothing found\n")
  }

  @Test("ends with 1 and tells the violation")
  func violation() throws {
    let scratch = try ScratchDirectory()
    let script = try scratch.write("bad.maple", canaryScript)
    let result = try CommandProcess(["replay", "--subject", "canary", script])
    #expect(result.status == 1)
    #expect(result.errors.isEmpty)
    #expect(result.output.hasPrefix("\(script):6: wrongTouchedSlot at operation 4\n"))
    #expect(result.output.contains("store 0x4...0x7 d"))
  }

  @Test("reads a script from its input, and from a fuzzer's bytes")
  func otherSources() throws {
    #expect(try CommandProcess(["replay", "--subject", "canary", "-"], input: canaryScript).status == 1)
    let scratch = try ScratchDirectory()
    let script = try scratch.write("script.maple", canaryScript)
    #expect(try CommandProcess(["convert", script, "--to", "bytes", "-o", "\(scratch.path)/bytes"]).status == 0)
    #expect(try CommandProcess(["replay", "--bytes", "--subject", "canary", "\(scratch.path)/bytes"]).status == 1)
    #expect(try CommandProcess(["replay", "--bytes", "\(scratch.path)/bytes"]).status == 0)
  }

  @Test("makes a failure sweep where it is asked to, and so finds more")
  func sweeps() throws {
    let plain = try ReplayWork(input: .tree(ScriptSource(InputFileSample.script))).maple()
    let swept = try ReplayWork(input: .tree(ScriptSource(InputFileSample.script)), withFailures: true).maple()
    #expect(plain.result.refusals == 0)
    #expect(swept.result.refusals > 0)
    #expect(swept.result.violation == nil)
  }

  @Test("explains each store: kind, what each version asks for, what is planned and taken, and the nodes at the end")
  func explains() throws {
    let script = "maple 1\ntree\nstore 0x0 a\nfill 16 from 0x10 stride 2 width 1 b\nprepare 0x10 c\nabandon-prepared\n"
    let result = try CommandProcess(["replay", "--subject", "maple-6.12", "--explain", "-"], input: script)
    #expect(result.status == 0)
    let rows = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    let asked = "asked 6.1 asked series v2 asked 6.12 asked 6.16 to 7.3"
    #expect(rows[0] == "line store kind times height \(asked) planned taken")
    #expect(rows[1] == "3 store 0x0 a root-store 1 0 1 1 0 0 0 0")
    let fill = "4 fill 16 from 0x10 stride 2 width 1 b"
    #expect(rows[2] == "\(fill) root-store 1 0 1 1 1 1 1 1")
    #expect(rows[3] == "\(fill) node-store 1 1 4 1 0 0 0 0")
    #expect(rows[4] == "\(fill) append 11 1...2 4...7 1 0 0 0 0")
    #expect(rows[5] == "\(fill) split-store 3 1...2 4...7 3...5 3...5 3 3...5 3")
    #expect(rows[6] == "5 prepare 0x10 c exact-fit 1 2 7 0 0 0 0")
    #expect(rows[7] == "4 nodes at the end")
    #expect(rows.last == "-: 4 operations, nothing found")
    #expect(rows.filter { $0.hasPrefix("leaf at depth 2, ") }.count == 3)
  }

  @Test("explains stores and erasures of every operation that makes one, and of a duplicate")
  func explainsErasures() throws {
    let script = """
      maple 1
      tree gaps
      fill 20 stride 4 width 2 a
      erase 5
      erase 2
      cursor 0 set 0x8
      cursor 0 erase
      cursor 0 store b
      dup
      allocate lowest 2 in 0x100...0x1ff c
      prepare 0x200 d
      store-prepared
      """
    let result = try CommandProcess(["replay", "--explain", "-"], input: script)
    #expect(result.status == 0)
    let rows = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    // Nothing is at 2, so that line 5 erases nothing.
    let lines = rows.dropFirst().prefix { $0.first?.isNumber == true && !$0.contains("nodes") }
    #expect(Set(lines.compactMap { $0.split(separator: " ").first }) == ["3", "4", "7", "8", "10", "11", "12"])
    #expect(lines.contains { $0.hasPrefix("4 erase 5 ") })
  }

  @Test("prints at most 50 nodes that were not asked for")
  func explainsLargeTrees() throws {
    let script = "maple 1\ntree\nfill 3000 stride 4 width 2 a\n"
    let short = try CommandProcess(["replay", "--explain", "-"], input: script)
    #expect(short.output.split(separator: "\n").count < 10)
    #expect(short.output.contains("404 nodes at the end; --nodes prints them\n"))
    let long = try CommandProcess(["replay", "--explain", "--nodes", "-"], input: script)
    #expect(long.output.split(separator: "\n").filter { $0.contains(" at depth ") }.count == 404)
    #expect(try CommandProcess(["replay", "--nodes", "-"], input: script).status == 2)
  }

  @Test("explains our own tree only", arguments: [["--subject", "oracle"], ["--subject", "canary"]])
  func explainsNothingElse(arguments: [String]) throws {
    let result = try CommandProcess(["replay", "--explain"] + arguments + ["-"], input: canaryScript)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("--explain"))
  }

  @Test("writes JSON that parses")
  func json() throws {
    let result = try CommandProcess(["replay", "--json", "--subject", "canary", "-"], input: canaryScript)
    #expect(result.status == 1)
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let reports = try #require(object as? [[String: Any]])
    #expect(reports.count == 1)
    #expect((reports[0]["violation"] as? [String: Any])?["kind"] as? String == "wrongTouchedSlot")
  }

  @Test("of a script without an operation is not passed")
  func nothingDone() throws {
    let result = try CommandProcess(["replay", "-"], input: "maple 1\ntree\n")
    #expect(result.status == 3)
    #expect(result.errors.contains("no operation was made"))
  }
}

@Suite("Bad input")
struct BadInputTests {
  /// Each ends with 2, one line on the error stream that begins with file, line and column, and nothing on the output.
  func expectOneLine(_ path: String, _ arguments: [String] = ["replay"], says words: String) throws {
    let result = try CommandProcess(arguments + [path])
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("\(path):"))
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test(
    "of a broken script is one line with its place",
    arguments: [
      ("", ":1:1: expected"), ("\n", ":1:1: expected"), ("maple 2\ntree\n", ":1:7: expected"),
      ("maple 1\ntree\nstore 0x10...0x1f\n", ":3:18: expected"), ("maple 1\ntree\nstroe 1 a\n", ":3:1: expected"),
      ("maple 1\ntree\nstore 0x10 \u{1b}[31m\n", ":3:12: expected"), ("maple 1\n", "expected"),
    ])
  func broken(text: String, words: String) throws {
    let scratch = try ScratchDirectory()
    try expectOneLine(scratch.write("broken.maple", text), says: words)
  }

  @Test("that is no text at all is one line")
  func binary() throws {
    let scratch = try ScratchDirectory()
    try expectOneLine(scratch.write("random", Data((0..<2000).map { UInt8($0 * 37 & 0xff) })), says: ":1:1: expected")
  }

  @Test("that is a directory, is missing, or cannot be read is one line")
  func unusable() throws {
    let scratch = try ScratchDirectory()
    try expectOneLine(scratch.path, says: ":1:1: expected a script, found a directory")
    try expectOneLine("\(scratch.path)/missing", says: ":1:1: expected a script, found no such file")
    // Reading the first byte of a process's memory is an error even for the superuser.
    try expectOneLine("/proc/self/mem", says: ":1:1: expected a script, found input/output error")
    try expectOneLine("/dev/zero", says: "found more")
  }

  @Test("of 100 MB is refused by its size")
  func large() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("large.maple", "maple 1\ntree\n")
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 100_000_000)
    try file.close()
    try expectOneLine(path, says: ":1:1: expected at most 16777216 bytes, found 100000000 bytes")
    try expectOneLine(path, ["replay", "--bytes"], says: "found 100000000 bytes")
    try expectOneLine(path, ["shrink"], says: "found 100000000 bytes")
  }

  @Test("is told by the other subcommands too")
  func otherCommands() throws {
    let scratch = try ScratchDirectory()
    let good = try scratch.write("good.maple", canaryScript)
    try expectOneLine(good, ["shrink"], says: ":1:1: expected a script that shows a violation, found none")
    try expectOneLine(scratch.path, ["import"], says: "found a directory")
    try expectOneLine(scratch.path, ["convert", "--to", "swift"], says: "found a directory")
    try expectOneLine("\(scratch.path)/none", ["check", "--maps"], says: "found no such file")
    try expectOneLine(good, ["check", "--maps"], says: ":1:1: expected")
    try expectOneLine(scratch.write("floor", "name\n"), ["check", "--floor"], says: ":1:5: expected")
  }

  @Test(
    "in the arguments is told with the usage",
    arguments: [
      ["replay"], ["nonsense"], ["check", "--subject", "nothing"], ["check", "--time", "-1"],
      ["check", "--time", "nan"],
      ["check", "--seed", "x"], ["convert", "a"], ["convert", "a", "b", "--to", "bytes"], ["check", "--unknown"],
    ])
  func usage(arguments: [String]) throws {
    let result = try CommandProcess(arguments)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("Usage: maplecheck"))
  }

  @Test("does not touch a file that is there already")
  func keepsFiles() throws {
    let scratch = try ScratchDirectory()
    let good = try scratch.write("good.maple", canaryScript)
    let result = try CommandProcess(["convert", good, "--to", "bytes", "-o", "\(scratch.path)/none/result"])
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["good.maple"])
  }
}

@Suite("Help")
struct HelpTests {
  @Test("has an example", arguments: [[], ["check"], ["replay"], ["shrink"], ["convert"], ["import"]])
  func examples(subcommand: [String]) throws {
    let result = try CommandProcess(subcommand + ["--help"])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.contains("EXAMPLE: "))
  }
}
