import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("A store takes no more nodes than its plan asked for")
struct DemandTests {
  /// What random stores took of what was planned, by kind.
  private struct Ratios {
    /// Of all stores of a kind: the fewest nodes that were planned and not taken.
    var leastLeft: [StoreKind: Int] = [:]
    var counts: [StoreKind: Int] = [:]
  }

  private func runRandomStores(
    _ configuration: MapConfiguration, seed: UInt64, count: Int, limit: UInt64, into ratios: inout Ratios
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let tree = MapleTree(configuration: configuration)
    for number in 0..<count {
      let first = generator.below(limit)
      let width = generator.oneIn(40) ? limit : generator.oneIn(6) ? 60 : 3
      let last = generator.oneIn(50) ? UInt64.max : min(first + generator.below(width), limit)
      let range = generator.oneIn(400) ? KeyRange.all : KeyRange(generator.oneIn(60) ? 0 : first, last)
      let entry: Entry? = generator.oneIn(3) ? nil : .value(UInt64(number))
      let plan = tree.plan(entry, over: range)
      try tree.store(entry, over: range)
      if tree.nodesPlanned != plan.demand || tree.nodesTaken > tree.nodesPlanned {
        Issue.record("seed \(seed), store \(number): took \(tree.nodesTaken), planned \(tree.nodesPlanned)")
        return
      }
      ratios.counts[plan.kind, default: 0] += 1
      let left = tree.nodesPlanned - tree.nodesTaken
      ratios.leastLeft[plan.kind] = Swift.min(left, ratios.leastLeft[plan.kind] ?? .max)
    }
    #expect(tree.brokenLaws() == [])
  }

  @Test("in every mode, in random runs", arguments: MapConfiguration.everyMode)
  func randomRuns(_ configuration: MapConfiguration) throws {
    var ratios = Ratios()
    for seed in 1...4 as ClosedRange<UInt64> {
      try runRandomStores(configuration, seed: seed, count: 4000, limit: 3000, into: &ratios)
      try runRandomStores(configuration, seed: seed, count: 800, limit: 60, into: &ratios)
    }
    let reached = Set(ratios.counts.keys)
    #expect(reached.isSuperset(of: Set(StoreKind.allCases).subtracting([.append])))
    #expect(reached.contains(.append) == !configuration.usesReadCopyUpdate)
    // A plan that asked for one node less would be caught here: these kinds take all that they ask for.
    for kind in StoreKind.allCases where reached.contains(kind) && kind != .spanningStore {
      #expect(ratios.leastLeft[kind] == 0, "\(kind)")
    }
    print("LEAST", configuration, ratios.leastLeft[.spanningStore] ?? -1)
  }

  @Test("a split through all levels takes all of its nodes", arguments: [1, 2, 3])
  func tightSplit(height: Int) throws {
    let tree = MapleTree(configuration: .tiny)
    var tight = 0
    for index in 0..<400 as Range<UInt64> {
      let range = KeyRange.single(index * 7919 % 400)
      let plan = tree.plan(.value(index), over: range)
      let before = tree.height
      try tree.store(.value(index), over: range)
      guard plan.kind == .splitStore, before == height, tree.height > before else { continue }
      tight += 1
      #expect((tree.nodesTaken, tree.nodesPlanned) == (2 * height + 1, 2 * height + 1))
    }
    #expect(tight == 1)
  }
}
