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
    let file = Self.folder.appendingPathComponent("\(cell.algorithm.rawValue)/\(cell.name).maple")
    return try String(contentsOf: file, encoding: .utf8)
  }

  /// The cells of which scripts are kept: one in reader mode would be no different, but for a node store.
  private static let cells = algorithms.flatMap { algorithm in
    StoreKind.allCases.flatMap { kind in
      WitnessCase.all(kind, heights: 0...4, algorithm: algorithm).filter {
        $0.usesReadCopyUpdate == (kind == .nodeStore)
      }
    }
  }

  /// Each has a folder of its own.
  private static let algorithms: [RebuildRule] = [.toTheRoot, .newest]

  @Test(arguments: algorithms)
  func `there is one for every kind, height and tree, and none without a cell`(algorithm: RebuildRule) throws {
    let folder = Self.folder.appendingPathComponent(algorithm.rawValue)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let names = files.filter { $0.hasSuffix(".maple") }.map { String($0.dropLast(6)) }
    #expect(Set(names) == Set(Self.cells.filter { $0.algorithm == algorithm }.map(\.name)))
  }

  @Test func `each allows its last store exactly what it takes`() throws {
    for cell in Self.cells where cell.height <= 3 {
      let script = try ScriptText.parse(Array(text(cell).utf8), file: cell.name)
      let place = try #require(script.operations.indices.dropLast().last)
      let nodes = script.operations[place].number
      guard script.operations[place].kind == .atMost else {
        Issue.record("\(cell.name): no bound before the last store")
        continue
      }
      #expect(WitnessReplay.violation(of: script, algorithm: cell.algorithm) == nil, "\(cell.name)")
      guard nodes > 0 else { continue }
      var less = script
      less.operations[place] = .atMost(nodes: nodes - 1)
      #expect(WitnessReplay.violation(of: less, algorithm: cell.algorithm)?.kind == .tookMoreNodes, "\(cell.name)")
    }
  }

  @Test func `each is what the builder makes today`() throws {
    for cell in Self.cells where cell.height <= 3 {
      let witness = try WitnessBuilder.witness(for: cell)
      #expect(try text(cell) == witness.text(allowing: witness.nodes), "\(cell.name)")
    }
  }
}
