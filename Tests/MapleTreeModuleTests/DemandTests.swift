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
    _ configuration: MapConfiguration, _ algorithm: RebuildRule, seed: UInt64, count: Int, limit: UInt64,
    into ratios: inout Ratios
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let tree = try makeTree(configuration, algorithm: algorithm)
    var model = SerialModel(limit: Int(limit) + 1)
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
      model.store(entry, over: range)
      if number % 200 == 199 && tree.slots != model.slots {
        Issue.record("seed \(seed): the content differs after store \(number)")
        return
      }
      ratios.counts[plan.kind, default: 0] += 1
      let left = tree.nodesPlanned - tree.nodesTaken
      ratios.leastLeft[plan.kind] = Swift.min(left, ratios.leastLeft[plan.kind] ?? .max)
    }
    #expect(tree.brokenLaws() == [])
  }

  @Test(
    "and keeps to the model, in every mode, in random runs", arguments: MapConfiguration.everyMode, RebuildRule.allCases
  )
  func randomRuns(_ configuration: MapConfiguration, algorithm: RebuildRule) throws {
    var ratios = Ratios()
    for seed in 1...4 as ClosedRange<UInt64> {
      try runRandomStores(configuration, algorithm, seed: seed, count: 4000, limit: 3000, into: &ratios)
      try runRandomStores(configuration, algorithm, seed: seed, count: 800, limit: 60, into: &ratios)
    }
    let reached = Set(ratios.counts.keys)
    #expect(reached.isSuperset(of: Set(StoreKind.allCases).subtracting([.append])))
    #expect(reached.contains(.append) == !configuration.usesReadCopyUpdate)
    // A plan that asked for one node less would be caught here: these kinds take all that they ask for. A rebalance
    // that asks by reach asks for two nodes a level and one, and takes less: `models/bounds/tight-7.3.toml`.
    let leavesSome: Set<StoreKind> = algorithm.asksByReach ? [.spanningStore, .rebalance] : [.spanningStore]
    for kind in StoreKind.allCases where reached.contains(kind) && !leavesSome.contains(kind) {
      #expect(ratios.leastLeft[kind] == 0, "\(kind)")
    }
    // The spanning store's bound is not met: at most three nodes a level, two and a new root at the top.
    #expect((ratios.leastLeft[.spanningStore] ?? 0) >= 1)
  }

  @Test("a split through all levels takes all of its nodes", arguments: [1, 2, 3])
  func tightSplit(height: Int) throws {
    let tree = try makeTree(.tiny, algorithm: .toTheRoot)
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

  @Test("a spanning store between full nodes takes all of its nodes but one", arguments: [2, 3])
  func tightSpanning(height: Int) throws {
    let tree = try makeTree(.tiny, algorithm: .toTheRoot)
    let slots = Geometry.tiny.leaf.slots
    let leafCount = height == 2 ? slots : slots * slots
    // Full leaves of entries ten indices wide; full parents of them.
    var level = (0..<leafCount).map { leaf -> (word: UInt64, last: UInt64) in
      let node = tree.takeLooseNode(.leaf)
      let items = (0..<slots).map { item in
        (word: Entry.value(UInt64(leaf)).word, last: UInt64((leaf * slots + item) * 10 + 9))
      }
      tree.fill(node, items)
      return (node.reference.word, items[slots - 1].last)
    }
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: slots).map { first in
        let children = Array(level[first..<first + slots])
        let node = tree.takeLooseNode(.range)
        tree.fill(node, children)
        return (node.reference.word, children[slots - 1].last)
      }
    }
    tree.hang(tree.handle.node(NodeReference(word: level[0].word)), height: height)
    #expect(tree.brokenLaws() == [])
    let before = tree.slots
    // From within the last slot of a leaf, and of its parents, to within the first slot of the next.
    let border = UInt64(height == 2 ? 2 * slots : 2 * slots * slots) * 10
    try tree.store(.value(999), over: KeyRange(border - 5, border + 4))
    #expect((tree.nodesTaken, tree.nodesPlanned) == (3 * height, 3 * height + 1))
    #expect(tree.height == height + 1)
    #expect(tree.slots.count == before.count + 1)
    #expect(tree.load(border) == .value(999))
    #expect(tree.brokenLaws() == [])
  }
}
