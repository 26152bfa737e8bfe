import Foundation
import Harness
import MapleTreeModule
import Proofs
import Reports
import Support
import Testing

@testable import maplecheck

@Suite("maplecheck check --nodes")
struct NodeUseTests {
  private func bounds(_ name: String) -> String {
    ProjectFolder.ofSource().appending(path: "corpus/tree/bounds/7.3/\(name).maple").path
  }

  @Test("prints what stores took beside what is proved, and begins with the scripts that take it all")
  func equal() throws {
    let result = try CommandProcess(
      [
        "check", "--nodes", "--operations", "20000", "--begin", bounds("spanning-store-2-gaps"),
        bounds("split-store-1-plain"),
      ])
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines.contains { $0.hasPrefix("asked for 7 height 2 gaps took at most 6 proved 6 equal") })
    #expect(lines.contains { $0.hasPrefix("asked for 3 height 1 plain took at most 3 proved 3 equal") })
  }

  @Test("tells kinds apart in a tree that asks for each by the height alone")
  func kinds() throws {
    let result = try CommandProcess(
      [
        "check", "--nodes", "--subject", "maple-6.12", "--operations", "20000", "--begin",
        bounds("spanning-store-2-gaps"), bounds("split-store-1-plain"),
      ])
    #expect(result.status == 0)
    #expect(result.output.contains("spanning-store                 height 2  gaps   took at most 6  proved 6  equal"))
    #expect(result.output.contains("split-store                    height 1  plain  took at most 3  proved 3  equal"))
  }

  @Test("a store that took more than is proved is a violation")
  func above() throws {
    for algorithm in [RebuildRule.toTheRoot, .newest] {
      var table = CoverageTable()
      table.add(1, to: "took 4 of 3 height 1 plain")
      let report = try NodeUseReport(table, algorithm: algorithm)
      #expect(report.exceeded)
      #expect(report.text.contains("ABOVE"))
      table = CoverageTable()
      table.add(1, to: "took 3 of 3 height 1 plain")
      #expect(try !NodeUseReport(table, algorithm: algorithm).exceeded)
      table.add(1, to: "took 1 of 0 height 2 gaps")
      #expect(try NodeUseReport(table, algorithm: algorithm).exceeded)
    }
  }

  @Test("what a store takes of a tall tree is held to how far it can reach, and not to the height alone")
  func reach() throws {
    // A split that reaches two of three levels takes five nodes, and one that reaches all takes seven.
    for (asked, most) in [(5, 5), (7, 7)] {
      var table = CoverageTable()
      table.add(1, to: "took \(most) of \(asked) height 3 plain")
      #expect(try !NodeUseReport(table, algorithm: .newest).exceeded)
      table.add(1, to: "took \(most + 1) of \(asked) height 3 plain")
      #expect(try NodeUseReport(table, algorithm: .newest).exceeded)
    }
  }

  @Test("a script that is not there is one clear error")
  func missing() throws {
    let result = try CommandProcess(["check", "--begin", "/nonexistent.maple"])
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
  }
}
