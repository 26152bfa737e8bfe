import Foundation
import Harness
import MapleTreeModule
import Operations
import Proofs
import Testing

/// The scripts of `corpus/tree/bounds`.
struct WitnessCorpusTests {
  private static let folder = FormulaFileTests.root.appendingPathComponent("corpus/tree/bounds")

  private func text(_ cell: WitnessCase) throws -> String {
    try String(contentsOf: Self.folder.appendingPathComponent("\(cell.name).maple"), encoding: .utf8)
  }

  /// The cells of which scripts are kept: one in reader mode would be no different, but for a node store.
  private static let cells = StoreKind.allCases.flatMap { kind in
    WitnessCase.all(kind, heights: 0...4).filter { $0.usesReadCopyUpdate == (kind == .nodeStore) }
  }

  @Test func `there is one for every kind, height and tree, and none without a cell`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let names = files.filter { $0.hasSuffix(".maple") }.map { String($0.dropLast(6)) }
    #expect(Set(names) == Set(Self.cells.map(\.name)))
  }

  @Test func `each allows its last store exactly what it takes`() throws {
    for cell in Self.cells where cell.height <= 3 {
      let script = try ScriptText.parse(Array(text(cell).utf8), file: cell.name)
      let place = try #require(script.operations.indices.dropLast().last)
      guard case .atMost(let nodes) = script.operations[place] else {
        Issue.record("\(cell.name): no bound before the last store")
        continue
      }
      #expect(WitnessReplay.violation(of: script) == nil, "\(cell.name)")
      guard nodes > 0 else { continue }
      var less = script
      less.operations[place] = .atMost(nodes: nodes - 1)
      #expect(WitnessReplay.violation(of: less)?.kind == .tookMoreNodes, "\(cell.name)")
    }
  }

  @Test func `each is what the builder makes today`() throws {
    for cell in Self.cells where cell.height <= 3 {
      let witness = try WitnessBuilder.witness(for: cell)
      #expect(try text(cell) == witness.text(allowing: witness.nodes), "\(cell.name)")
    }
  }
}
