import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Testing

@Suite("Each version's algorithm")
struct AlgorithmTests {
  @Test("agrees with the oracle, keeps the laws, and takes no more than it plans", arguments: RebuildRule.allCases)
  func campaign(rule: RebuildRule) {
    for geometry in GeometryName.allCases {
      let campaign = Campaign<MapleTreeSubject>(
        firstSeed: 7, operationsPerRun: 1_500, operationLimit: 5_000, sweepInterval: 4, operationsPerSweep: 60,
        makeSubject: {
          var kind = $0
          kind.geometry = geometry
          return MapleTreeSubject(configuration: kind, rebuildRule: rule)
        })
      let summary = campaign.run()
      #expect(summary.operations >= 5_000)
      #expect(summary.finding == nil, "\(summary.finding?.scriptText ?? "")")
    }
  }

  @Test("makes a tree of its own")
  func differs() {
    let trees = RebuildRule.allCases.map { rule in
      let tree = MapleTree(configuration: MapConfiguration(tracksGaps: true))
      tree.rebuildRule = rule
      for index: UInt64 in 0..<200 { try? tree.store(.value(index), over: .single(index * 7919 % 1000)) }
      for index: UInt64 in 0..<60 { try? tree.store(nil, over: KeyRange(index * 16, index * 16 + 6)) }
      return tree.fingerprint()
    }
    #expect(Set(trees).count == RebuildRule.allCases.count)
  }
}
