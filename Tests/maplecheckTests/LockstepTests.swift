import Foundation
import MapleTreeModule
import Operations
import Testing

@testable import Subjects
@testable import maplecheck

@Suite(
  "maplecheck check --lockstep", .serialized,
  .enabled(
    if: SanitizedLibrary.path("corrected", of: "7.3") != nil, "the kernel's library is not built: run make linux"))
struct LockstepTests {
  private let scratch: ScratchDirectory
  private static let options = ["--operations", "20000", "--jobs", "2"]

  init() throws { scratch = try ScratchDirectory() }

  private func library(_ version: String) throws -> String {
    try #require(SanitizedLibrary.path("corrected", of: version))
  }

  /// A library that says it is of another kernel than it is, one whose algorithm is another one.
  private func other(as name: String, of version: String = "6.12") throws -> String {
    try RenamedLibrary.compile(library(version), name: "Linux \(name), lib/maple_tree.c", in: scratch)
  }

  private func report(_ arguments: [String]) throws -> (status: Int32, errors: String, report: [String: Any]) {
    let run = try CommandProcess(["check", "--lockstep", "--json"] + arguments, in: scratch)
    let report = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    return (run.status, run.errors, report)
  }

  /// What was found, in its order.
  private func findings(_ run: (status: Int32, errors: String, report: [String: Any])) -> [[String: Any]] {
    run.report["findings"] as? [[String: Any]] ?? []
  }

  /// What two runs have in common that found the same: the scripts, and the differences in words.
  private func found(_ run: (status: Int32, errors: String, report: [String: Any])) -> [[String]] {
    findings(run).map { finding in
      let violation = finding["violation"] as? [String: Any] ?? [:]
      return [finding["script"], violation["operation"], violation["expected"], violation["found"]].map {
        $0 as? String ?? ""
      }
    }
  }

  @Test("keeps a difference as a script that begins the next check and shows it again")
  func saves() throws {
    let subject = ["--subject", try other(as: "7.3.4")]
    let found = try report(subject + Self.options + ["--save-to", "found"])
    #expect(found.status == 1)
    let file = try #require(findings(found).first?["file"] as? String)
    #expect(file.hasPrefix("found/treesDiffer-"))
    let text = try scratch.read(file)
    #expect(text.contains("# treesDiffer at operation "))
    let script = try ScriptText.parse(Array(text.utf8), file: file)
    #expect(ScriptText.print(script) == self.found(found)[0][0])
    let again = try report(subject + ["--operations", "1", "--begin", file])
    #expect(again.status == 1)
    #expect(self.found(again) == self.found(found))
    // The command that is printed is that one.
    let printed = try CommandProcess(
      ["check", "--lockstep"] + subject + Self.options + ["--save-to", "found"], in: scratch)
    #expect(printed.output.hasSuffix("check --lockstep --subject \(subject[1]) --operations 1 --begin \(file)\n"))
  }

  @Test("begins each run with a script where it is asked to")
  func begins() throws {
    let script = try scratch.write("begin.maple", "maple 1\ntree gaps\nfill 200 stride 4 width 2 a\n")
    let subject = ["--subject", try library("7.3")]
    let plain = try report(subject + ["--operations", "1"])
    let begun = try report(subject + ["--operations", "1", "--begin", script])
    #expect(plain.status == 0 && begun.status == 0)
    func operations(_ run: (status: Int32, errors: String, report: [String: Any])) throws -> Int {
      try #require((run.report["campaign"] as? [String: Any])?["operations"] as? Int)
    }
    #expect(try operations(plain) != operations(begun))
    let other = try scratch.write("other.maple", "maple 1\ntree gaps\nfill 9000 stride 4 width 2 a\n")
    let long = try report(subject + ["--operations", "1", "--begin", other])
    // A fill is as many stores, and what follows depends on the seed alone.
    #expect(try operations(long) == operations(begun) + 8_800)
  }

  @Test("tells of a call that ends the process, once, with its script")
  func crashes() throws {
    let path = try RenamedLibrary.compile(
      library("7.3"), misbehave: "if (first > 0 && last == UINT64_MAX) *(volatile int *)0 = 1;", in: scratch)
    let found = try report(["--subject", path] + Self.options)
    #expect(found.status == 1)
    let text = "maple 1\ntree\nstore max -\n"
    #expect(self.found(found) == [[text, "store max -", "a call that returns", "SIGSEGV"]])
    let script = try scratch.write("crash.maple", text)
    let again = try report(["--subject", path, "--operations", "1", "--begin", script])
    #expect(again.status == 1 && self.found(again) == self.found(found))
  }

