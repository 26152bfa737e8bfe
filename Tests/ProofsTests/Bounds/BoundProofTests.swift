import MapleTreeModule
import Proofs
import RangeMapCore
import Testing

@Suite("Proofs about node counts")
struct BoundProofTests {
  @Test("what a duplicate takes is proved, and each proof fails without a premise")
  func duplicates() throws {
    let obligations = Manifest().obligations(of: [.duplicate])
    #expect(obligations.count > 10)
    var shared = SharedExplorations(of: obligations)
    for obligation in obligations {
      let report = try obligation.prove(&shared)
      #expect(report.verdict == .proved, "\(report.name)")
      #expect(report.weaknesses == [], "\(report.name)")
      #expect((obligation.cost / 3...obligation.cost * 3).contains(report.questions), "\(report.name)")
    }
  }

  @Test(
    "a tree's height after other stores stays within the bound, which such trees come near", arguments: [false, true])
  func growth(tracksGaps: Bool) throws {
    let growth = HeightGrowth(tracksGaps: tracksGaps)
    let tree = MapleTree(configuration: MapConfiguration(tracksGaps: tracksGaps))
    var heights: [Int] = []
    for index in 0..<3_000 {
      try tree.store(Entry(word: 0x1000), over: .single(UInt64(index) * 4))
      heights.append(tree.height)
    }
    var grew = 0
    for start in stride(from: 1, to: 2_000, by: 37) {
      for count in [0, 1, 2, 10, 100, 900] {
        let bound = growth.height(from: heights[start], after: count)
        #expect(heights[start + count] <= bound)
        if heights[start + count] > heights[start] { grew += 1 }
      }
    }
    #expect(grew > 0)
  }

  @Test("the bound is the height that a root reaches that gets an item by each store", arguments: [false, true])
  func growthByItems(tracksGaps: Bool) {
    let growth = HeightGrowth(tracksGaps: tracksGaps)
    let slots = tracksGaps ? 10 : 16
    var height = 3
    var items = slots
    for count in 1...200 {
      items += 1
      if items > slots {
        height += 1
        items = 2
      }
      #expect(growth.height(from: 3, after: count) == min(height, 31))
    }
    #expect(growth.height(from: 3, after: 0) == 3)
    #expect(growth.nodes(from: 5, after: 0) == 15)
    #expect(growth.nodes(from: 31, after: 0) == 93)
  }

  @Test("trees have no fewer and no more nodes than their entries allow", arguments: [false, true])
  func nodes(tracksGaps: Bool) throws {
    let counts = NodeCounts(tracksGaps: tracksGaps)
    for (entries, stride) in [(2, 1), (17, 1), (100, 10), (1_000, 1), (1_000, 7)] {
      let tree = MapleTree(configuration: MapConfiguration(tracksGaps: tracksGaps))
      for index in 0..<entries { try tree.store(Entry(word: 0x1000), over: .single(UInt64(index * stride))) }
      let least = counts.fewest(entries: entries).reduce(0, +)
      let most = counts.most(entries: entries).reduce(0, +)
      #expect(least <= tree.nodesInTree && tree.nodesInTree <= most, "\(entries) entries: \(tree.nodesInTree) nodes")
    }
  }
}
