import Operations
import RangeMapCore
import Testing

struct OperationGeneratorTests {
  @Test func `a seed gives one sequence`() {
    for seed in UInt64(0)..<100 {
      #expect(Samples.generated(seed: seed, count: 300) == Samples.generated(seed: seed, count: 300))
    }
    #expect(Samples.generated(seed: 1, count: 100) != Samples.generated(seed: 2, count: 100))
  }

  @Test func `seeds reach every kind, every shape, every configuration, and every step of a cursor`() {
    var kinds: Set<OperationKind> = []
    var shapes: Set<IndexShape> = []
    var configurations: Set<MapConfiguration> = []
    var moves: Set<CursorMove> = []
    for seed in UInt64(0)..<400 {
      var generator = OperationGenerator(seed: seed)
      shapes.insert(generator.shape)
      configurations.insert(generator.configuration)
      for _ in 0..<500 {
        let operation = generator.next()
        kinds.insert(operation.kind)
        if operation.kind == .cursorMove { moves.insert(operation.move) }
      }
    }
    // Bulk mode's plan stores one by one, and what a bound on nodes should be is not known of every subject.
    #expect(kinds == Set(OperationKind.allCases).subtracting([.bulkFill, .atMost]))
    #expect(shapes == Set(IndexShape.allCases))
    #expect(configurations == Set(Samples.configurations))
    #expect(moves == Set(CursorMove.allCases))
  }

  @Test func `a configuration that is given is used`() {
    for configuration in Samples.configurations {
      #expect(OperationGenerator(seed: 9, configuration: configuration).configuration == configuration)
    }
  }

  @Test func `nearly every run leaves something out, but none leaves out all that writes`() {
    var complete = 0
    for seed in UInt64(0)..<50 {
      let kinds = Set(Samples.generated(seed: seed, count: 20_000).operations.map(\.kind))
      if kinds.count == OperationKind.allCases.count { complete += 1 }
      #expect(kinds.contains(.store) || kinds.contains(.insert))
    }
    #expect(complete <= 2)
  }

  @Test func `another writer is scheduled only where a call lets go of the tree's own lock`() {
    var scheduled = 0
    for seed in UInt64(0)..<100 {
      let script = Samples.generated(seed: seed, count: 2_000)
      for (place, operation) in script.operations.enumerated() where operation.kind == .interlope {
        scheduled += 1
        #expect(!script.configuration.hasExternalLock)
        if place + 1 < script.operations.count { #expect(script.operations[place + 1].kind == .failAllocation) }
      }
    }
    #expect(scheduled > 100)
  }

  @Test func `entries of every kind come, ranges out of order too, and every policy`() {
    var entries: [Entry] = []
    var inverted = 0
    var policies: Set<AllocationPolicy> = []
    for seed in UInt64(0)..<100 {
      for operation in Samples.generated(seed: seed, count: 2_000).operations {
        guard operation.kind == .store else { continue }
        if let entry = operation.entry { entries.append(entry) }
        if !operation.range.isValid { inverted += 1 }
        policies.insert(operation.policy)
      }
    }
    #expect(entries.contains { $0.isAdvanced })
    #expect(entries.contains { $0.isReserved && !$0.isAdvanced && !$0.isZero })
    #expect(entries.contains { $0.looksInternal && !$0.isReserved })
    #expect(
      entries.contains { $0.isZero } && entries.contains { $0.word & 3 == 1 } && entries.contains { $0.word & 3 == 3 })
    #expect(entries.count { $0.word & 3 == 0 } * 10 > entries.count * 7)
    #expect(policies == Set(AllocationPolicy.allCases))
    #expect(inverted > 0 && inverted * 100 < entries.count)
  }

  /// A bare model of how many ranges hold an entry: enough for stores, which are what makes a map grow.
  @Test func `maps stay small in most runs and grow large in some`() {
    var large = 0
    for seed in UInt64(0)..<200 {
      var generator = OperationGenerator(seed: seed)
      var bound: UInt64 = 0
      var greatest: UInt64 = 0
      for _ in 0..<3_000 {
        let operation = generator.next()
        switch operation.kind {
        case .removeAll: bound = 0
        case .store where operation.range == .all: bound = 0
        case .fill: bound += operation.number
        case .store, .insert, .cursorStore, .bulkStore, .storePrepared: bound += 1
        default: break
        }
        greatest = max(greatest, bound)
      }
      #expect(greatest < 10_000)
      if greatest > 3_000 { large += 1 }
    }
    #expect(large > 5 && large < 40, "\(large) of 200 runs grew large")
  }
}
