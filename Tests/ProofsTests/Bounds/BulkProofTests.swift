import Foundation
import Support
import Testing

@testable import Proofs

@Suite("Proofs about bulk mode that run all cases")
struct BulkProofTests {
  @Test("hold, for every shape of node, and say no less than they seem to")
  func hold() {
    let reports = BulkProofs().reports()
    #expect(reports.count == 7)
    for report in reports {
      #expect(report.verdict == .proved, "\(report.name): \(report.counterexample?.summary ?? "")")
      #expect(report.weaknesses.isEmpty, "\(report.name): \(report.weaknesses)")
      #expect(report.paths > 1)
    }
  }

  private static let pins = ProjectFolder.ofSource().appending(path: "models/expected.json")

  @Test("are pinned as they come out")
  func pinned() throws {
    let pins = try ExpectedVerdicts.parse(
      Array(try Data(contentsOf: Self.pins)), file: "models/expected.json")
    for report in BulkProofs().reports() {
      let pin = pins.families[report.kind.rawValue]?[report.name]
      #expect(pin?.paths == report.paths, "\(report.name)")
    }
  }
}
