import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("Gap search and allocation")
struct GapSearchTests {
  /// Forty ranges `10i...10i+5`, those of odd `i` two indices longer.
  private func unevenHoles() throws -> MapleTree {
    try makeTree(.gaps, (0..<40).map { KeyRange(10 * $0, 10 * $0 + ($0 % 2 == 0 ? 5 : 7)) })
  }

  @Test("finds the lowest and the highest place of the reference")
  func reference() throws {
    let tree = try unevenHoles()
    #expect(try tree.lowestGap(of: 4, in: KeyRange(0, 399)) == 6)
    #expect(try tree.lowestGap(of: 4, in: KeyRange(7, 399)) == 26)
    #expect(throws: RangeMapError.noSpace) { try tree.lowestGap(of: 4, in: KeyRange(7, 28)) }
    #expect(try tree.highestGap(of: 4, in: KeyRange(0, 399)) == 386)
    #expect(try tree.highestGap(of: 4, in: KeyRange(0, 388)) == 366)
    #expect(throws: RangeMapError.noSpace) { try tree.lowestGap(of: 5, in: KeyRange(0, 397)) }
    #expect(throws: RangeMapError.noSpace) { try tree.highestGap(of: 5, in: KeyRange(0, 397)) }
  }

  @Test("refuses a size of 0, one above the window's, an inverted window, and a tree without gaps")
  func refusals() throws {
    let tree = MapleTree(configuration: .gaps)
    for (size, window) in [(0, KeyRange(0, 9)), (11, KeyRange(0, 9)), (1, KeyRange(5, 4))] as [(UInt64, KeyRange)] {
      #expect(throws: RangeMapError.invalidRange) { try tree.lowestGap(of: size, in: window) }
      #expect(throws: RangeMapError.invalidRange) { try tree.highestGap(of: size, in: window) }
      #expect(throws: RangeMapError.invalidRange) { try tree.allocateLowest(.value(1), size: size, in: window) }
    }
    #expect(try tree.lowestGap(of: 10, in: KeyRange(0, 9)) == 0)
    let plain = MapleTree()
    #expect(throws: RangeMapError.gapsNotTracked) { try plain.lowestGap(of: 1) }
    #expect(throws: RangeMapError.gapsNotTracked) { try plain.highestGap(of: 1) }
    #expect(throws: RangeMapError.gapsNotTracked) { try plain.allocateLowest(.value(1), size: 1) }
    #expect(throws: RangeMapError.gapsNotTracked) { try plain.allocateHighest(.value(1), size: 1) }
    var next: UInt64 = 0
    #expect(throws: RangeMapError.gapsNotTracked) { try plain.allocateCyclic(.value(1), next: &next) }
  }

  @Test("works in a tree without nodes")
  func withoutNodes() throws {
    let tree = MapleTree(configuration: .gaps)
    #expect(try tree.lowestGap(of: 4, in: KeyRange(10, 99)) == 10)
    #expect(try tree.highestGap(of: 4, in: KeyRange(10, 99)) == 96)
    #expect(try tree.lowestGap(of: .max) == 0)
    #expect(try tree.highestGap(of: .max) == 1)
    try tree.store(.value(1), over: .single(0))
    #expect(try tree.lowestGap(of: 4, in: KeyRange(0, 99)) == 1)
    #expect(try tree.highestGap(of: .max) == 1)
    #expect(throws: RangeMapError.noSpace) { try tree.lowestGap(of: 10, in: KeyRange(0, 9)) }
    #expect(throws: RangeMapError.noSpace) { try tree.highestGap(of: 1, in: KeyRange(0, 0)) }
  }

  @Test("agrees with a search index by index, for all sizes and windows", arguments: GeometryName.allCases)
  func bruteForce(_ geometry: GeometryName) throws {
    let limit: UInt64 = 40
    for seed in 1...6 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let tree = MapleTree(configuration: MapConfiguration(tracksGaps: true, geometry: geometry))
      var taken = Array(repeating: false, count: Int(limit))
      for _ in 0..<60 {
        let first = generator.below(limit)
        let last = min(first + generator.below(4), limit - 1)
        let isNull = generator.oneIn(2)
        try tree.store(isNull ? nil : .value(first), over: KeyRange(first, last))
        for index in first...last { taken[Int(index)] = !isNull }
      }
      for size in 1...6 as ClosedRange<UInt64> {
        for first in 0..<limit {
          for last in first..<limit where last - first >= size - 1 {
            let starts = (first...(last - (size - 1))).filter { start in
              (start..<start + size).allSatisfy { !taken[Int($0)] }
            }
            let window = KeyRange(first, last)
            if (try? tree.lowestGap(of: size, in: window)) != starts.first
              || (try? tree.highestGap(of: size, in: window)) != starts.last
            {
              Issue.record("seed \(seed), size \(size), window \(window)")
              return
            }
          }
        }
      }
    }
  }

  @Test("allocates the lowest and the highest place until nothing is left")
  func allocates() throws {
    let tree = MapleTree(configuration: .gaps)
    let window = KeyRange(100, 129)
    #expect(try tree.allocateLowest(.value(1), size: 10, in: window) == 100)
    #expect(try tree.allocateHighest(.value(2), size: 10, in: window) == 120)
    #expect(try tree.allocateLowest(.value(3), size: 10, in: window) == 110)
    #expect(throws: RangeMapError.noSpace) { try tree.allocateLowest(.value(4), size: 1, in: window) }
    #expect(tree.slot(at: 115).range == KeyRange(110, 119))
  }

  @Test("a cyclic allocation goes on behind the last one, and reports where it began again")
  func cyclic() throws {
    let tree = MapleTree(configuration: .gaps)
    var next: UInt64 = 8
    var trace: [String] = []
    for _ in 0..<6 {
      let (index, wrapped) = try tree.allocateCyclic(.value(1), in: KeyRange(5, 10), next: &next)
      trace.append("\(index)\(wrapped ? " wrapped" : "")")
    }
    #expect(trace == ["8", "9", "10", "5 wrapped", "6", "7"])
    #expect(throws: RangeMapError.noSpace) { try tree.allocateCyclic(.value(1), in: KeyRange(5, 10), next: &next) }
    #expect(next == 8)
    _ = try tree.erase(at: 9)
    #expect(try tree.allocateCyclic(.value(1), in: KeyRange(5, 10), next: &next) == (9, false))
  }

  @Test("a cyclic allocation of the last index moves next to 0, and the one after it reports the wrap")
  func cyclicAtTheLastIndex() throws {
    let tree = MapleTree(configuration: .gaps)
    var next = UInt64.max
    #expect(try tree.allocateCyclic(.value(1), next: &next) == (.max, false))
    #expect(next == 0)
    #expect(try tree.allocateCyclic(.value(1), next: &next) == (0, true))
    #expect(try tree.allocateCyclic(.value(1), next: &next) == (1, false))
  }

  @Test("an allocation refuses every reserved entry, the zero entry too")
  func reservedEntries() throws {
    let tree = MapleTree(configuration: .gaps)
    for word in [2, 6, 0x402, 0x406, 4094] as [UInt64] {
      let entry = Entry(nonNullWord: word)
      #expect(throws: RangeMapError.reservedEntry) { try tree.allocateLowest(entry, size: 1) }
      #expect(throws: RangeMapError.reservedEntry) { try tree.allocateHighest(entry, size: 1) }
      var next: UInt64 = 0
      #expect(throws: RangeMapError.reservedEntry) { try tree.allocateCyclic(entry, next: &next) }
    }
    #expect(try tree.allocateLowest(Entry(nonNullWord: 4098), size: 1) == 0)
  }
}
