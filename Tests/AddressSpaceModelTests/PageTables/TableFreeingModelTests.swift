import RangeMapCore
import Testing

@testable import AddressSpaceModel

/// Freeing tables against the brute-force model: a table is needed as long as a mapping touches its span.
@Suite("Freeing tables: against the model")
struct TableFreeingModelTests {
  /// Takes `removed`, a run of neighbours, out of `mappings`; both by rising address. What is left must be exactly
  /// what the others need. Returns a description of the difference.
  static func difference(
    _ mappings: [KeyRange], removing removed: Range<Int>, _ geometry: PageTableGeometry, grouping: Bool = true,
    defect: TableFreeDefect? = nil
  ) throws -> String? {
    let table = TableBench(geometry).parent
    for mapping in mappings { try table.makeTables(for: mapping) }
    let floor = removed.lowerBound == 0 ? 0 : mappings[removed.lowerBound - 1].last + 1
    let ceiling = removed.upperBound == mappings.count ? 0 : mappings[removed.upperBound].first
    let areas = Array(mappings[removed])
    if let defect {
      // One area, and no grouping: the seeded faults are in the freeing of one range.
      table.freeRange(
        address: areas[0].first, end: areas[0].last + 1, floor: floor, ceiling: ceiling, defect: defect)
    } else {
      table.freeTables(of: areas, floor: floor, ceiling: ceiling, grouping: grouping)
    }
    let left = Set(table.reachableTables())
    let needed = neededTables(Array(mappings[..<removed.lowerBound] + mappings[removed.upperBound...]), geometry)
    let counted = PageTableLaw.violations([table])
    guard left != needed || !counted.isEmpty else { return nil }
    return "mappings \(mappings), removed \(removed): left \(left.subtracting(needed)) too many, "
      + "\(needed.subtracting(left)) missing, \(counted)"
  }

  /// All lists of `count` mappings, by rising address and apart, within so many pages.
  static func lists(of count: Int, pages: Int, from page: Int = 0) -> [[KeyRange]] {
    if count == 0 { return [[]] }
    var found: [[KeyRange]] = []
    for last in page..<max(page, pages) {
      let rests = lists(of: count - 1, pages: pages, from: last + 1)
      for first in page...last {
        let head = KeyRange(UInt64(first) << 12, UInt64(last) << 12 | 0xfff)
        found += rests.map { [head] + $0 }
      }
    }
    return found
  }

  // Optimised, the tests go through all there is; unoptimised through a part that takes a second.
  #if DEBUG
    static let triplePages = 8
    static let tinyPages = 12
    static let randomAreaCount = 1_500
    static let endStep = 3
  #else
    static let triplePages = 16
    static let tinyPages = 40
    static let randomAreaCount = 1_000_000
    static let endStep = 1
  #endif

  @Test(
    "one, two and three mappings anywhere, every run of them removed", arguments: [(1, 16), (2, 16), (3, triplePages)])
  func exhaustiveSmallest(count: Int, pages: Int) throws {
    var tried = 0
    for list in Self.lists(of: count, pages: pages) {
      for first in 0..<count {
        for end in first + 1...count {
          tried += 1
          let difference = try Self.difference(list, removing: first..<end, .smallest)
          try #require(difference == nil)
        }
      }
    }
    // A list is a choice of 2 ends for each mapping, of which those of one mapping may be equal.
    let lists = (0..<2 * count).reduce(1) { $0 * (pages + count - $1) / ($1 + 1) }
    #expect(tried == lists * count * (count + 1) / 2)
  }

  @Test("two mappings anywhere in the first pages of tables of four entries")
  func exhaustiveTiny() throws {
    for list in Self.lists(of: 2, pages: Self.tinyPages) {
      for removed in [0..<1, 1..<2, 0..<2] {
        let difference = try Self.difference(list, removing: removed, .tiny)
        try #require(difference == nil)
      }
    }
  }

  @Test("two mappings with ends at and beside the borders of the spans of every level, in all 256 pages")
  func exhaustiveBorders() throws {
    let borders = [0, 4, 16, 20, 32, 64, 68, 80, 128, 192, 240, 252, 256]
    let ends = Set(borders.flatMap { [$0 - 1, $0, $0 + 1] }).filter { 0...256 ~= $0 }.sorted().map { UInt64($0) << 12 }
    var tried = 0
    for first in stride(from: 0, to: ends.count, by: Self.endStep) {
      for second in first + 1..<ends.count {
        for third in second..<ends.count {
          for fourth in stride(from: third + 1, to: ends.count, by: Self.endStep) {
            let list = [KeyRange(ends[first], ends[second] - 1), KeyRange(ends[third], ends[fourth] - 1)]
            tried += 1
            // Each list takes out one part, in turn: below, above, both.
            let removed = [0..<1, 1..<2, 0..<2][(first + second + third + fourth) % 3]
            let difference = try Self.difference(list, removing: removed, .tiny)
            try #require(difference == nil)
          }
        }
      }
    }
    #expect(tried > 5_000)
  }

