import Foundation
import Harness
import Testing

@testable import maplecheck

@Suite("maplecheck check --nodes")
struct NodeUseTests {
  private func bounds(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../corpus/tree/bounds/\(name).maple").standardizedFileURL.path
  }

  @Test("prints what stores took beside what is proved, and begins with the scripts that take it all")
  func equal() throws {
    let result = try CommandProcess(
      [
        "check", "--nodes", "--operations", "20000", "--begin", bounds("spanning-store-2-gaps"),
        bounds("split-store-1-plain"),
      ])
    #expect(result.status == 0)
    #expect(result.output.contains("spanning-store                 height 2  gaps   took at most 6  proved 6  equal"))
    #expect(result.output.contains("split-store                    height 1  plain  took at most 3  proved 3  equal"))
  }

  @Test("a store that took more than is proved is a violation")
  func above() throws {
    var table = CoverageTable()
    table.add(1, to: "took 4 split-store height 1 plain")
    let report = try NodeUseReport(table)
    #expect(report.exceeded)
    #expect(report.text.contains("ABOVE"))
    table = CoverageTable()
    table.add(1, to: "took 3 split-store height 1 plain")
    #expect(try !NodeUseReport(table).exceeded)
    table.add(1, to: "took 1 in-place height 2 gaps")
    #expect(try NodeUseReport(table).exceeded)
  }

  @Test("a script that is not there is one clear error")
  func missing() throws {
    let result = try CommandProcess(["check", "--begin", "/nonexistent.maple"])
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
  }
}
