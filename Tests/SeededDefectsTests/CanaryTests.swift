import Harness
import Operations
import RangeMapCore
import SeededDefects
import Testing

@Suite("The canary")
struct CanaryTests {
  func campaign(seed: UInt64) -> Campaign<CanarySubject> {
    Campaign(firstSeed: seed, operationsPerRun: 2_000, operationLimit: 20_000) { CanarySubject(configuration: $0) }
  }

  @Test(
    "is found within a few thousand operations and shrinks to six or fewer", arguments: [1, 1000, 77_777] as [UInt64])
  func isFoundAndShrunk(seed: UInt64) throws {
    let summary = campaign(seed: seed).run()
    let finding = try #require(summary.finding)
    #expect(summary.operations < 20_000)
    let smallest = finding.shrunk { CanarySubject(configuration: $0) }
    #expect(smallest.script.operations.count <= 6)
    let again = Runner<CanarySubject>.run(smallest.script) { CanarySubject(configuration: $0) }
    #expect(again.violation == smallest.violation)
  }

  @Test("is found again from the text of its finding")
  func replaysFromText() throws {
    let finding = try #require(campaign(seed: 1).run().finding).shrunk { CanarySubject(configuration: $0) }
    let parsed = try ScriptText.parse(Array(finding.scriptText.utf8), file: "finding")
    #expect(parsed == finding.script)
    let report = Runner<CanarySubject>.run(parsed) { CanarySubject(configuration: $0) }
    #expect(report.violation == finding.violation)
    let text = finding.report(savedAs: "finding.maple", replay: "replay --subject canary")
    #expect(text.contains("maplecheck replay --subject canary finding.maple"))
    #expect(text.contains(finding.violation.kind.rawValue))
  }

  @Test("behaves as long as no store begins right behind a long range")
  func isSubtle() {
    let report = Runner<CanarySubject>.run(
      Script(operations: [
        .store(KeyRange(0, 1), .value(1), .maySleep), .store(KeyRange(2, 3), .value(2), .maySleep),
        .store(KeyRange(4, 9), .value(3), .maySleep), .store(KeyRange(2, 6), .value(4), .maySleep),
      ])
    ) { CanarySubject(configuration: $0) }
    #expect(report.violation == nil)
  }
}
