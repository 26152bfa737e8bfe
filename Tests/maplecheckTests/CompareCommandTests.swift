import Foundation
import Measuring
import Reports
import Support
import Testing

@testable import maplecheck

/// `maplecheck compare`, as a user runs it.
struct CompareCommandTests {
  /// The part of a result that a test looks at.
  private struct Result: Decodable {
    struct Group: Decodable {
      var heading: String
      var differs: String
      var after: String
      var detail: String
      var runs: Int
      var first: String
      var second: String
      var oracle: String
      var script: String
      var operations: Int
      var file: String?
    }
    var answer: String
    var operations: UInt64
    var runs: UInt64
    var passedOver: [String: UInt64]
    var groups: [Group]
    var status: Int32
  }

  private func compare(_ arguments: [String], status: Int32 = 0) throws -> Result {
    let command = try CommandProcess(["compare"] + arguments + ["--json"])
    #expect(command.status == status, "\(command.errors)")
    let result = try JSONDecoder().decode(Result.self, from: Data(command.output.utf8))
    #expect(result.status == status)
    return result
  }

  @Test("our tree and itself: no difference, and no failure if none is intended")
  func itself() throws {
    let result = try compare(["maple", "maple", "--operations", "20000", "--no-functional-change"])
    #expect(result.answer == "no difference" && result.groups.isEmpty)
    #expect(result.operations >= 20_000)
  }

  @Test("the canary and the oracle: other content, with the shortest script, and the oracle agrees with B")
  func canary() throws {
    let result = try compare(["canary", "oracle", "--operations", "20000"])
    let group = try #require(result.groups.first { $0.differs == "content" && $0.after == "store" })
    #expect(group.heading == "other answer" && group.oracle == "B")
    #expect(group.operations == 3)
    #expect(result.passedOver["fail allocation"] ?? 0 > 0)
    let failed = try CommandProcess(["compare", "canary", "oracle", "--operations", "2000", "--no-functional-change"])
    #expect(failed.status == 1)
    #expect(failed.output.contains("other answer"))
  }

  @Test("two algorithms of our tree: other shapes and counts, and no other answer")
  func algorithms() throws {
    let scratch = try ScratchDirectory()
    let file = try scratch.write("parts.maple", "maple 1\ntree\nfill 13 from 0x0 stride 2 width 1 a\n")
    // From 6.16 on a split in a low tree asks for less; from 7.1 on it cuts elsewhere.
    let asking = try compare(["maple-6.12", "maple-6.16", file])
    #expect(asking.groups.map(\.differs) == ["nodes asked for"])
    #expect(asking.groups.first?.heading == "other counts of nodes")
    let cutting = try compare(["maple-6.12", "maple-7.3", file])
    #expect(cutting.groups.map(\.differs) == ["shape"])
    #expect((asking.groups + cutting.groups).allSatisfy { $0.after == "store" && $0.oracle == "both" })
    let command = try CommandProcess(["compare", "maple-6.12", "maple-7.3", file, "--verbose"])
    #expect(command.output.contains("same content, other shape") && command.output.contains("oracle agrees with: both"))
  }

  @Test("6.12 and 7.3, where they are built: another request, another cut, and no other answer")
  func kernels() throws {
    let root = ProjectFolder.ofSource().path
    let paths = ["6.12", "7.3"].map { "\(root)/.build/linux/\($0)/libmaplecheck-linux-corrected.so" }
    guard paths.allSatisfy({ FileManager.default.fileExists(atPath: $0) }) else { return }
    let scratch = try ScratchDirectory()
    let request = try scratch.write(
      "request.maple", "maple 1\ntree\nfill 7 from 0x2 stride 4 width 1 a\nfail 2\nstore 0x4 a\n")
    let cut = try scratch.write("cut.maple", "maple 1\ntree\nfill 13 from 0x0 stride 2 width 1 a\n")
    let result = try compare(paths + [request, cut])
    #expect(result.groups.contains { $0.differs == "refused request" && $0.after == "store" })
    #expect(result.groups.contains { $0.differs == "shape" && $0.after == "store" })
    #expect(result.groups.allSatisfy { $0.heading != "other answer" && $0.oracle == "both" })
  }

  @Test("any number of processes gives the same result")
  func jobs() throws {
    func text(_ jobs: String) throws -> [Substring] {
      let command = try CommandProcess([
        "compare", "canary", "oracle", "--operations", "40000", "--verbose", "--jobs", jobs,
      ])
      return command.output.split(separator: "\n").filter { !$0.hasPrefix("operations  ") }
    }
    let one = try text("1")
    #expect(one.contains { $0.contains("other answer") })
    #expect(one == (try text("3")))
  }

