import MapleTreeModule
import Proofs
import RangeMapCore
import Testing

@Suite("Exploring the plans of stores")
struct BoundExplorationTests {
  private func cases(
    _ height: Int, tracksGaps: Bool = true, without premise: Premise? = nil, wasBuiltInOrder: Bool = true,
    rebuildRule: RebuildRule = .toTheRoot, tellsHeights: Bool = false
  ) throws -> BoundCases {
    let world = StoreWorld(
      tracksGaps: tracksGaps, usesReadCopyUpdate: true, wasBuiltInOrder: wasBuiltInOrder, rebuildRule: rebuildRule,
      height: height, without: premise)
    return try BoundExploration().cases(of: world, tellsHeights: tellsHeights)
  }

  private func greatest(_ cases: BoundCases) -> [StoreKind: Int] {
    StoreKind.allCases.reduce(into: [:]) { $0[$1] = cases.greatest($1)?.taken }
  }

  @Test("finds the greatest number of nodes of each kind, by height", arguments: [false, true])
  func greatestByHeight(tracksGaps: Bool) throws {
    #expect(try greatest(cases(0, tracksGaps: tracksGaps)) == [.rootStore: 1])
    #expect(
      try greatest(cases(1, tracksGaps: tracksGaps))
        == [.newRoot: 1, .exactFit: 0, .slotStore: 0, .nodeStore: 1, .splitStore: 3])
    #expect(
      try greatest(cases(2, tracksGaps: tracksGaps))
        == [.exactFit: 0, .slotStore: 0, .nodeStore: 1, .splitStore: 5, .rebalance: 3, .spanningStore: 6])
  }

  @Test("finds that only trees that were built in order need all that a rebalance asks for")
  func rebalance() throws {
    #expect(try cases(3).greatest(.rebalance)?.taken == 5)
    #expect(try cases(3, wasBuiltInOrder: false).greatest(.rebalance)?.taken == 4)
  }

  @Test("no path takes more nodes than the tree asks for", arguments: 0...2)
  func asksForEnough(height: Int) throws {
    let found = try cases(height)
    #expect(found.summary.paths > 0)
    for store in found.cases where store.taken > store.asked { Issue.record("\(store)") }
  }

  @Test("and without a law of the tree some path does", arguments: [Premise.nodeCapacity])
  func needsPremise(premise: Premise) throws {
    let found = try cases(2, without: premise)
    #expect(found.cases.contains { $0.taken > $0.asked })
  }

  @Test("of 6.16's formulas, that of spanning stores holds where the rebuild stops, and not where it goes to the root")
  func formulasOf616() throws {
    func isEnough(_ rule: RebuildRule) throws -> Bool {
      try cases(3, rebuildRule: rule, tellsHeights: true).cases.allSatisfy { store in
        guard store.kind == .spanningStore || store.kind == .rebalance else { return true }
        let levels = 3 - (store.sufficient < store.vacant ? store.sufficient : store.vacant)
        return store.taken <= (store.kind == .spanningStore ? 3 : 2) * levels + 1
      }
    }
    #expect(try isEnough(.untilTheWaysMeet))
    #expect(try !isEnough(.toTheRoot))
  }

  @Test("the same exploration gives the same paths and the same witnesses")
  func isDeterministic() throws {
    let first = try cases(2)
    let second = try cases(2)
    #expect(first.cases == second.cases)
    #expect(first.summary == second.summary)
  }

  @Test("random stores into trees of small nodes stay within what was found, and reach it", arguments: [false, true])
  func concrete(tracksGaps: Bool) throws {
    var observed: [Int: [StoreKind: Int]] = [:]
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<40 {
      let configuration = MapConfiguration(
        tracksGaps: tracksGaps, usesReadCopyUpdate: true, geometry: .tiny)
      let tree = MapleTree(configuration: configuration)
      tree.rebuildRule = .toTheRoot
      for _ in 0..<400 {
        let first = UInt64.random(in: 0..<160, using: &generator)
        let last = first + UInt64.random(in: 0..<8, using: &generator)
        let entry = UInt64.random(in: 0..<3, using: &generator) == 0 ? nil : Entry(word: 0x1000)
        let planned = tree.forecast(of: entry, over: KeyRange(first, last))
        try tree.store(entry, over: KeyRange(first, last))
        let seen = observed[planned.height, default: [:]][planned.kind] ?? 0
        observed[planned.height, default: [:]][planned.kind] = max(seen, tree.nodesTaken)
      }
    }
    for height in 1...3 {
      let world = StoreWorld(
        geometry: .tiny, tracksGaps: tracksGaps, usesReadCopyUpdate: true, wasBuiltInOrder: false,
        rebuildRule: .toTheRoot,
        height: height)
      let found = try BoundExploration().cases(of: world)
      for (kind, taken) in observed[height] ?? [:] {
        let most = found.greatest(kind)?.taken ?? -1
        #expect(taken <= most, "\(kind) at height \(height)")
        if kind == .splitStore && height <= 2 { #expect(taken == most, "\(kind) at height \(height)") }
      }
    }
    #expect(observed[3]?[.spanningStore] != nil)
  }
}
