import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("Requests for nodes under the formulas of four versions")
struct RequestFormulaTests {
  /// 40 entries over [10i, 10i + 5], as the table of section 4.6 of the specification: two levels, 15 slots in the
  /// first leaf.
  private func makeTree(readers: Bool) throws -> MapleTree {
    let tree = MapleTree(configuration: MapConfiguration(usesReadCopyUpdate: readers))
    for place: UInt64 in 0..<40 { try tree.store(.value(place + 1), over: KeyRange(10 * place, 10 * place + 5)) }
    return tree
  }

  private func requests(_ tree: borrowing MapleTree, _ entry: Entry?, _ range: KeyRange) -> [Int] {
    let store = tree.forecast(of: entry, over: range)
    return RequestFormula.allCases.map { $0.nodes(for: store) }
  }

  @Test("follow the table of store kinds, in a tree of two levels with room in its root")
  func table() throws {
    let tree = try makeTree(readers: true)
    let value = Entry.value(99)
    // In the order 6.1, series v2, 6.12, 6.16; the root has a slot to spare and can lose a child.
    #expect(requests(tree, value, KeyRange(20, 25)) == [7, 0, 0, 0])
    // NULL on both sides makes the leaf shorter only where it is extended before it is asked.
    #expect(requests(tree, nil, KeyRange(20, 25)) == [7, 0, 1, 1])
    #expect(requests(tree, value, KeyRange(22, 25)) == [7, 1, 1, 1])
    #expect(requests(tree, value, KeyRange(20, 27)) == [7, 0, 0, 0])
    #expect(requests(tree, value, KeyRange(22, 23)) == [7, 5, 5, 3])
    #expect(requests(tree, value, KeyRange(0, 200)) == [7, 7, 7, 7])
    #expect(requests(tree, value, .all) == [7, 1, 7, 7])
    // The store grows the last leaf: with readers about it needs a new one, which the series did not think of.
    #expect(requests(tree, value, KeyRange(500, .max)) == [7, 0, 1, 1])
    #expect(requests(try makeTree(readers: false), value, KeyRange(500, .max)) == [7, 0, 0, 0])
  }

  @Test("ask for one node or none where the tree has none")
  func emptyTree() {
    let tree = MapleTree()
    #expect(requests(tree, .value(1), KeyRange(5, 9)) == [1, 1, 1, 1])
    #expect(requests(tree, .value(1), .single(0)) == [1, 1, 0, 0])
  }

  @Test("say what the store then does, and change nothing")
  func plannedKinds() throws {
    let tree = try makeTree(readers: true)
    let before = tree.fingerprint()
    #expect(tree.forecast(of: .value(9), over: KeyRange(22, 23)).kind == .splitStore)
    #expect(tree.forecast(of: .value(9), over: KeyRange(0, 200)).kind == .spanningStore)
    #expect(tree.forecast(of: nil, over: KeyRange(20, 25)).kind == .nodeStore)
    #expect(tree.fingerprint() == before)
  }

  @Test("are never fewer than what a store takes, by each version's own way to rebuild", arguments: [false, true])
  func bounds(readers: Bool) throws {
    let ways: [(RebuildRule, [RequestFormula])] = [
      (.toTheRoot, [.linux61, .linux612]), (.untilTheWaysMeet, [.linux61, .linux612, .linux616]),
      (.copiedByLevel, [.linux61, .linux616]),
    ]
    for (rule, formulas) in ways {
      let tree = MapleTree(configuration: MapConfiguration(tracksGaps: true, usesReadCopyUpdate: readers))
      tree.rebuildRule = rule
      var generator = SeededGenerator(seed: 4)
      var tallest = 0
      for _ in 0..<6_000 {
        let first = UInt64.random(in: 0..<20_000, using: &generator)
        let longest: UInt64 = Int.random(in: 0..<20, using: &generator) == 0 ? 600 : 9
        let length = UInt64.random(in: 0..<longest, using: &generator)
        let entry: Entry? = Int.random(in: 0..<3, using: &generator) == 0 ? nil : .value(first)
        let range = KeyRange(first, first + length)
        let planned = tree.forecast(of: entry, over: range)
        try tree.store(entry, over: range)
        tallest = max(tallest, planned.height)
        for formula in formulas {
          #expect(formula.nodes(for: planned) >= tree.nodesTaken, "\(formula.rawValue), \(planned.kind) at \(range)")
        }
      }
      #expect(tallest >= 4)
    }
  }
}