  @Test("takes the newest algorithm for a newer kernel, and says so in one line", arguments: ["7.9.1", "8.0.0-rc1"])
  func newer(version: String) throws {
    let subject = ["--subject", try other(as: version, of: "7.3")]
    let run = try CommandProcess(["check", "--lockstep"] + subject + Self.options)
    #expect(run.status == 0 && run.errors.isEmpty)
    let short = version.split(separator: ".").prefix(2).joined(separator: ".")
    let line =
      "algorithm   7.3, the newest, for Linux \(short) was never compared; what differs is told, and is no failure\n"
    #expect(run.output.contains(line) && run.output.hasSuffix("found       nothing\n"))
    // Of a kernel that was compared nothing is said.
    let known = try CommandProcess(["check", "--lockstep", "--subject", library("7.3"), "--operations", "100"])
    #expect(known.status == 0 && !known.output.contains("algorithm"))
  }

  @Test("tells what differs from a newer kernel, kind by kind, and does not call it a failure")
  func differs() throws {
    let subject = ["--subject", try other(as: "7.9.1")]
    let run = try CommandProcess(["check", "--lockstep"] + subject + Self.options)
    #expect(run.status == 3)
    #expect(run.errors == "maplecheck: it differs from a kernel that was never compared, which decides nothing\n")
    #expect(run.output.firstMatch(of: /this was found \d+ times/) != nil)
    let found = try report(subject + Self.options + ["--save-to", "found"])
    #expect(found.status == 3)
    let kinds = self.found(found).map { $0[3].prefix { $0 != ":" } }
    #expect(!kinds.isEmpty && Set(kinds).count == kinds.count && !kinds.contains { $0.hasPrefix("own check") })
    #expect(findings(found).reduce(0) { $0 + ($1["times"] as? Int ?? 0) } > kinds.count)
    for (finding, words) in zip(findings(found), self.found(found)) {
      let file = try #require(finding["file"] as? String)
      #expect(self.found(try report(subject + ["--operations", "1", "--begin", file])).first == words)
    }
    // The same with any number of processes.
    #expect(self.found(try report(subject + ["--operations", "20000", "--jobs", "1"])) == self.found(found))
  }

  @Test("calls a newer kernel's own fault a failure")
  func faults() throws {
    let crash = "if (first > 0 && last == UINT64_MAX) *(volatile int *)0 = 1;"
    let path = try RenamedLibrary.compile(
      library("6.12"), name: "Linux 7.9.1, lib/maple_tree.c", misbehave: crash, in: scratch)
    let found = try report(["--subject", path] + Self.options)
    #expect(found.status == 1)
    #expect(self.found(found).first?[3] == "SIGSEGV")
  }
}

@Suite("The algorithm for a library")
struct LibraryAlgorithmTests {
  @Test("is the one of its version, or the nearest, with a doubt where nobody compared the version")
  func algorithms() {
    let cases: [(String, RebuildRule, String?)] = [
      ("6.6.1", .toTheRoot, "the oldest"), ("6.11.9", .toTheRoot, "the oldest"), ("6.12.0", .toTheRoot, nil),
      ("6.15.3", .toTheRoot, nil), ("6.16.0", .untilTheWaysMeet, nil), ("7.0.1", .untilTheWaysMeet, nil),
      ("7.1.5", .copiedByLevel, nil), ("7.3.4", .copiedByLevel, nil), ("7.4.0-rc1", .copiedByLevel, "the newest"),
      ("10.0", .copiedByLevel, "the newest"),
    ]
    for (version, rule, doubt) in cases {
      let algorithm = LibraryAlgorithm(ofLibrary: "Linux \(version), lib/maple_tree.c")
      #expect(algorithm.rule == rule, "\(version)")
      #expect(doubt == nil ? algorithm.doubt == nil : algorithm.doubt?.hasPrefix(doubt ?? "") == true, "\(version)")
    }
    #expect(LibraryAlgorithm(ofLibrary: "a sorted list").doubt == nil)
  }
}
