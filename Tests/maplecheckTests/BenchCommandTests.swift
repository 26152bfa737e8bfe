import ArgumentParser
import Foundation
import Measuring
import Reports
import Scenarios
import Support
import Testing

@testable import Subjects
@testable import maplecheck

@Suite("Benchmarks, from the command")
struct BenchCommandTests {
  private func report(sizes: [Int]) throws -> ForkCostReport {
    var report = try ForkCostWork(sizes: sizes, rounds: 1, mappings: 300).measure(.maple)
    try report.count(sizes)
    report.fit()
    return report
  }

  @Test("of forks: every size has its times, its counts and the published gain")
  func forks() throws {
    let report = try report(sizes: [21, 121, 300])
    #expect(report.status == .clean)
    #expect(report.trees.map(\.vmas) == [21, 121, 300] && report.spaceCounts.map(\.vmas) == [21, 121, 300])
    #expect(report.publishedGains.map { $0.map { ($0 * 100).rounded() } } == [219, 892, nil])
    #expect(report.text.contains("2323"))
    #expect(report.drawing.contains("published, by duplicating"))
    #expect(try json(report).contains("\"nodesAllocated\""))
  }

  @Test("of forks: a count that is no straight line is a violation, and a refused size is undecided")
  func verdicts() throws {
    var report = try report(sizes: [21, 121, 221])
    report.realRefusals = ["221 mappings: refused"]
    #expect(report.status == .undecided)
    report.treeCounts[1].duplicate.nodesAllocated += 100
    report.fit()
    #expect(report.status == .violation)
  }

  @Test(
    "of forks: two sizes are on a line whatever they are, so that nothing is decided", arguments: [[21], [21, 121]])
  func fewSizes(_ sizes: [Int]) throws {
    var report = try report(sizes: sizes)
    #expect(report.status == .undecided)
    #expect(!report.lines.contains { !$0.name.hasPrefix("published") })
    report.treeCounts[sizes.count - 1].duplicate.nodesAllocated += 100
    report.fit()
    #expect(report.status == .undecided)
  }

  @Test("of forks: the medians of what the program that forks prints, or nothing where it prints something else")
  func realRows() {
    let text = "21 5 50\n21 1 70\n21 9 60\n"
    #expect(
      RealForks.row(of: text)
        == RealForkRow(vmas: 21, forks: 3, callNanoseconds: 5, cycleNanoseconds: 60))
    #expect(RealForks.row(of: "") == nil && RealForks.row(of: "21 5\n") == nil)
    #expect(RealForks.row(of: "21 5 6\n22 5 6\n") == nil)
    #expect(throws: CommandFailure.self) {
      try RealForks.run(21, program: URL(fileURLWithPath: "/nonexistent/RealFork"))
    }
    // A program that fails at once has refused.
    #expect(throws: Never.self) {
      guard case .refused = try RealForks.run(21, program: URL(fileURLWithPath: "/bin/false")) else {
        Issue.record("a failure was taken for a row")
        return
      }
    }
  }

  @Test("of requests: each workload asks for at least what it takes, but under the series' formula")
  func requests() throws {
    let scratch = try ScratchDirectory()
    let log = try scratch.write(
      "log",
      """
      10 mmap(NULL, 32768, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f0000000000
      10 mprotect(0x7f0000005000, 4096, PROT_READ|PROT_WRITE) = 0
      10 fork() = 11
      10 munmap(0x7f0000000000, 4096) = 0

      """)
    var report = RequestReport()
    try report.add(trace: log)
    try report.add(HeapWorkload(mappings: 21, rounds: 20))
    #expect(report.status == .clean && report.faults == [])
    #expect(report.rows.map(\.workload) == ["log", "heap, 21 mappings"])
    let heap = try #require(report.rows.last?.trees.first?.spaces)
    // Moving the end of the heap is a bound between two slots: all that comes back, 16 of about 18 stores.
    #expect(heap.formulas == ["6.1", "series v2", "6.12"])
    #expect(heap.share(heap.storesThatAskForNone[2]) > 80 && heap.storesThatAskForNone[0] == 0)
    #expect(heap.asked[2] >= heap.taken && heap.asked[0] > heap.asked[2])
    #expect(report.text.contains("heap, 21 mappings"))
  }

  @Test("of requests: a log in which nothing is stored leaves them undecided")
  func emptyLog() throws {
    let scratch = try ScratchDirectory()
    let log = try scratch.write("log", "10 brk(NULL) = 0x555555560000\n")
    var report = RequestReport()
    try report.add(trace: log)
    #expect(report.status == .undecided)
    #expect(RequestReport().status == .undecided)
  }

  @Test("take only what can be measured")
  func options() {
    #expect(throws: (any Error).self) { try BenchForkCommand.parse(["--rounds", "0"]) }
    #expect(throws: (any Error).self) { try BenchForkCommand.parse(["--sizes", "0"]) }
    #expect(throws: (any Error).self) { try BenchForkCommand.parse(["--subject", "oracle"]) }
    #expect(throws: (any Error).self) { try BenchRequestsCommand.parse(["--rounds", "0"]) }
    #expect(throws: Never.self) { try BenchForkCommand.parse(["--sizes", "21", "121", "--real", "--json"]) }
  }

  @Test("write numbers with as many decimals as asked for, and columns of one width")
  func text() {
    #expect(Text.decimal(1.005, 1) == "1.0" && Text.decimal(-0.04, 1) == "0.0" && Text.decimal(-2.55, 0) == "-3")
    #expect(Text.decimal(12.0449, 2) == "12.04")
    #expect(Text.table([["a", "bb"], ["ccc", "d"]], leftColumns: 1) == "  a    bb\n  ccc   d\n")
  }
}
