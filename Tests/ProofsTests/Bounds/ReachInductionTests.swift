import MapleTreeModule
import Testing

@testable import Proofs

@Suite("The steps of 7.3, from level to level")
struct ReachInductionTests {
  private func needed(
    _ family: LevelInduction.Family, height: Int, tracksGaps: Bool = true, without: Premise? = nil
  ) throws -> NeededNodes? {
    var induction = ReachInduction(tracksGaps: tracksGaps, explorer: PathExplorer(), without: without)
    return try induction.needed(family, height: height, tellsHeights: true)
  }

  @Test(
    "say of a split that it takes two nodes a level below the one with room, and one there", arguments: [false, true])
  func split(tracksGaps: Bool) throws {
    for height in [2, 5, 31] {
      let groups = try #require(try needed(.split, height: height, tracksGaps: tracksGaps)).groups
      #expect(groups.contains { $0.vacant == 0 } && groups.contains { $0.vacant == height - 1 })
      for group in groups { #expect(group.nodes == 2 * (height - group.vacant) + 1, "\(group)") }
    }
  }

  @Test("say of a rebalance that it takes one node a level, and two only where it ends above")
  func rebalance() throws {
    for height in [3, 6] {
      let groups = try #require(try needed(.rebalance, height: height)).groups
      for group in groups {
        #expect(group.nodes == height - group.sufficient + 2 - (group.sufficient == 0 ? 1 : 0), "\(group)")
      }
    }
  }

  @Test("never say more of a spanning store than 7.3 asks for", arguments: [false, true])
  func spanning(tracksGaps: Bool) throws {
    let height = 6
    let groups = try #require(try needed(.spanning, height: height, tracksGaps: tracksGaps)).groups
    #expect(groups.count > height)
    for group in groups {
      let depth = min(group.vacant, group.sufficient)
      #expect(group.nodes <= 3 * (height - depth) + 1, "\(group)")
    }
    #expect(groups.map(\.nodes).max() == 3 * height)
  }

  @Test("say what the exploration of all paths finds, for each height of the walk", arguments: [false, true])
  func agreement(tracksGaps: Bool) throws {
    var prover = ExploringProver()
    for (kind, family) in [
      (StoreKind.splitStore, LevelInduction.Family.split), (.rebalance, .rebalance), (.spanningStore, .spanning),
    ] {
      let cell = WitnessCase(
        kind: kind, height: 2, tracksGaps: tracksGaps, usesReadCopyUpdate: true, algorithm: .copiedByLevel)
      let explored = try #require(try prover.needed(cell, algorithm: .copiedByLevel, tellsHeights: true))
      let stepped = try #require(try needed(family, height: 2, tracksGaps: tracksGaps))
      #expect(!explored.groups.isEmpty)
      for group in explored.groups { #expect(stepped.groups.contains(group), "\(kind): \(group)") }
    }
  }

  @Test("fail without the laws of the tree")
  func premises() throws {
    let whole = try needed(.split, height: 4)?.greatest
    #expect(try needed(.split, height: 4, without: .nodeCapacity)?.greatest != whole)
  }

  @Test("make a formula that is one short unsound by a store, and not by a bound that none was found to meet")
  func shortFormula() throws {
    func file(_ split: String) throws -> FormulaFile {
      let kinds = StoreKind.allCases.map { "\($0) = \"\($0 == .splitStore ? split : "3 * height + 1")\"" }
      let text =
        "name = \"mine\"\nsource = \"here\"\nalgorithm = \"7.3\"\n\n[nodes]\n" + kinds.joined(separator: "\n") + "\n"
      return try FormulaFile.parse(text, file: "mine.toml")
    }
    var prover = ExploringProver()
    func verdict(_ split: String) throws -> ProofVerdict {
      try FormulaObligations.report(.splitStore, file(split), heights: 1...5, prover: &prover).verdict
    }
    #expect(try verdict("2 * (height - vacant) + 1") == .sound)
    #expect(try verdict("2 * (height - vacant)") == .unsound)
    // Right to the heights that are explored, too low above, where only bounds are known.
    #expect(try verdict("if height < 4 then 2 * height + 1 else 2 * (height - vacant)") == .undecided)
  }
}
