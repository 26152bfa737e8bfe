import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Testing

@testable import Checking

@Suite("What reports say")
struct ReportTextTests {
  @Test("names both trees beside what each of them did")
  func lockstep() throws {
    let summary = LockstepCampaign(
      firstSeed: 1, operationLimit: 10_000, makeFirst: { MapleTreeSubject(configuration: $0) },
      makeSecond: { configuration in
        var other = configuration
        other.geometry = .tiny
        return MapleTreeSubject(configuration: other)
      }
    ).run()
    let violation = try #require(summary.finding).violation
    #expect(violation.expected.contains(" of the first tree: ") && violation.found.contains(" of the second tree: "))
  }

  @Test("names in one line all that a subject does not have")
  func skipped() {
    var report = CheckReport<Script>(seed: 1)
    report.summary.skipped = ["next": 3, "load": 5]
    #expect(
      report.text.split(separator: "\n").filter { $0.contains("load") } == [
        "skipped     what the subject does not have: load, next"
      ])
  }

  @Test("spells the kinds of stores in one way, in tables, formula files and the names of coverage")
  func kinds() throws {
    let words = StoreKind.allCases.map { "\($0)" }
    #expect(words.allSatisfy { $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil })
    #expect(NodeUse.Kind.allCases.prefix(3).allSatisfy { words.contains("\($0)") })
    let tree = MapleTreeSubject(configuration: MapConfiguration())
    let cells = tree.marks.map(\.name).filter { $0.hasPrefix("store ") }
    #expect(Set(cells.map { String($0.split(separator: " ")[1]) }) == Set(words))
  }
}
