import Foundation
import MapleTreeModule
import Proofs
import Support
import Testing

@Suite("Queries of proofs, decided by other solvers")
struct QueryExportTests {
  private static func isInstalled(_ command: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(command)") }
  }

  /// All queries of an exploration of height 2 and of the proofs about duplicates.
  private static func queries() throws -> [QueryLog.Query] {
    let explorer = PathExplorer(log: QueryLog(keepsTexts: true))
    let world = StoreWorld(tracksGaps: true, usesReadCopyUpdate: true, rebuildRule: .toTheRoot, height: 2)
    _ = try BoundExploration(explorer: explorer).cases(of: world)
    var shared = SharedExplorations(of: [], explorer: explorer)
    for obligation in Manifest().obligations(of: [.duplicate]) { _ = try obligation.prove(&shared) }
    return explorer.log.queries
  }

  /// What a command says of each query, in one process.
  private static func answers(of command: String, to queries: [QueryLog.Query]) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).smt2")
    try queries.map(\.text).joined(separator: "(reset)\n").write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try ProgramRun(command, [file.path]).output.split(separator: "\n").map(String.init)
  }

  private func expectAgreement(of command: String) throws {
    let queries = try Self.queries()
    #expect(queries.contains { $0.isSatisfiable } && queries.contains { !$0.isSatisfiable })
    #expect(queries.count > 200)
    let answers = try Self.answers(of: command, to: queries)
    #expect(answers == queries.map { $0.isSatisfiable ? "sat" : "unsat" })
  }

  @Test(
    "the command z3 says of each query what its library says",
    .enabled(if: isInstalled("z3"), "the command z3 is not installed"))
  func z3Command() throws { try expectAgreement(of: "z3") }

  @Test(
    "the command cvc5 says of each query what Z3 says",
    .enabled(if: isInstalled("cvc5"), "the command cvc5 is not installed"))
  func cvc5Command() throws { try expectAgreement(of: "cvc5") }
}