  @Test("areas freed one by one leave what areas freed in groups leave")
  func groupingChangesNothing() throws {
    for list in Self.lists(of: 3, pages: 12) {
      for removed in [0..<2, 1..<3, 0..<3] {
        let difference = try Self.difference(list, removing: removed, .smallest, grouping: false)
        try #require(difference == nil)
      }
    }
  }

  @Test("grouping saves ranges, and areas of huge pages stay alone")
  func groupingCounts() throws {
    struct Area: UnmappedArea {
      let range: KeyRange
      let hasHugePages: Bool
    }
    let bench = TableBench(.x86_64)
    let ranges = [0, 1, 2, 3, 4].map { KeyRange($0 * 0x20_0000, $0 * 0x20_0000 + 0xfff) }
    for range in ranges { try bench.parent.makeTables(for: range) }
    #expect(bench.parent.freeTables(of: ranges, floor: 0, ceiling: 0) == 1)
    #expect(bench.parent.isEmpty)
    for range in ranges { try bench.parent.makeTables(for: range) }
    let huge = ranges.enumerated().map { Area(range: $1, hasHugePages: $0 == 2) }
    #expect(bench.parent.freeTables(of: huge, floor: 0, ceiling: 0) == 3)
    #expect(bench.parent.isEmpty)
    // One byte further than a lowest table's span is too far.
    let apart = [KeyRange(0, 0xfff), KeyRange(0x20_1000, 0x20_1fff), KeyRange(0x40_3000, 0x40_3fff)]
    #expect(bench.parent.freeTables(of: apart, floor: 0, ceiling: 0) == 2)
  }

  @Test("an area is asked for once")
  func asksOnce() throws {
    let bench = TableBench(.x86_64)
    let areas = [KeyRange(0, 0xfff), KeyRange(0x1000, 0x1fff), KeyRange(0x4000_0000, 0x4000_0fff)]
    for area in areas { try bench.parent.makeTables(for: area) }
    var asked = 0
    bench.parent.freeTables(
      first: areas[0], floor: 0, ceiling: 0,
      next: {
        asked += 1
        return asked < areas.count ? areas[asked] : nil
      })
    #expect(asked == areas.count)
    #expect(bench.parent.isEmpty)
  }

  @Test("random mappings in the whole address space, near one another and far apart")
  func randomAreas() throws {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<Self.randomAreaCount {
      let list = Self.randomList(&generator)
      let first = Int(generator.below(UInt64(list.count)))
      let end = first + 1 + Int(generator.below(UInt64(list.count - first)))
      let difference = try Self.difference(list, removing: first..<end, .x86_64)
      try #require(difference == nil)
    }
  }

  /// Two to four short mappings, with gaps of every scale between them.
  static func randomList(_ generator: inout SeededGenerator) -> [KeyRange] {
    func length() -> UInt64 {
      let scale = generator.below(4)
      let pages: UInt64 = [1, 3, 600, 2][Int(scale)]
      return (1 + generator.below(pages)) << 12
    }
    func gap() -> UInt64 {
      let scale = generator.below(6)
      let pages: UInt64 = [1, 4, 512, 1024, 300_000, 200_000_000][Int(scale)]
      return generator.below(pages) << 12
    }
    var list: [KeyRange] = []
    var address = gap()
    for _ in 0..<2 + generator.below(3) {
      let size = length()
      list.append(KeyRange(address, address + size - 1))
      address += size + gap()
    }
    return list
  }

  @Test("each seeded fault is seen", arguments: TableFreeDefect.allCases)
  func defects(_ defect: TableFreeDefect) throws {
    let geometry = PageTableGeometry.smallest
    let seen = try Self.lists(of: 2, pages: 16).contains { list in
      try (0..<2).contains { removed in
        // An end that is moved below 0 would have the fault walk all addresses.
        guard list[removed].last >= geometry.tableSpan(0) else { return false }
        return try Self.difference(list, removing: removed..<removed + 1, geometry, defect: defect) != nil
      }
    }
    #expect(seen)
  }
}
