import Foundation
import Harness
import Operations
import Testing

@testable import Checking
@testable import Subjects
@testable import maplecheck

@Suite("Work that is shared out", .serialized)
struct SharingTests {
  /// The result of a command for programs, less what depends on the clock.
  private func result(_ arguments: [String]) throws -> NSDictionary {
    let run = try CommandProcess(arguments + ["--json"])
    var object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    for key in ["seconds", "operationsPerSecond", "operationsPerHour"] { object[key] = nil }
    return object as NSDictionary
  }

  @Test(
    "comes to the same with any number of processes",
    arguments: [
      ["check", "--operations", "100000"], ["check", "--operations", "3000", "--failures", "--gaps"],
      ["check", "--subject", "canary", "--seed", "5"],
      ["check", "--subject", "canary", "--operations", "30000", "--keep-going"],
      ["check", "fork", "--design", "6.1", "--design", "6.16", "--operations", "500", "--keep-going"],
      ["check", "fork", "--sweep", "--vmas", "60", "--design", "6.1", "--design", "7.3"],
    ])
  func sameResult(arguments: [String]) throws {
    let one = try result(arguments + ["--jobs", "1"])
    #expect(one == (try result(arguments + ["--jobs", "3"])))
  }

  @Test("comes to the same in this process, where there can be no other")
  func sameResultHere() throws {
    let here = try CheckWork(seed: 3, limits: CheckLimits(operationLimit: 30_000)).check(.maple)
    let there = try result(["check", "--seed", "3", "--operations", "30000", "--jobs", "2"])
    let campaign = try #require(there["campaign"] as? [String: Any])
    #expect(campaign["operations"] as? UInt64 == here.summary.operations)
    #expect(campaign["runs"] as? UInt64 == here.summary.runs)
    let table = try #require((campaign["table"] as? [String: Any])?["cells"] as? [String: UInt64])
    #expect(table == here.summary.table.cells)
  }

  @Test("goes on past a kind of violation, and counts it")
  func keepsGoing() throws {
    let run = try result(["check", "--subject", "canary", "--operations", "30000", "--keep-going"])
    let findings = try #require(run["findings"] as? [[String: Any]])
    let kinds = findings.compactMap { ($0["violation"] as? [String: Any])?["kind"] as? String }
    #expect(Set(kinds).count == kinds.count)
    #expect(findings.contains { ($0["times"] as? Int ?? 0) > 1 })
    #expect(try #require((run["campaign"] as? [String: Any])?["operations"] as? Int) >= 30_000)
  }
}

@Suite("What check is asked for")
struct CheckOptionTests {
  @Test("and cannot be is refused by name")
  func refused() throws {
    let cases = [
      (["--time", "-1"], "--time"), (["--jobs", "0"], "--jobs"), (["--call-time", "0"], "--call-time"),
      (["--memory", "-5"], "--memory"), (["--subject", "./x.so", "--geometry", "tiny"], "--geometry"),
      (["fork", "--subject", "canary"], "--subject canary"), (["fork", "--nodes"], "--nodes"),
      (["--design", "6.12"], "--design"), (["--lockstep", "--table"], "--table"),
      (["fork", "--sweep", "--vmas", "-3"], "--vmas"),
    ]
    for (arguments, name) in cases {
      let run = try CommandProcess(["check"] + arguments)
      #expect(run.status == 2 && run.output.isEmpty)
      #expect(run.errors.hasPrefix("Error: \(name)"), "\(arguments): \(run.errors)")
    }
  }

  @Test("as a comparison of nodes is not passed where no store is told by what it asked for")
  func noNodes() throws {
    let run = try CommandProcess(["check", "--nodes", "--subject", "oracle", "--operations", "500"])
    #expect(run.status == 3 && run.errors.contains("--nodes"))
  }

  @Test("is told with a number of marks that is the same in each run")
  func marks() throws {
    let counts = try ["1", "2"].map { seed in
      let text = try CommandProcess(["check", "--operations", "2000", "--seed", seed]).output
      return try #require(text.firstMatch(of: /reached +\d+ of (\d+) marks/)?.1)
    }
    #expect(counts[0] == counts[1])
  }

  @Test("has no rate for what took less than a second")
  func noRate() throws {
    func text(_ seconds: Double) -> String {
      var report = CheckReport<Script>(seed: 1)
      report.seconds = seconds
      return report.text
    }
    #expect(!text(0.9).contains("a second") && text(1).contains("a second"))
  }
}

@Suite("What is found is kept")
struct SaveFolderTests {
  @Test("in the project that one stands in, our tree's among its regressions and another subject's in its own folder")
  func folders() throws {
    let scratch = try ScratchDirectory()
    _ = try scratch.write("Package.swift", "")
    let inner = "\(scratch.path)/corpus/tree"
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    func path(_ subject: String, _ target: String? = nil, from start: String) throws -> String {
      try SaveFolder.folder(
        for: try #require(SubjectName(argument: subject)), of: target, named: nil, from: start
      ).path
    }
    let root = URL(filePath: scratch.path).standardizedFileURL.path
    #expect(try path("maple", from: root) == "corpus/tree/regressions")
    #expect(try path("canary", from: root) == "corpus/found/canary")
    #expect(try path("/some/where/libmine.so", from: root) == "corpus/found/libmine")
    #expect(try path("maple", "fork", from: root) == "corpus/found/maple-fork")
    #expect(try path("canary", from: inner) == "\(root)/corpus/found/canary")
  }

  @Test("in no folder that has no project around it, unless it is named")
  func noProject() throws {
    let scratch = try ScratchDirectory()
    let run = try CommandProcess(["check", "--subject", "canary", "--save"], in: scratch)
    #expect(run.status == 2 && run.output.isEmpty && run.errorLines.count == 1)
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/corpus"))
    let fork = try CommandProcess(
      ["check", "fork", "--design", "6.1", "--operations", "500", "--save-to", "found"], in: scratch)
    #expect(fork.status == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/found")
    #expect(names.count == 1)
    let replay = try CommandProcess(["replay", "found/\(try #require(names.first))"], in: scratch)
    #expect(replay.status == 0 && replay.output.contains("as expected"))
  }
}
