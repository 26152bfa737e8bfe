import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("The plan of a store into one leaf")
struct StorePlanTests {
  /// What a leaf holds, as a list of items: a word and how many indices it covers.
  private typealias Items = [(word: UInt64, width: Int)]

  /// Stores into a row of single indices, and counts the items afterwards: `marks` differ where items do.
  private func itemsAfterStore(_ items: Items, first: Int, last: Int, isNull: Bool) -> Int {
    var marks: [UInt64] = []
    for (number, item) in items.enumerated() {
      marks += Array(repeating: item.word == 0 ? 0 : UInt64(number + 1), count: item.width)
    }
    for index in first...last { marks[index] = isNull ? 0 : 1000 }
    return 1 + zip(marks, marks.dropFirst()).filter { $0 != $1 }.count
  }

  /// All leaves of up to `slots` items, each one to three indices wide.
  private func allWidths(slots: Int) -> [[Int]] {
    var result: [[Int]] = [[]]
    var all: [[Int]] = []
    for _ in 0..<slots {
      result = result.flatMap { widths in (1...3).map { widths + [$0] } }
      all += result
    }
    return all
  }

  @Test("newEnd counts the items that a store of an entry leaves, for all small layouts")
  func newEndOfEntries() {
    var checked = 0
    for widths in allWidths(slots: 5) {
      let items = widths.enumerated().map { (word: UInt64($0 + 1), width: $1) }
      let ends = widths.indices.map { widths[0...$0].reduce(0, +) - 1 }
      let limit = ends[ends.count - 1]
      for first in 0...limit {
        for last in first...limit {
          let slot = ends.firstIndex { $0 >= first } ?? 0
          let lastSlot = ends.firstIndex { $0 >= last } ?? 0
          let facts = LeafFacts<Int>(
            end: widths.count - 1, slot: slot, lastSlot: lastSlot,
            beginsAtSlot: first == ends[slot] - widths[slot] + 1, endsAtSlot: last == ends[lastSlot],
            coversAll: false, storesNull: false, isRoot: true, usesReadCopyUpdate: false, isBulk: false)
          let count = itemsAfterStore(items, first: first, last: last, isNull: false)
          checked += 1
          if facts.newEnd != count - 1 {
            Issue.record("\(widths), store \(first)...\(last): \(facts.newEnd), \(count) items")
            return
          }
        }
      }
    }
    #expect(checked > 10_000)
  }

  @Test(
    "a plan of an entry or a NULL counts the items afterwards, for all leaves with NULLs", arguments: [false, true])
  func newEndInTrees(isNull: Bool) throws {
    var checked = 0
    for widths in allWidths(slots: 4) {
      for pattern in 0..<(1 << widths.count) where pattern & (pattern << 1) == 0 {
        let items: Items = widths.enumerated().map { (word: pattern >> $0 & 1 == 1 ? 0 : UInt64($0 + 1), width: $1) }
        let tree = MapleTree()
        let width = widths.reduce(0, +)
        // An entry behind the items keeps them apart from the NULL at the end of the index space.
        try tree.store(.value(99), over: KeyRange(UInt64(width), .max))
        var start: UInt64 = 0
        for item in items {
          let range = KeyRange(start, start + UInt64(item.width) - 1)
          if item.word != 0 { try tree.store(.value(item.word), over: range) }
          start = range.last + 1
        }
        guard tree.height == 1 else { continue }
        for first in 0..<width {
          for last in first..<width {
            let plan = tree.plan(isNull ? nil : .value(500), over: KeyRange(UInt64(first), UInt64(last)))
            let count = itemsAfterStore(items, first: first, last: last, isNull: isNull)
            checked += 1
            // The entry behind is one item more, and plan counts from 0.
            if plan.newEnd != count {
              Issue.record("\(items), store \(first)...\(last): \(plan)")
              return
            }
          }
        }
      }
    }
    #expect(checked > 5000)
  }

  @Test("the kind is the first that matches in the table, for all facts", arguments: GeometryName.allCases)
  func kinds(_ name: GeometryName) {
    let leaf = Geometry.named(name, for: .toTheRoot).leaf
    let flags = [false, true]
    var reached: Set<StoreKind> = []
    var domain = ConcreteDomain()
    for end in 0..<leaf.slots {
      for slot in 0...end {
        for lastSlot in slot...end {
          for bits in 0..<64 {
            let bit = { (index: Int) in flags[bits >> index & 1] }
            let coversAll = bit(2) && bit(0) && bit(1) && slot == 0 && lastSlot == end
            let facts = LeafFacts<Int>(
              end: end, slot: slot, lastSlot: lastSlot, beginsAtSlot: bit(0), endsAtSlot: bit(1),
              coversAll: coversAll, storesNull: bit(2), isRoot: bit(3), usesReadCopyUpdate: bit(4), isBulk: bit(5))
            let newEnd = facts.newEnd
            let rows: [(StoreKind, Bool)] = [
              // Differs from the kernel, which keeps a leaf of one NULL.
              (.newRoot, coversAll && bit(2)),
              (.exactFit, slot == lastSlot && bit(0) && bit(1)),
              (.newRoot, coversAll),
              (.rebalance, newEnd < leaf.minimum && !bit(3) && !bit(5)),
              (.nodeStore, newEnd < leaf.minimum),
              (.splitStore, newEnd >= leaf.slots),
              (.append, !bit(4) && slot == end),
              (.slotStore, newEnd == end && (!bit(4) || lastSlot - slot == 1)),
              (.nodeStore, true),
            ]
            let expected = rows.first { $0.1 }?.0
            let kind = facts.kind(leaf: leaf, rule: .toTheRoot, in: &domain)
            reached.insert(kind)
            if kind != expected {
              Issue.record("\(facts): \(kind), expected \(String(describing: expected))")
              return
            }
          }
        }
      }
    }
    #expect(reached == Set(StoreKind.allCases).subtracting([.rootStore, .spanningStore]))
  }

  @Test("the demand is the table's, at every height")
  func demand() {
    var domain = ConcreteDomain()
    for height in 1...31 {
      for readers in [false, true] {
        for builds in [false, true] {
          let expected: [StoreKind: Int] = [
            .rootStore: builds ? 1 : 0, .newRoot: builds ? 1 : 0, .exactFit: 0, .append: 0, .slotStore: 0,
            .nodeStore: readers ? 1 : 0, .splitStore: 2 * height + 1, .rebalance: 2 * height - 1,
            .spanningStore: 3 * height + 1,
          ]
          for kind in StoreKind.allCases {
            let nodes = NodeDemand.nodes(
              for: kind, height: height, usesReadCopyUpdate: readers, buildsLeaf: builds, in: &domain)
            #expect(nodes == expected[kind])
          }
        }
      }
    }
  }

  @Test("a kind that never asks for nodes has no demand, and the others have one somewhere")
  func asksForNodes() {
    var domain = ConcreteDomain()
    for kind in StoreKind.allCases {
      let greatest = [false, true].map { readers in
        NodeDemand.nodes(for: kind, height: 3, usesReadCopyUpdate: readers, buildsLeaf: true, in: &domain)
      }.max()
      #expect(kind.asksForNodes == (greatest != 0))
    }
  }
}
