import Harness
import MapleTreeModule
import Operations
import Proofs
import RangeMapCore
import Testing

/// The scripts whose last store takes as many nodes as one can.
struct WitnessTests {
  /// The algorithms that have proofs for all heights.
  private static let proved: [RebuildRule] = [.toTheRoot, .newest]

  /// What the tree is known to take, counted by its own reserve.
  private static func nodes(_ cell: WitnessCase) -> Int {
    switch cell.kind {
    case .rootStore, .newRoot: 1
    case .exactFit, .append, .slotStore: 0
    case .nodeStore: cell.usesReadCopyUpdate ? 1 : 0
    case .splitStore: 2 * cell.height + 1
    // 7.3 ends a rebalance when two nodes are left of two.
    case .rebalance: cell.algorithm == .newest ? cell.height + 1 : 2 * cell.height - 1
    case .spanningStore: 3 * cell.height
    }
  }

  @Test(arguments: StoreKind.allCases, proved)
  func `a script makes the last store take so many nodes, in every tree and mode`(
    kind: StoreKind, algorithm: RebuildRule
  ) throws {
    let cells = WitnessCase.all(kind, heights: 0...3, algorithm: algorithm)
    try #require(!cells.isEmpty)
    for cell in cells {
      let witness = try WitnessBuilder.witness(for: cell)
      #expect(witness.nodes == Self.nodes(cell), "\(cell.name)")
      #expect(witness.script.operations.count <= 16, "\(cell.name)")
      #expect(witness.script.configuration == cell.configuration)
    }
  }

  @Test(arguments: [StoreKind.splitStore, .rebalance, .spanningStore], proved)
  func `trees of four levels too`(kind: StoreKind, algorithm: RebuildRule) throws {
    let cell = WitnessCase(kind: kind, height: 4, tracksGaps: true, algorithm: algorithm)
    #expect(try WitnessBuilder.witness(for: cell).nodes == Self.nodes(cell))
  }

  @Test(arguments: [StoreKind.splitStore, .rebalance, .spanningStore])
  func `where the way up ends as soon as it can, the worst case is no better`(kind: StoreKind) throws {
    let cell = WitnessCase(kind: kind, height: 3, algorithm: .untilTheWaysMeet)
    let witness = try WitnessBuilder.witness(for: cell)
    #expect(witness.nodes == Self.nodes(cell))
    try WitnessReplay.check(witness, allowing: witness.nodes - 1)
  }

  @Test(arguments: [StoreKind.rootStore, .newRoot, .nodeStore, .splitStore, .rebalance, .spanningStore], proved)
  func `a replay passes if the store may take its nodes, and is a violation with one less`(
    kind: StoreKind, algorithm: RebuildRule
  ) throws {
    let cells = WitnessCase.all(kind, heights: 0...2, algorithm: algorithm).filter(\.usesReadCopyUpdate)
    try #require(!cells.isEmpty)
    for cell in cells {
      let witness = try WitnessBuilder.witness(for: cell)
      #expect(WitnessReplay.violation(of: witness.bounded(to: witness.nodes), algorithm: algorithm) == nil)
      let violation = WitnessReplay.violation(
        of: witness.bounded(to: witness.nodes - 1), algorithm: algorithm)
      #expect(violation?.kind == .tookMoreNodes)
      #expect(violation?.found == "\(witness.nodes) nodes taken")
    }
  }

  @Test func `a replay that goes another way than it should is refused`() throws {
    var witness = try WitnessBuilder.witness(for: WitnessCase(kind: .splitStore, height: 2, algorithm: .newest))
    witness.nodes += 1
    let error = #expect(throws: WitnessError.self) { try WitnessReplay.check(witness, allowing: 5) }
    #expect(
      error?.description
        == "split-store-2-plain: the replay of its script with at most 5 nodes was expected to end with "
        + "tookMoreNodes, and found nothing")
  }

  @Test func `a store that no tree sees has no script`() {
    let none = [
      WitnessCase(kind: .rebalance, height: 1, algorithm: .newest),
      WitnessCase(kind: .append, height: 2, usesReadCopyUpdate: true, algorithm: .newest),
      WitnessCase(kind: .splitStore, height: 6, algorithm: .newest),
    ]
    for cell in none { #expect(throws: WitnessError.self) { try WitnessBuilder.witness(for: cell) } }
  }

  @Test func `the walk's heights are those of a full way, and of one with room`() throws {
    let split = try WitnessBuilder.witness(for: WitnessCase(kind: .splitStore, height: 3, algorithm: .newest))
    #expect(split.vacant == 0)
    #expect(split.sufficient == 2)
    // The right-most nodes of a tree that bulk mode left have room, and nothing to spare.
    let rebalance = try WitnessBuilder.witness(for: WitnessCase(kind: .rebalance, height: 3, algorithm: .toTheRoot))
    #expect(rebalance.vacant == 2)
    #expect(rebalance.sufficient == 0)
  }

  @Test func `a script as a file says what it shows`() throws {
    let cell = WitnessCase(kind: .rootStore, height: 0, tracksGaps: true, algorithm: .newest)
    let witness = try WitnessBuilder.witness(for: cell)
    #expect(
      witness.text(allowing: 0, file: "mine") == """
        maple 1
        # A store of the kind root-store in a tree of height 0 that tracks gaps takes 1 node.
        # mine asks for 0: a violation.
        tree gaps
        at-most 0
        store 0x1...0x2 b

        """)
    #expect(witness.text(allowing: 1).contains("takes 1 node, as many as one can."))
  }
}
