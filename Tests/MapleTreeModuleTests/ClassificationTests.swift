import RangeMapCore
import Testing

@testable import MapleTreeModule

/// One row of the worked classification: a store into forty ranges `10i...10i+5`, whose first leaf uses slots 0 to 14.
struct ClassifiedStore: Sendable, CustomTestStringConvertible {
  var range: KeyRange
  var isNull = false
  var newEnd: Int?
  var kind: StoreKind
  var kindWithReaders: StoreKind
  var demand: Int
  var demandWithReaders: Int
  var extended: KeyRange?

  init(
    _ range: ClosedRange<UInt64>, null: Bool = false, newEnd: Int?, _ kind: StoreKind, _ demand: Int,
    readers: (StoreKind, Int)? = nil, extended: ClosedRange<UInt64>? = nil
  ) {
    self.range = KeyRange(range)
    isNull = null
    self.newEnd = newEnd
    self.kind = kind
    self.demand = demand
    kindWithReaders = readers?.0 ?? kind
    demandWithReaders = readers?.1 ?? demand
    self.extended = extended.map { KeyRange($0) }
  }

  var testDescription: String { "\(range) \(isNull ? "NULL" : "entry")" }

  static let rows: [ClassifiedStore] = [
    ClassifiedStore(20...25, newEnd: 14, .exactFit, 0),
    ClassifiedStore(20...25, null: true, newEnd: 12, .nodeStore, 0, readers: (.nodeStore, 1), extended: 16...29),
    ClassifiedStore(22...25, newEnd: 15, .nodeStore, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(20...23, newEnd: 15, .nodeStore, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(22...23, newEnd: 16, .splitStore, 5),
    ClassifiedStore(22...27, newEnd: 15, .nodeStore, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(20...27, newEnd: 14, .slotStore, 0),
    ClassifiedStore(22...29, newEnd: 14, .slotStore, 0),
    ClassifiedStore(22...31, newEnd: 14, .slotStore, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(20...31, newEnd: 13, .nodeStore, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(20...29, newEnd: 13, .nodeStore, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(22...60, newEnd: 8, .nodeStore, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(26...29, newEnd: 14, .exactFit, 0),
    ClassifiedStore(20...35, null: true, newEnd: 10, .nodeStore, 0, readers: (.nodeStore, 1), extended: 16...39),
    ClassifiedStore(400...405, newEnd: 8, .append, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(500...UInt64.max, newEnd: 7, .append, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(396...400, newEnd: 7, .append, 0, readers: (.nodeStore, 1)),
    ClassifiedStore(396...UInt64.max, newEnd: 6, .exactFit, 0),
    ClassifiedStore(0...200, newEnd: nil, .spanningStore, 7),
  ]
}

@Suite("How a store is classified")
struct ClassificationTests {
  @Test("as the worked table says", arguments: ClassifiedStore.rows, [false, true])
  func workedTable(_ row: ClassifiedStore, readers: Bool) throws {
    for gaps in [false, true] {
      let tree = try makeTree(
        MapConfiguration(tracksGaps: gaps, usesReadCopyUpdate: readers), gappedRanges(40), algorithm: .toTheRoot)
      #expect(tree.height == 2)
      let before = tree.fingerprint()
      let plan = tree.plan(row.isNull ? nil : .value(999), over: row.range)
      #expect(plan.kind == (readers ? row.kindWithReaders : row.kind))
      if let newEnd = row.newEnd { #expect(plan.newEnd == newEnd) }
      #expect(plan.range == row.extended ?? row.range)
      #expect(plan.demand == (readers ? row.demandWithReaders : row.demand))
      #expect(tree.fingerprint() == before, "a plan changes nothing")
    }
  }

  @Test("the worked tree has the first leaf that the table is about")
  func workedTree() throws {
    let tree = try makeTree(.plain, gappedRanges(40), algorithm: .toTheRoot)
    #expect(tree.node(at: [0]).end == 14)
    let last = tree.node(at: [tree.node(at: []).end])
    #expect(last.end == 6)
    #expect(last.node.slot(6) == 0)
  }

  @Test("a NULL that would end a leaf spans, though it fits in the leaf; up to the last index it does not")
  func nullAtLeafEnd() throws {
    let tree = try makeTree(.plain, gappedRanges(40), algorithm: .toTheRoot)
    let leaf = tree.node(at: [0])
    #expect(tree.plan(nil, over: KeyRange(leaf.range.last - 2, leaf.range.last)).kind == .spanningStore)
    #expect(tree.plan(.value(1), over: KeyRange(leaf.range.last - 2, leaf.range.last)).kind != .spanningStore)
    #expect(tree.plan(nil, over: KeyRange(398, .max)).kind != .spanningStore)
  }

  @Test("a leaf that would keep fewer than seven items is rebalanced, a root leaf is not")
  func fewItems() throws {
    let tree = try makeTree(.plain, gappedRanges(40), algorithm: .toTheRoot)
    let plan = tree.plan(.value(1), over: KeyRange(2, 55))
    #expect(plan.newEnd == 5)
    #expect(plan.kind == .rebalance)
    #expect(plan.demand == 3)
    #expect(tree.plan(.value(1), over: KeyRange(2, 55), isBulk: true).kind == .nodeStore)
    let leaf = try makeTree(.plain, gappedRanges(7))
    #expect(leaf.height == 1)
    let inRoot = leaf.plan(.value(1), over: KeyRange(2, 55))
    #expect(inRoot.newEnd < 6)
    #expect(inRoot.kind == .nodeStore)
  }

  @Test("all of the index space is a new root in a leaf, and a spanning store in a taller tree")
  func everything() throws {
    for entry in [nil, Entry.value(3)] {
      let leaf = try makeTree(.plain, gappedRanges(3))
      #expect(leaf.plan(entry, over: .all).kind == .newRoot)
      #expect(leaf.plan(entry, over: .all).demand == (entry == nil ? 0 : 1))
      let tall = try makeTree(.plain, gappedRanges(40), algorithm: .toTheRoot)
      #expect(tall.plan(entry, over: .all).kind == .spanningStore)
    }
  }

  @Test("a NULL that grows to all of a leaf root is a new root")
  func nullGrowsToEverything() throws {
    let tree = try makeTree(.plain, [KeyRange(10, 19)])
    let plan = tree.plan(nil, over: KeyRange(10, 19))
    #expect(plan.kind == .newRoot)
    #expect(plan.range == .all)
  }
}
