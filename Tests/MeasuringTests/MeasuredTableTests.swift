import MapleTreeModule
import Measuring
import Reports
import Testing

@Suite("Measured tables")
struct MeasuredTableTests {
  @Test("of a race have a row for each size, and a table for each way to copy")
  func race() throws {
    var tables: [MeasuredTable] = []
    try Race.tables(
      against: .maple(rule: .toTheRoot), lives: [60], forks: [21, 40], rounds: 1, measuresCalls: false,
      goesOn: { true }
    ) { tables.append($0) }
    let titles = ["60 entries", "duplicate and replace", "copy in bulk mode"]
    #expect(tables.map(\.title) == titles.map { "\($0), plain" } + titles.map { "\($0), gaps" })
    #expect(tables[1].rows.map(\.name) == ["21 entries", "40 entries"])
    #expect(tables[0].rows.count == RaceRow.life(tracksGaps: false).count)
    #expect(tables[0].rows.allSatisfy { $0.values.count == tables[0].columns.count })
    #expect(tables[2].rows.allSatisfy { ($0.values[0] ?? 0) > 0 && ($0.values[1] ?? 0) > 0 })
  }

  @Test("of our tree alone have its nodes, its copies and its forks")
  func tree() throws {
    var tables: [MeasuredTable] = []
    try TreeBenchmarks.run(sizes: [60, 90], forkSizes: [21], rounds: 1) { tables.append($0) }
    #expect(tables.count == 8)
    #expect(tables[0].title.hasPrefix("60 entries, plain, ") && tables[0].title.contains(" bytes an entry"))
    #expect(
      tables[4].rows.map(\.name) == ["60 entries, used memory", "90 entries, used memory", "90 entries, new memory"])
    #expect(tables[7].rows.map(\.name) == ["21 entries"])
    #expect(tables[3].text.split(separator: "\n").count == tables[3].rows.count + 1)
  }
}
