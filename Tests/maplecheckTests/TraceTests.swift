import Foundation
import Scenarios
import Support
import Testing

@testable import Checking
@testable import maplecheck

@Suite("maplecheck replay --trace")
struct TraceTests {
  private static let script = """
    maple 1
    # Numbers stay as they were written.
    tree gaps
    store 20...29 a      # ten indices
    gap lowest 5 in 10...1000

    load 20
    load 5
    find 0
    cursor 0 set 0
    cursor 0 find
    insert 0x14 b
    allocate cyclic in 5...10 v3
    fill 30 from 0x1000 stride 4 width 2 b
    fail 1 forever
    store 0x1001...0x1020 c
    at-most 9
    meanwhile store 0x300 d
    erase 20
    dup
    verify
    """

  @Test("tells each line with its number, its own words, and what it returned")
  func results() throws {
    let result = try CommandProcess(["replay", "--trace", "-"], input: Self.script)
    #expect(result.status == 0)
    #expect(
      result.output == """
           4  store 20...29 a -> done
           5  gap lowest 5 in 10...1000 -> 0xa
           7  load 20 -> a
           8  load 5 -> NULL
           9  find 0 -> a, index 0x1e
          10  cursor 0 set 0 -> done; cursor at 0x0, start
          11  cursor 0 find -> a; cursor at 0x14...0x1d, active
          12  insert 0x14 b -> error: occupied by a (-EEXIST)
          13  allocate cyclic in 5...10 v3 -> 0x5, next 0x6
          14  fill 30 from 0x1000 stride 4 width 2 b -> 30 stores
          15  fail 1 forever -> for the next call
          16  store 0x1001...0x1020 c -> error: out of memory (-ENOMEM); 2 requests for memory refused
          17  at-most 9 -> for the next store
          18  meanwhile store 0x300 d -> for the next call
          19  erase 20 -> a
          20  dup -> done
          21  verify -> all as the oracle has it
        -: 17 operations, 2 requests for memory refused, nothing found

        """)
  }

  @Test("says at the line of a violation what the subject returned")
  func violation() throws {
    let result = try CommandProcess(["replay", "--trace", "--subject", "canary", "-"], input: canaryScript)
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n")
    #expect(lines[3] == "  6  store 0x4...0x7 d -> done; VIOLATION: wrongTouchedSlot")
    #expect(lines[4] == "-:6: wrongTouchedSlot at operation 4")
  }

  @Test("names the file before its lines if there are several")
  func files() throws {
    let scratch = try ScratchDirectory()
    let script = try scratch.write("a.maple", canaryScript)
    let result = try CommandProcess(["replay", "--trace", script, script])
    #expect(result.output.split(separator: "\n").filter { $0 == "\(script):" }.count == 2)
  }

  @Test("of a fuzzer's input numbers its operations, for it has no lines")
  func bytes() throws {
    let scratch = try ScratchDirectory()
    let script = try scratch.write("script.maple", canaryScript)
    #expect(try CommandProcess(["convert", script, "--to", "bytes", "-o", "\(scratch.path)/bytes"]).status == 0)
    let result = try CommandProcess(["replay", "--trace", "--bytes", "\(scratch.path)/bytes"])
    #expect(result.output.hasPrefix("  1  store 0x1...0x3 a -> done\n"))
  }

  @Test("of a script of forks tells each line and what it did: the step that failed, and the steps that can fail")
  func forks() throws {
    let script = """
      fork 1
      tree tiny
      # One page.
      vma 0x400000...0x400fff write
      touch 0x900000...0x900fff   # nothing is there
      fork 7.3
      fork 7.3 fail 1 of charge
      """
    let result = try CommandProcess(["replay", "--trace", "-"], input: script)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "  4  vma 0x400000...0x400fff write -> done")
    #expect(lines[1] == "  5  touch 0x900000...0x900fff -> refused")
    #expect(lines[2].hasPrefix("  6  fork 7.3 -> forked, and the child was torn down; 1 vma copied; steps: 1 lock, "))
    #expect(lines[3].contains("  7  fork 7.3 fail 1 of charge -> failed at step "))
    #expect(lines[3].contains(", charge 1: out of memory; 0 vmas copied; "))
    let object = try JSONSerialization.jsonObject(
      with: Data(try CommandProcess(["replay", "--trace", "--json", "-"], input: script).output.utf8))
    let trace = try #require((object as? [[String: Any]])?.first?["trace"] as? [[String: Any]])
    #expect(trace.map { $0["line"] as? Int } == [4, 5, 6, 7])
  }

  @Test("of each script of the corpus has a line for each operation", arguments: ForkTraceCorpus.files)
  func forkCorpus(file: String) throws {
    guard case .fork(let source) = try InputFile.anyScript(file, isBytes: false) else {
      Issue.record("no script of forks")
      return
    }
    #expect(source.lines.count == source.scenario.operations.count)
  }
}

enum ForkTraceCorpus {
  static let files: [String] = {
    let folder = ProjectFolder.ofSource().appending(path: "corpus/fork").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".fork") }.sorted().map { "\(folder)/\($0)" }
  }()
}

@Suite("maplecheck replay --json")
struct ReplayJSONTests {
  static let forkScript = """
    fork 1
    vma 0x400000...0x400fff write
    touch 0x400000...0x400fff
    fork 7.3
    expect clean

    """

  private func elements(_ arguments: [String]) throws -> [[String: Any]] {
    let result = try CommandProcess(["replay", "--json"] + arguments)
    return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
  }

  @Test("is one list, with an element for each file of whatever kind, and all that was asked for in it")
  func oneDocument() throws {
    let scratch = try ScratchDirectory()
    let tree = try scratch.write("a.maple", canaryScript)
    let fork = try scratch.write("a.fork", Self.forkScript)
    for files in [[tree], [fork], [fork, tree], [tree, fork, fork, tree]] {
      let kinds = try elements(files).map { $0["kind"] as? String }
      #expect(kinds == files.map { $0 == tree ? "tree" : "fork" })
    }
    let reports = try elements(["--trace", "--explain", tree])
    let steps = try #require(reports[0]["trace"] as? [[String: Any]])
    #expect(steps.map { $0["line"] as? Int } == [3, 4, 5, 6])
    #expect(steps[0]["operation"] as? String == "store 0x1...0x3 a" && steps[0]["result"] as? String == "done")
    let explanation = try #require(reports[0]["explanation"] as? [String: Any])
    #expect((explanation["rows"] as? [Any])?.count == 4)
    #expect(reports[0]["operations"] as? Int == 4)
  }

  @Test(
    "and the other commands refuse by name what means nothing for a script of forks",
    arguments: [
      ["replay", "--explain"], ["convert", "--to", "c"], ["check", "--begin"],
    ])
  func refused(arguments: [String]) throws {
    let scratch = try ScratchDirectory()
    let fork = try scratch.write("a.fork", Self.forkScript)
    let result = try CommandProcess(arguments + [fork])
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("\(fork):1:1: expected a script of a tree"))
    #expect(result.errors.hasSuffix("found a script of forks\n"))
    for option in arguments where option.hasPrefix("--e") {
      #expect(result.errors.contains(option))
    }
  }
}
