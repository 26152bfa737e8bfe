import AddressSpaceModel
import ArgumentParser
import MapleTreeModule
import RangeMapCore
import Reports
import Scenarios
import Support
import Testing

@testable import maplecheck

@Suite("Fork, from the command")
struct ForkCommandTests {
  private func check(_ designs: [ForkDesignName], forks: UInt64) throws -> ForkCheckReport {
    try SubjectName.maple.run(
      ForkCheckWork(seed: 1, designs: designs, timeLimit: nil, forkLimit: forks, subject: "maple"))
  }

  @Test("is clean in design D")
  func cleanDesign() throws {
    let report = try check([.duplicateAndTearDown], forks: 500)
    #expect(report.status == .clean)
    #expect(report.forks >= 500 && report.failedForks > 0)
  }

  @Test("finds what an observer meets in design C, in a script that replays")
  func observerRace() throws {
    let report = try check([.duplicateAndMark], forks: 5_000)
    #expect(report.status == .violation)
    let script = try #require(report.script)
    #expect(script.split(separator: "\n").count <= 10)
    let scenario = try ForkScenario.parse(Array(script.utf8), file: "found")
    #expect(try SubjectName.maple.run(ForkReplayWork(scenario: scenario)).isExpected)
    // The same script expects too much of a design that has not the fault.
    var other = scenario
    other.expectation = .clean
    #expect(try !SubjectName.maple.run(ForkReplayWork(scenario: other)).isExpected)
  }

  @Test(
    "replays to status 3 if the script tries less than it says, and says why",
    arguments: [
      ("expect clean\n", "no fork was tried"), ("touch 0x0...0xfff\nfork D\n", "the one call"),
      ("vma 0x0...0xfff\nfork D fail 200 of tree\n", "'fork D fail 200 of tree' failed nowhere"),
    ])
  func undecidedScripts(_ lines: String, _ reason: String) throws {
    let scratch = try ScratchDirectory()
    let file = try scratch.write("x.fork", "fork 1\n\(lines)")
    let result = try CommandProcess(["replay", file])
    #expect(result.status == 3)
    #expect(result.output.contains("NOT decided") && result.output.contains(reason))
  }

  @Test("tells what a design is, what the law says, what failed, and the command that replays, each in a line")
  func words() throws {
    let report = try check([.oneByOne], forks: 5_000)
    let text = report.text(command: "maplecheck")
    #expect(text.contains("\ndesign A: stores the copies one by one in bulk mode (docs/FORK-SCRIPTS.md)\n"))
    let found = try #require(report.findings.first)
    let law = try #require(ForkLaw(rawValue: found.kind))
    #expect(text.contains("\nlaw \(law.rawValue): \(law.message)\n"))
    #expect(text.contains("\nstep "))
    #expect(text.contains("maplecheck replay - <<'end'\n\(found.script)end\n"))
  }

  @Test("goes on past a finding where it is asked to, and else says what that left out")
  func keepsGoing() throws {
    var work = ForkCheckWork(
      seed: 1, designs: [.oneByOne, .duplicateAndMark], timeLimit: nil, forkLimit: 1_500, subject: "maple")
    let first = try SubjectName.maple.run(work)
    #expect(first.findings.count == 1 && first.forks < 1_500)
    #expect(first.text(command: "").contains("--keep-going goes on with all designs"))
    work.sharing.keepsGoing = true
    let all = try SubjectName.maple.run(work)
    #expect(all.forks >= 1_500 && Set(all.findings.compactMap(\.design)) == ["A", "C"])
    #expect(all.findings.contains { $0.times > 1 })
    #expect(!all.text(command: "").contains("--keep-going"))
  }

  @Test("of no fork at all is undecided")
  func nothingForked() throws {
    #expect(try check([.duplicateAndTearDown], forks: 0).status == .undecided)
  }

  @Test("goes with its own options alone")
  func options() {
    #expect(throws: (any Error).self) { try CheckCommand.parse(["--design", "C"]) }
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--failures"]) }
    // No fork can show the canary's fault.
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--subject", "canary"]) }
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--design", "E"]) }
    #expect(throws: Never.self) { try CheckCommand.parse(["fork", "--design", "B", "--time", "1"]) }
  }

  @Test("scripts are told from a tree's by their first word")
  func firstWord() {
    #expect(ForkReplayWork.isForkScript(Array("fork 1\n".utf8)))
    #expect(!ForkReplayWork.isForkScript(Array("maple 1\n".utf8)))
  }
}
