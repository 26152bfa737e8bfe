import AddressSpaceModel
import ArgumentParser
import MapleTreeModule
import RangeMapCore
import Scenarios
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

  @Test("of no fork at all is undecided")
  func nothingForked() throws {
    #expect(try check([.duplicateAndTearDown], forks: 0).status == .undecided)
  }

  @Test("goes with its own options alone")
  func options() {
    #expect(throws: (any Error).self) { try CheckCommand.parse(["--design", "C"]) }
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--failures"]) }
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--design", "E"]) }
    #expect(throws: Never.self) { try CheckCommand.parse(["fork", "--design", "B", "--time", "1"]) }
  }

  @Test("scripts are told from a tree's by their first word")
  func firstWord() {
    #expect(ForkReplayWork.isForkScript(Array("fork 1\n".utf8)))
    #expect(!ForkReplayWork.isForkScript(Array("maple 1\n".utf8)))
  }
}
