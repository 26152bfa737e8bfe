import Testing

@testable import Proofs

@Suite("Proofs about bulk mode that run all cases")
struct BulkProofTests {
  @Test("hold, for every shape of node, and say no less than they seem to")
  func hold() throws {
    let obligations = BulkObligations.all
    #expect(obligations.count == 7)
    let pins = try ManifestTests.pins()[.bounds]
    var shared = SharedExplorations(of: obligations)
    for obligation in obligations {
      let report = try obligation.prove(&shared)
      #expect(report.verdict == .proved, "\(report.name): \(report.counterexample?.summary ?? "")")
      #expect(report.weaknesses.isEmpty, "\(report.name): \(report.weaknesses)")
      #expect(report.paths == pins[report.name]?.paths, "\(report.name)")
      #expect(report.paths > 1)
    }
  }
}
