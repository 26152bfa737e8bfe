import RangeMapCore
import Testing

@testable import MapleTreeModule

/// A tree of few slots, and five or six indices in it: the world whose every sequence of stores is tried.
struct SmallWorld: Sendable, CustomTestStringConvertible {
  var name: String
  var configuration: MapConfiguration
  var algorithm: RebuildRule
  /// What is stored first, each range with an entry of its own.
  var ranges: [KeyRange]
  /// The first of the indices.
  var origin: UInt64
  /// How many stores a sequence has: three in two modes of 6.12 and in one of the newest, two in the others.
  var length: Int {
    let isLong = configuration.tracksGaps == configuration.usesReadCopyUpdate && name.contains("holes")
    return isLong && (algorithm != .newest || configuration.tracksGaps) ? 3 : 2
  }

  /// All ranges of the indices: of five for long sequences, of six for short ones.
  var storedRanges: [KeyRange] {
    let last: UInt64 = length == 3 ? 4 : 5
    return (0...last).flatMap { first in (first...last).map { KeyRange(origin + first, origin + $0) } }
  }

  static let limit = 80

  var testDescription: String {
    "\(algorithm.rawValue), \(name), gaps \(configuration.tracksGaps), readers \(configuration.usesReadCopyUpdate)"
  }

  /// The algorithms whose small nodes differ.
  static let algorithms: [RebuildRule] = [.toTheRoot, .newest]

  /// How many single indices a tree of three levels holds in the small geometry of an algorithm, whatever its kind.
  static func deep(_ algorithm: RebuildRule) -> UInt64 { algorithm == .newest ? 56 : 40 }

  static let all: [SmallWorld] = algorithms.flatMap { algorithm in
    [false, true].flatMap { gaps in
      [false, true].flatMap { readers -> [SmallWorld] in
        let configuration = MapConfiguration(tracksGaps: gaps, usesReadCopyUpdate: readers, geometry: .tiny)
        let deep = deep(algorithm)
        func world(_ name: String, _ ranges: [KeyRange], at origin: UInt64) -> SmallWorld {
          SmallWorld(name: name, configuration: configuration, algorithm: algorithm, ranges: ranges, origin: origin)
        }
        return [
          world("empty", [], at: 0),
          world("entry at 0", [.single(0)], at: 0),
          world("full leaf", singles(algorithm == .newest ? 6 : 5), at: 0),
          world("left edge of two levels", singles(12), at: 0),
          world("right edge of two levels", singles(12), at: 8),
          world("middle of three levels", singles(deep), at: 18),
          world("middle of three levels with holes", (0..<deep / 2).map { .single(2 * $0 + 1) }, at: 18),
          world(
            "right edge of three levels with holes", (0..<deep / 2).map { .single(2 * $0) }.reversed(), at: deep - 6),
        ]
      }
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
        next.rebuildRule = world.algorithm
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
    let tree = try makeTree(world.configuration, world.ranges, algorithm: world.algorithm)
    let model = SerialModel(limit: SmallWorld.limit, world.ranges)
    #expect(tree.slots == model.slots)
    if world.name.contains("three levels") { #expect(tree.height >= 3) }
    var count = 0
    _ = try explore(world, tree, model, depth: world.length, [], &count)
    #expect(count == (world.length == 3 ? 30 + 30 * 30 + 30 * 30 * 30 : 42 + 42 * 42))
  }

  @Test(
    "every single store into trees of three and four levels keeps to the model and the laws",
    arguments: MapConfiguration.everyMode.filter { $0.geometry == .tiny }, SmallWorld.algorithms)
  func everyStore(_ configuration: MapConfiguration, algorithm: RebuildRule) throws {
    let deep = SmallWorld.deep(algorithm)
    let bases: [[KeyRange]] = [
      singles(deep), singles(deep).reversed(), (0..<deep / 2).map { .single(2 * $0) },
      (0..<deep / 2).map { .single(2 * $0 + 1) },
    ]
    for ranges in bases {
      let tree = try makeTree(configuration, ranges, algorithm: algorithm)
      #expect(tree.height >= 3)
      let model = SerialModel(limit: Int(deep) + 4, ranges)
      for first in 0...deep + 2 {
        for last in (first...deep + 2).map({ $0 }) + [.max] {
          for entry in [nil, Entry.value(500)] {
            let range = KeyRange(first, last)
            let next = MapleTree(configuration: configuration)
            next.rebuildRule = algorithm
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