  @Test(
    "a side that ends the process is a group of its own, told with the side, and the rest goes on",
    arguments: [true, false])
  func processEnd(_ isFirst: Bool) throws {
    guard FaultyLibrary.compiler != nil else { return }
    let scratch = try ScratchDirectory()
    let bad = try MisbehavingLibrary.exits.compile(in: scratch)
    let sides = isFirst ? [bad, "oracle"] : ["oracle", bad]
    let result = try compare(sides + ["--operations", "3000"])
    let ends = result.groups.filter { $0.differs == "process end" }
    #expect(!ends.isEmpty && ends.count == result.groups.filter { $0.heading == "ends the run" }.count)
    for group in ends {
      #expect(group.detail == (isFirst ? "first crashed" : "second crashed"))
      #expect((isFirst ? group.second : group.first) == "returns")
      #expect(group.oracle == (isFirst ? "B" : "A"))
    }
    #expect(ends.contains { $0.operations <= 4 })
    #expect(result.runs > 1)
  }

  @Test("a library that ends the process on both sides is no difference")
  func endsAlike() throws {
    guard FaultyLibrary.compiler != nil else { return }
    let scratch = try ScratchDirectory()
    let bad = try MisbehavingLibrary.exits.compile(in: scratch)
    let result = try compare([bad, bad, "--operations", "1000", "--no-functional-change"])
    #expect(result.groups.isEmpty)
  }

  @Test("scripts are compared in the place of generated runs, and kept where asked")
  func scripts() throws {
    let scratch = try ScratchDirectory()
    let file = try scratch.write("canary.maple", canaryScript)
    let folder = scratch.path + "/kept"
    let result = try compare(["oracle", "canary", file, file, "--save-to", folder])
    #expect(result.runs == 2)
    let group = try #require(result.groups.first)
    #expect(result.groups.count == 1 && group.runs == 2 && group.oracle == "A")
    let kept = try String(contentsOfFile: try #require(group.file), encoding: .utf8)
    #expect(kept.hasPrefix("maple 1\n") && kept.contains("# oracle: A"))
    // What was kept shows the same again.
    let again = try compare(["oracle", "canary", try #require(group.file)])
    #expect(again.groups.map(\.differs) == [group.differs])
  }

  @Test("a fault that a library steps around shows only if it is told to")
  func knownFaults() throws {
    guard FaultyLibrary.compiler != nil else { return }
    let scratch = try ScratchDirectory()
    let library = try FaultyLibrary.compile(in: scratch)
    let file = try scratch.write("fault.maple", FaultyLibrary.script)
    let hidden = try CommandProcess(["compare", library, "oracle", file])
    #expect(hidden.status == 0 && hidden.output.contains("answer      no difference"))
    #expect(hidden.output.contains("stepped around on A alone: loses-the-rest"))
    let shown = try compare([library, "oracle", file, "--expose-known"])
    #expect(shown.groups.map(\.differs) == ["content"])
  }

  @Test("the table of the race says in how many rows one is slower, and where nothing is decided")
  func speed() {
    var race = CompareRace()
    for (name, least, greatest) in [("random load", 1.01, 1.2), ("destroy", 0.9, 1.1), ("duplicate", 0.5, 0.75)] {
      race.rows.append(
        CompareRace.Row(
          name: name, entries: 100, tracksGaps: name == "destroy", first: 1, second: 1, ratio: 1, least: least,
          greatest: greatest))
    }
    let lines = race.text.split(separator: "\n")
    #expect(lines[1].hasSuffix("1.01...1.20"))
    #expect(lines[2].contains("destroy, gaps"))
    #expect(lines.last == "B is slower in 1 row, faster in 1; in 1 the interval holds 1")
  }

  @Test("what is wrong with the arguments is said in a line, and the status is 2")
  func badInput() throws {
    for (arguments, words) in [
      (["maple"], "Missing"), (["maple", "nowhere"], "nowhere"), (["maple", "./no.so"], "no such file"),
      (["maple", "oracle", "--geometry", "tiny"], "linux64"), (["maple", "oracle", "--keep-going"], "always"),
      (["maple", "maple", "none.maple"], "no such file"), (["maple", "oracle", "--expose-known"], "library"),
      (["maple", "oracle", "--speed", "--operations", "10"], "--speed"),
      (["maple", "maple", "x.maple", "--time", "1"], "scripts"),
    ] {
      let command = try CommandProcess(["compare"] + arguments)
      #expect(command.status == 2 && command.errors.contains(words), "\(arguments): \(command.errors)")
      #expect(command.output.isEmpty)
    }
  }

  @Test("nothing made is not decided")
  func nothing() throws {
    let command = try CommandProcess(["compare", "maple", "maple", "--operations", "0"])
    #expect(command.status == 3 && command.errorLines.count == 1)
    #expect(command.output.contains("answer      none"))
  }
}
