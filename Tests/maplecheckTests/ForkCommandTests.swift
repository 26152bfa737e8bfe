import AddressSpaceModel
import ArgumentParser
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Reports
import Scenarios
import Support
import Testing

@testable import Checking
@testable import Subjects
@testable import maplecheck

@Suite("Fork, from the command")
struct ForkCommandTests {
  private func check(
    _ designs: [ForkDesignName], forks: UInt64, keepsGoing: Bool = false, withFailures: Bool = false,
    openings: [ForkScenario] = [], known: KnownScripts<ForkScenario>? = nil
  ) throws -> CheckReport<ForkScenario> {
    var work = ForkCheckWork(seed: 1, designs: designs, limits: CheckLimits(operationLimit: forks))
    work.limits.sharing.keepsGoing = keepsGoing
    (work.sweepsOnly, work.openings, work.known) = (withFailures, openings, known)
    return try work.check(.maple)
  }

  private func replay(_ scenario: ForkScenario, withFailures: Bool = false) throws -> ReplayReport {
    let source = ForkSource(scenario, Array(scenario.text.utf8))
    return try ReplayWork(input: .fork(source), withFailures: withFailures).replay(on: .maple)
  }

  @Test("is clean in design 7.3")
  func cleanDesign() throws {
    let report = try check([.duplicateAndTearDown], forks: 500)
    #expect(report.status == .clean)
    #expect(report.summary.operations >= 500 && report.summary.refusals > 0)
    #expect(report.summary.table["operation fork 7.3: failed"] == report.summary.refusals)
  }

  @Test("finds what an observer meets in design 6.16, in a script that replays")
  func observerRace() throws {
    let report = try check([.duplicateAndMarkLater], forks: 5_000)
    #expect(report.status == .violation)
    let scenario = try #require(report.findings.first).finding.script
    #expect(scenario.text.split(separator: "\n").count <= 10)
    #expect(try replay(scenario).result.isExpected == true)
    // The same script expects too much of a design that has not the fault.
    var other = scenario
    other.expectation = .clean
    #expect(try replay(other).status == .violation)
  }

  @Test("makes each run a sweep, and a replay too, and so finds what a script alone does not show")
  func sweeps() throws {
    let report = try check([.oneByOne], forks: 500, withFailures: true)
    #expect(report.status == .violation && report.summary.sweeps == report.summary.runs)
    let clean = try check([.duplicateAndTearDown], forks: 500, withFailures: true)
    #expect(clean.status == .clean && clean.summary.refusals * 2 > clean.summary.operations)
    var scenario = try #require(report.findings.first).finding.script
    for place in scenario.operations.indices { scenario.operations[place].trial.failure = .none }
    scenario.expectation = nil
    #expect(try replay(scenario).status == .clean)
    let swept = try replay(scenario, withFailures: true)
    #expect(swept.status == .violation && swept.result.violation?.forkLaw == .nothingLeft && swept.line == nil)
  }

  @Test("begins each run with a script's calls, and with the layout of a process")
  func begins() throws {
    let range = "0x7f0000000000...0x7f0000000fff"
    let opening = try ForkScenario.parse(
      Array("fork 1\nvma \(range) write\nprotect \(range)\nfork 7.3\n".utf8), file: "opening")
    let report = try check([.duplicateAndTearDown], forks: 50, openings: [opening])
    #expect(report.summary.table["operation protect: done"] == report.summary.runs)
    let maps = try CommandProcess(["check", "fork", "--maps", "/proc/self/maps", "--operations", "50", "--json"])
    #expect(maps.status == 0)
    let layout = try InputFile.layout("/proc/self/maps")
    #expect(layout.mappings.count > 5)
    #expect(ForkScenario(of: layout).operations.count { !$0.isFork } >= layout.mappings.count)
  }

  @Test("counts what is known by a script, and goes on")
  func known() throws {
    let found = try check([.oneByOne], forks: 2_000)
    let scratch = try ScratchDirectory()
    _ = try scratch.write("lost.fork", try #require(found.findings.first).finding.scriptText)
    let known = try KnownScripts<ForkScenario>(folder: scratch.path)
    let report = try check([.oneByOne], forks: 2_000, known: known)
    #expect(try #require(report.known).counts["lost"] ?? 0 > 0)
    #expect(report.findings.first?.finding.script != found.findings.first?.finding.script)
  }

  @Test("below its floor is not passed, and its table names steps and observers")
  func floor() throws {
    let scratch = try ScratchDirectory()
    let floor = try scratch.write("floor", "step charge failed first 1\nno such cell 3\n")
    let run = try CommandProcess(["check", "fork", "--operations", "500", "--table", "--floor", floor])
    #expect(run.status == 3 && run.output.contains("not reached: no such cell: 0 of 3\n"))
    #expect(run.output.contains("observer reaper looked ") && !run.output.contains("not reached: step"))
  }

  @Test(
    "replays to status 3 if the script tries less than it says, and says why",
    arguments: [
      ("expect clean\n", "no fork was tried"), ("touch 0x0...0xfff\nfork 7.3\n", "the one call"),
      ("vma 0x0...0xfff\nfork 7.3 fail 200 of tree\n", "'fork 7.3 fail 200 of tree' failed nowhere"),
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
    let text = report.text
    #expect(text.contains("\ndesign 6.1: stores the copies one by one in bulk mode (docs/FORK-SCRIPTS.md)\n"))
    let found = try #require(report.findings.first).finding
    #expect(text.contains("\n  expected:  \(try #require(found.violation.forkLaw).message)\n"))
    #expect(text.contains("\nstep "))
    #expect(text.contains("maplecheck replay - <<'end'\n\(found.script.text)end\n"))
  }

  @Test("goes on past a finding if it is asked to")
  func keepsGoing() throws {
    let designs: [ForkDesignName] = [.oneByOne, .duplicateAndMarkLater]
    let first = try check(designs, forks: 1_500)
    #expect(first.findings.count == 1 && first.summary.operations < 1_500)
    let all = try check(designs, forks: 1_500, keepsGoing: true)
    #expect(all.summary.operations >= 1_500)
    #expect(Set(all.findings.compactMap { $0.key.split(separator: " ").last }) == ["6.1", "6.16"])
    #expect(all.findings.contains { $0.times > 1 })
  }

  @Test("of no fork at all is undecided")
  func nothingForked() throws {
    #expect(try check([.duplicateAndTearDown], forks: 0).status == .undecided)
  }

  @Test("goes with its own options alone")
  func options() throws {
    #expect(throws: (any Error).self) { try CheckCommand.parse(["--design", "C"]) }
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--nodes"]) }
    #expect(throws: Never.self) { try CheckCommand.parse(["fork", "--failures"]) }
    // No fork can show the canary's fault.
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--subject", "canary"]) }
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--design", "E"]) }
    #expect(throws: Never.self) { try CheckCommand.parse(["fork", "--design", "B", "--time", "1"]) }
    #expect(try CheckCommand.parse(["fork", "--design", "D"]).design == [.duplicateAndTearDown])
  }
}
