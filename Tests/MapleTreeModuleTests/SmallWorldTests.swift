import RangeMapCore
import Testing

@testable import MapleTreeModule

/// A tree of few slots, and five or six indices in it: the world whose every sequence of stores is tried.
struct SmallWorld: Sendable, CustomTestStringConvertible {
  var name: String
  var configuration: MapConfiguration
  /// What is stored first, each range with an entry of its own.
  var ranges: [KeyRange]
  /// The first of the indices.
  var origin: UInt64
  /// How many stores a sequence has: three in two modes, two in the others.
  var length: Int {
    configuration.tracksGaps == configuration.usesReadCopyUpdate && name.contains("holes") ? 3 : 2
  }

  /// All ranges of the indices: of five for long sequences, of six for short ones.
  var storedRanges: [KeyRange] {
    let last: UInt64 = length == 3 ? 4 : 5
    return (0...last).flatMap { first in (first...last).map { KeyRange(origin + first, origin + $0) } }
  }

  static let limit = 60

  var testDescription: String {
    "\(name), gaps \(configuration.tracksGaps), readers \(configuration.usesReadCopyUpdate)"
  }

  static let all: [SmallWorld] = [false, true].flatMap { gaps in
    [false, true].flatMap { readers -> [SmallWorld] in
      let configuration = MapConfiguration(tracksGaps: gaps, usesReadCopyUpdate: readers, geometry: .tiny)
      return [
        SmallWorld(name: "empty", configuration: configuration, ranges: [], origin: 0),
        SmallWorld(name: "entry at 0", configuration: configuration, ranges: [.single(0)], origin: 0),
        SmallWorld(name: "full leaf", configuration: configuration, ranges: singles(5), origin: 0),
        SmallWorld(name: "left edge of two levels", configuration: configuration, ranges: singles(12), origin: 0),
        SmallWorld(name: "right edge of two levels", configuration: configuration, ranges: singles(12), origin: 8),
        SmallWorld(name: "middle of three levels", configuration: configuration, ranges: singles(40), origin: 18),
        SmallWorld(
          name: "middle of three levels with holes", configuration: configuration,
          ranges: (0..<20).map { .single(2 * $0 + 1) }, origin: 18),
        SmallWorld(
          name: "right edge of three levels with holes", configuration: configuration,
          ranges: (0..<20).map { .single(2 * $0) }.reversed(), origin: 34),
      ]
    }
  }
}

@Suite("Every sequence of stores in small worlds")
struct SmallWorldTests {
  /// Stores along every sequence of stores, each checked against the model and the laws; stops at the first fault.
  private func explore(
    _ world: SmallWorld, _ tree: borrowing MapleTree, _ model: SerialModel, depth: Int, _ path: [String],
    _ count: inout Int
  ) throws -> Bool {
    if depth == 0 { return true }
    for range in world.storedRanges {
      // The tree compares entries with NULL alone, so that a new one each time stands for all others.
      for entry in [nil, Entry.value(500 + UInt64(depth))] {
        let next = MapleTree(configuration: world.configuration)
        try tree.duplicate(into: next)
        var nextModel = model
        let plan = next.plan(entry, over: range)
        try next.store(entry, over: range)
        nextModel.store(entry, over: range)
        count += 1
        let step = path + ["\(range) \(entry?.description ?? "NULL") (\(plan.kind))"]
        guard next.nodesTaken <= next.nodesPlanned, next.slots == nextModel.slots, next.brokenLaws().isEmpty else {
          Issue.record("\(step): \(next.brokenLaws()), \(next.slots.prefix(40)), not \(nextModel.slots.prefix(40))")
          return false
        }
        guard try explore(world, next, nextModel, depth: depth - 1, step, &count) else { return false }
      }
    }
    return true
  }

  @Test("keeps to the model and the laws", arguments: SmallWorld.all)
  func everySequence(_ world: SmallWorld) throws {
    let tree = try makeTree(world.configuration, world.ranges)
    let model = SerialModel(limit: SmallWorld.limit, world.ranges)
    #expect(tree.slots == model.slots)
    if world.name.contains("three levels") { #expect(tree.height >= 3) }
    var count = 0
    _ = try explore(world, tree, model, depth: world.length, [], &count)
    #expect(count == (world.length == 3 ? 30 + 30 * 30 + 30 * 30 * 30 : 42 + 42 * 42))
  }

  @Test(
    "every single store into trees of three and four levels keeps to the model and the laws",
    arguments: MapConfiguration.everyMode.filter { $0.geometry == .tiny })
  func everyStore(_ configuration: MapConfiguration) throws {
    let bases: [[KeyRange]] = [
      singles(40), singles(40).reversed(), (0..<20).map { .single(2 * $0) },
      (0..<20).map { .single(2 * $0 + 1) },
    ]
    for ranges in bases {
      let tree = try makeTree(configuration, ranges)
      #expect(tree.height >= 3)
      let model = SerialModel(limit: 44, ranges)
      for first in 0...42 as ClosedRange<UInt64> {
        for last in (first...42).map({ $0 }) + [.max] {
          for entry in [nil, Entry.value(500)] {
            let range = KeyRange(first, last)
            let next = MapleTree(configuration: configuration)
            try tree.duplicate(into: next)
            var nextModel = model
            try next.store(entry, over: range)
            nextModel.store(entry, over: range)
            if next.slots != nextModel.slots || !next.brokenLaws().isEmpty {
              Issue.record("\(range) \(entry?.description ?? "NULL"): \(next.brokenLaws()), \(next.slots)")
              return
            }
          }
        }
      }
    }
  }
}
