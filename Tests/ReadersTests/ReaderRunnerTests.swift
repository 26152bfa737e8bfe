import Operations
import RangeMapCore
import Readers
import SeededDefects
import Testing

@Suite("Interleavings of a reader with a writer")
struct ReaderRunnerTests {
  private func report(_ lines: String, limit: UInt64 = 1_000_000) throws -> ReaderReport {
    var limits = ReaderLimits()
    limits.interleavings = limit
    var runner = ReaderRunner(try parsed(lines), limits: limits) { ShownArray(configuration: $0) }
    return runner.run()
  }

  @Test("A load of one word has as many as there are values, and one for each time to begin")
  func counts() throws {
    // At once with the old or the new array, or after the store.
    #expect(try report("order sequential\nwriter store 2 a\nreader 0 load 2").interleavings == 3)
    // Three arrays to see at once, two after the first store, one after the second.
    #expect(try report("order sequential\nwriter store 2 a\nwriter store 2 b\nreader 0 load 2").interleavings == 6)
  }

  @Test("A store in order shows what a store buffer shows")
  func totalStoreOrder() throws {
    let lines = "writer store 2 a\nwriter store 3...5 b\nreader 0 find 0 through 9\nreader 0 load 4"
    let counts = try ["sequential", "total-store"].map { try report("order \($0)\n\(lines)").interleavings }
    #expect(counts[0] == counts[1] && counts[0] > 6)
  }

  @Test("What is not complete is said, and is the same each time")
  func samples() throws {
    let lines =
      "order kernel\nwriter store 2 a\nwriter store 3 b\nwriter store 4 c\n"
      + String(repeating: "reader 0 load 2\n", count: 6)
    let reports = try (0..<2).map { _ in try report(lines, limit: 50) }
    #expect(reports.allSatisfy { !$0.isExhaustive && $0.interleavings == 100 })
    #expect(reports[0].loads == reports[1].loads)
  }

  @Test("A finding has a schedule with which it happens again")
  func schedule() throws {
    let script = try parsed("order kernel\nstore 2 a\nwriter store 3 b\nreader 0 load 2")
    var runner = ReaderRunner(script) { ShownArray(configuration: $0, defect: .publishesPlainly) }
    let finding = try #require(runner.run().finding)
    let shown = script.showing(finding)
    #expect(shown.operations.last?.text == "reader 0 load 0x2 at 0 1:3 hidden 2:1")
    var again = ReaderRunner(shown) { ShownArray(configuration: $0, defect: .publishesPlainly) }
    let report = again.run()
    #expect(report.finding?.broken == finding.broken && report.interleavings == 1)
  }

  @Test("A schedule that hides what must be seen is doubted")
  func impossibleSchedule() throws {
    let report = try report("order kernel\nstore 2 a\nwriter store 3 b\nreader 0 load 2 at 0 1:3 hidden 2:1")
    #expect(report.doubt?.contains("load 2") == true)
  }
}
