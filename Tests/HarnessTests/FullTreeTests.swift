import Harness
import MapleTreeModule
import RangeMapCore
import Testing

@testable import Operations

@Suite("Runs that begin with a full tree")
struct FullTreeTests {
  /// What the stores of the first so many full trees took.
  private func table(_ configuration: MapConfiguration, trees: Int) -> CoverageTable {
    var options = RunnerOptions.fast
    options.collectsMarks = true
    options.fillInterval = 64
    var table = CoverageTable()
    var (seed, made) = (UInt64(0), 0)
    while made < trees {
      seed += 1
      guard var full = FullTree(seed: seed, configuration: configuration, unit: 1) else { continue }
      var random = SeededGenerator(seed: seed)
      var operations: [Operation] = []
      while !full.isDone { operations.append(full.next(.value(1), using: &random)) }
      let report = Runner<MapleTreeSubject>.run(
        Script(configuration: configuration, operations: operations), options: options
      ) {
        MapleTreeSubject(configuration: $0)
      }
      #expect(report.violation == nil)
      table.merge(report.table)
      made += 1
    }
    return table
  }

  @Test(
    "make stores take all that they can, which a reserve that is one node short would show", arguments: [true, false])
  func storesTakeTheMost(tracksGaps: Bool) {
    let table = table(MapConfiguration(tracksGaps: tracksGaps), trees: 48)
    // A plain tree of four levels would have some ten thousand entries.
    for height in tracksGaps ? 2...4 : 2...3 {
      let spanning = NodeUse.greatest(.spanningStore, height: height, tracksGaps: tracksGaps, in: table)
      #expect(spanning?.taken == 3 * height, "height \(height)")
      let split = NodeUse.greatest(.splitStore, height: height, tracksGaps: tracksGaps, in: table)
      #expect(split?.taken == 2 * height + 1, "height \(height)")
    }
  }

  @Test("have as many slots as the nodes of each geometry")
  func slots() {
    for name in GeometryName.allCases {
      let geometry = Geometry.named(name, for: .newest)
      let gaps = FullTree.slots(MapConfiguration(tracksGaps: true, geometry: name))
      let plain = FullTree.slots(MapConfiguration(geometry: name))
      #expect(gaps.leaf == geometry.leaf.slots && plain.leaf == geometry.leaf.slots)
      #expect(gaps.internal == geometry.gapTracking.slots && plain.internal == geometry.range.slots)
    }
  }

  @Test("are one in sixteen")
  func share() {
    let count = (UInt64(0)..<4_096).count { FullTree(seed: $0, configuration: MapConfiguration(), unit: 1) != nil }
    #expect((200...312).contains(count))
  }
}
