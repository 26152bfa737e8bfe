import AddressSpaceModel
import ArgumentParser
import Foundation
import MapleTreeModule
import RangeMapCore
import Reports
import Scenarios
import Support
import Testing

@testable import Checking
@testable import Subjects
@testable import maplecheck

@Suite("A sweep over fork's failures, from the command")
struct SweepCommandTests {
  private func sweep(_ arguments: [String], _ designs: [ForkDesignName] = [.duplicateAndTearDown]) throws -> SweepReport
  {
    let options = try SweepOptions.parse(["--sweep"] + arguments)
    var work = options.work(designs)
    work.progress = ProgressMeter(isShown: false)
    return try work.sweep(.maple)
  }

  @Test("tries every point of a designed layout, and says how many of each kind")
  func designedLayout() throws {
    let report = try sweep(["--vmas", "12"])
    #expect(report.status == .clean && report.complaint == nil)
    #expect(report.pointsTried == report.pointsPlanned && report.pointsTried > 80)
    #expect(report.text.contains("designed 12: 1 address space of 12 vmas"))
    #expect(report.text.contains("lock 2, signal 24, tree 4, charge 22, vma 22, anon-vma 18, hook 2, page-table 6"))
    #expect(report.text.contains("none skipped") && report.text.contains("found       nothing"))
  }

  @Test("finds the file that design A loses, and names the point")
  func weakDesign() throws {
    let report = try sweep(["--vmas", "24", "--mode", "once"], [.duplicateAndTearDown, .oneByOne])
    #expect(report.status == .violation)
    #expect(report.sweeps.map(\.violations) == [[:], [.nothingLeft: 2]])
    #expect(report.text.contains("violation   nothing-left at 2 points\nfirst       designed 24, fail 11 of tree: "))
  }

  @Test("counts what a mode and a sample select")
  func selection() throws {
    let both = try sweep(["--vmas", "12"]).pointsTried
    #expect(try sweep(["--vmas", "12", "--mode", "once"]).pointsTried * 2 == both)
    // A kind of no more than 1000 steps is tried whole.
    #expect(try sweep(["--vmas", "12", "--mode", "forever", "--sample"]).pointsTried * 2 == both)
  }

  @Test("reads areas and logs")
  func files() throws {
    let scratch = try ScratchDirectory()
    let maps = try scratch.write(
      "maps",
      "00400000-00402000 r-xp 00000000 08:01 7 /bin/x\n00500000-00501000 rw-p 00000000 00:00 0\n")
    let log = try scratch.write(
      "log", "10 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n10 fork() = 11\n")
    let report = try sweep([maps, log, "--mode", "once"])
    #expect(report.status == .clean && report.sweeps.map(\.spaces) == [1, 1])
    #expect(report.sweeps.map(\.mostVmas) == [2, 1])
  }

  @Test("of a file that maps nothing is bad input")
  func emptyFile() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("log", "10 getpid() = 10\n")
    #expect(throws: CommandFailure.self) { try sweep([path]) }
    #expect(throws: CommandFailure.self) { try sweep(["\(scratch.path)/none"]) }
    let run = try CommandProcess(["check", "fork", "--sweep", path])
    #expect(run.status == 2 && run.errorLines.count == 1 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("\(path):1:1: expected an area or a call that maps one, found none"))
  }

  @Test("that is interrupted is undecided, and says what it left out")
  func interrupted() throws {
    let limit = Counter(20)
    var work = SweepWork(vmas: [12, 20], designs: [.duplicateAndTearDown])
    work.progress = ProgressMeter(isShown: false)
    work.shouldStop = { limit.isUsedUp() }
    let report = try work.sweep(.maple)
    #expect(report.status == .undecided)
    #expect(report.pointsTried > 0 && report.pointsTried < 20)
    #expect(report.complaint == "maplecheck: \(report.pointsTried) of \(report.pointsPlanned) points were tried")
    #expect(report.text.contains("SKIPPED"))
  }

  @Test("over no point at all is undecided")
  func nothingTried() {
    var report = SweepReport(subject: "maple", mode: .both, isSample: false)
    #expect(report.status == .undecided)
    report.sweeps = [ForkSweepReport(layout: "none", design: .duplicateAndTearDown)]
    #expect(report.status == .undecided && report.complaint?.contains("nothing was checked") == true)
  }

  @Test("prints a result for programs")
  func json() throws {
    let run = try CommandProcess(["check", "fork", "--sweep", "--vmas", "12", "--design", "6.1", "--json"])
    #expect(run.status == 1 && run.errors.isEmpty)
    let result = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let sweeps = try #require(result["sweeps"] as? [[String: Any]])
    #expect(sweeps.count == 1 && sweeps[0]["design"] as? String == "6.1" && sweeps[0]["mostVmas"] as? Int == 12)
    let kinds = try #require(sweeps[0]["kinds"] as? [[String: Any]])
    #expect(kinds.reduce(0) { $0 + ($1["tried"] as? Int ?? 0) } == sweeps[0]["existing"] as? Int)
    #expect((sweeps[0]["violations"] as? [String: Int])?["nothing-left"] ?? 0 > 0)
  }

  @Test("goes with its own options alone")
  func options() {
    let refused = [
      ["fork", "--sweep"], ["--sweep", "--vmas", "5"], ["fork", "--vmas", "5"], ["fork", "some.strace"],
      ["fork", "--sweep", "--vmas", "0"], ["fork", "--sweep", "--vmas", "5", "--time", "1"],
      ["fork", "--sweep", "--vmas", "5", "--mode", "twice"], ["fork", "--sample"],
    ]
    for arguments in refused {
      #expect(throws: (any Error).self, "\(arguments)") { try CheckCommand.parse(arguments) }
    }
    #expect(throws: Never.self) {
      try CheckCommand.parse(
        ["fork", "--sweep", "a", "b", "--vmas", "5", "--design", "6.1", "--mode", "once", "--sample"])
    }
  }
}

/// Counts how often it was asked.
private final class Counter {
  private var left: Int
  init(_ count: Int) { left = count }
  func isUsedUp() -> Bool {
    left -= 1
    return left < 0
  }
}
