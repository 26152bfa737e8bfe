import Foundation
import Harness
import Operations
import Testing

@testable import maplecheck

@Suite("A subject that misbehaves", .serialized)
struct BoundTests {
  private struct Found {
    var kind: String
    var text: String
    var script: Script
  }

  /// Checks a library, and returns what was found.
  private func check(_ library: MisbehavingLibrary, _ options: [String] = []) throws -> Found {
    let scratch = try ScratchDirectory()
    let path = try library.compile(in: scratch)
    let result = try CommandProcess(
      ["check", "--subject", path, "--json", "--operations", "50000", "--call-time", "0.5", "--memory", "64"] + options)
    #expect(result.status == 1, "\(result.errors)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let finding = try #require(object["finding"] as? [String: Any])
    let violation = try #require(finding["violation"] as? [String: Any])
    let script = try #require(finding["script"] as? String)
    return Found(
      kind: try #require(violation["kind"] as? String), text: try #require(violation["found"] as? String),
      script: try ScriptText.parse(Array(script.utf8), file: "found"))
  }

  @Test(
    "does not take the check with it, which finds the call and shrinks the script",
    arguments: MisbehavingLibrary.allCases)
  func isFound(library: MisbehavingLibrary) throws {
    let found = try check(library)
    #expect(found.kind == library.kind.rawValue)
    // Three ranges, and the call.
    #expect(found.script.operations.count <= 5, "\(ScriptText.print(found.script))")
    if library == .recurses { #expect(found.text == "SIGSEGV: the stack is used up") }
    if library == .followsNull { #expect(found.text == "SIGSEGV") }
    if library == .exits { #expect(found.text == "the process ended with status 0") }
  }

  @Test("is found in a sweep too, with a script that replays without the sweep")
  func isFoundInSweep() throws {
    let found = try check(.followsNull, ["--failures"])
    #expect(found.kind == "crashed")
    #expect(found.script.operations.count <= 5)
  }

  /// A script that makes the bad call, and one that does not.
  private func scripts(for library: MisbehavingLibrary, in scratch: ScratchDirectory) throws -> (
    bad: String, good: String
  ) {
    let call = library.isRead ? "load 0x10" : "store 0x10 b"
    let bad = try scratch.write("bad.maple", "maple 1\ntree\nfill 3 stride 2 width 1 a\nload 0x0\n\(call)\n")
    return (bad, try scratch.write("good.maple", "maple 1\ntree\nstore 0x0 a\nstore 0x1 b\n"))
  }

  private static let bounds = ["--call-time", "0.5", "--memory", "64"]

  @Test(
    "is a violation in a replay, at its operation, and the next script is replayed",
    arguments: MisbehavingLibrary.allCases)
  func replays(library: MisbehavingLibrary) throws {
    let scratch = try ScratchDirectory()
    let path = try library.compile(in: scratch)
    let (bad, good) = try scripts(for: library, in: scratch)
    let run = try CommandProcess(["replay", "--subject", path] + Self.bounds + [bad, good])
    #expect(run.status == 1)
    // A read that loops is met by the first load of three ranges; what overwrites the heap may show later.
    let line = library == .loopsInRead ? 4 : 5
    if library != .writesOverHeap {
      #expect(
        run.output.hasPrefix("\(bad):\(line): \(library.kind.rawValue) at operation \(line - 2)\n"), "\(run.output)")
    }
    #expect(run.output.hasSuffix("\(good): 2 operations, nothing found\n"))
    if library == .recurses { #expect(run.output.contains("the stack is used up")) }
  }

  /// A kernel's library leaves a call that uses memory which is not mapped, and tells of it: that ends no process.
  @Test(
    "tells of a bad memory access itself, if it can",
    .enabled(
      if: SanitizedLibrary.path("corrected", of: "6.12") != nil, "the kernel's library is not built: run make linux"))
  func leavesCall() throws {
    let path = try #require(SanitizedLibrary.path("corrected", of: "6.12"))
    let script = "\(SanitizedLibrary.root)/corpus/linux/limit-without-node.maple"
    let run = try CommandProcess(["replay", "--expose-known", "--subject", path, script])
    #expect(run.status == 1)
    #expect(run.output.contains(": brokenLaw at operation 3\n"), "\(run.output)")
    #expect(run.output.hasSuffix("found:     the library used memory that is not mapped\n"))
  }

  @Test("is traced up to the call that does not come back, as text and as JSON")
  func traces() throws {
    let scratch = try ScratchDirectory()
    let path = try MisbehavingLibrary.followsNull.compile(in: scratch)
    let (bad, _) = try scripts(for: .followsNull, in: scratch)
    let text = try CommandProcess(["replay", "--trace", "--subject", path, bad])
    #expect(
      text.output.contains("  4  load 0x0 -> a\n  5  store 0x10 b -> VIOLATION: crashed\n"),
      "\(text.output)")
    let run = try CommandProcess(["replay", "--trace", "--json", "--subject", path, bad])
    let reports = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    let steps = try #require(reports[0]["trace"] as? [[String: Any]])
    #expect(steps.count == 3 && steps[2]["result"] as? String == "VIOLATION: crashed" && steps[2]["line"] as? Int == 5)
    #expect(reports[0]["operations"] as? Int == 3)
  }

  @Test("is told the same of a replay with a sweep, also where the sweep alone shows it")
  func replaysWithFailures() throws {
    let scratch = try ScratchDirectory()
    let path = try MisbehavingLibrary.followsNull.compile(in: scratch, whileRefusing: true)
    let (bad, good) = try scripts(for: .followsNull, in: scratch)
    #expect(try CommandProcess(["replay", "--subject", path, bad]).status == 0)
    let run = try CommandProcess(["replay", "--failures", "--subject", path, bad, good])
    #expect(run.status == 1)
    #expect(run.output.contains("crashed at operation"), "\(run.output)")
    #expect(run.output.contains("operation: store 0x10 b\n") && run.output.contains("found:     SIGSEGV\n"))
    #expect(run.output.contains("\(good): 2 operations, "))
  }

  @Test(
    "is shrunk by the command that shrinks", arguments: [MisbehavingLibrary.followsNull, .loopsInWrite, .takesMemory])
  func shrinks(library: MisbehavingLibrary) throws {
    let scratch = try ScratchDirectory()
    let path = try library.compile(in: scratch)
    let long = try scratch.write(
      "long.maple", "maple 1\ntree\nfill 2 stride 2 width 1 a\nload 0x0\nerase 0x0\nfill 9 stride 20 width 3 c\n")
    let run = try CommandProcess(["shrink", "--subject", path] + Self.bounds + [long, "-o", "\(scratch.path)/short"])
    #expect(run.status == 0, "\(run.errors)")
    let short = try ScriptText.parse(Array(scratch.read("short").utf8), file: "short")
    #expect(short.callCount == 4)
    #expect(try CommandProcess(["replay", "--subject", path] + Self.bounds + ["\(scratch.path)/short"]).status == 1)
  }

  @Test("is a violation of a script of forks too")
  func forks() throws {
    let scratch = try ScratchDirectory()
    let read = "static void slot_at(struct maplecheck_map *map, uint64_t index, struct maplecheck_slot *slot)\n{\n"
    let path = try FaultyLibrary.compile(in: scratch, edits: [(read, read + "*(volatile int *)0 = 1;\n")])
    let script = try scratch.write("bad.fork", "fork 1\nvma 0x1000...0x1fff write\nfork 7.3\n")
    let run = try CommandProcess(["replay", "--subject", path, script, script])
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.output.split(separator: "\n").count { $0 == "\(script):2: crashed at operation 1" } == 2)
  }

  @Test("is told the same with one process as with several")
  func jobs() throws {
    let one = try check(.followsNull, ["--jobs", "1", "--seed", "7"])
    let three = try check(.followsNull, ["--jobs", "3", "--seed", "7"])
    #expect(one.script == three.script && one.text == three.text)
  }
}
