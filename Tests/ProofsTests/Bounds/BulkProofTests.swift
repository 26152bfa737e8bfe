import Foundation
import Testing

@testable import Proofs

@Suite("Proofs about bulk mode and duplicates that run all cases")
struct BulkProofTests {
  @Test("hold, for every shape of node, and say no less than they seem to")
  func hold() {
    let reports = BulkProofs().reports() + [BulkProofs().levelIsSum()]
    #expect(reports.count == 8)
    for report in reports {
      #expect(report.verdict == .proved, "\(report.name): \(report.counterexample?.summary ?? "")")
      #expect(report.weaknesses.isEmpty, "\(report.name): \(report.weaknesses)")
      #expect(report.paths > 1)
    }
  }

  @Test("are pinned as they come out")
  func pinned() throws {
    let pins = try ExpectedVerdicts.parse(
      Array(try Data(contentsOf: URL(fileURLWithPath: "models/expected.json"))), file: "models/expected.json")
    for report in BulkProofs().reports() + [BulkProofs().levelIsSum()] {
      let pin = pins.families[report.kind.rawValue]?[report.name]
      #expect(pin?.paths == report.paths, "\(report.name)")
    }
  }
}
