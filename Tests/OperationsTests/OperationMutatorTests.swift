import Operations
import RangeMapCore
import Testing

struct OperationMutatorTests {
  @Test func `mutation depends on the generator alone, and changes a little`() {
    let script = Samples.generated(seed: 1, count: 60)
    var changed = 0
    for seed in UInt64(0)..<500 {
      var (first, second) = (SeededGenerator(seed: seed), SeededGenerator(seed: seed))
      let mutated = OperationMutator.mutate(script, using: &first)
      #expect(mutated == OperationMutator.mutate(script, using: &second))
      if mutated != script { changed += 1 }
      #expect(OperationCoding.decode(OperationCoding.encode(mutated)) == mutated)
    }
    #expect(changed > 450)
  }

  @Test func `mutation of an empty script begins one, and none grows without bound`() {
    var random = SeededGenerator(seed: 5)
    var script = OperationMutator.mutate(Script(), using: &random)
    #expect(!script.operations.isEmpty)
    for _ in 0..<5_000 { script = OperationMutator.mutate(script, using: &random) }
    #expect(script.operations.count <= OperationMutator.greatestCount)
    let large = Script(operations: Array(repeating: .verify, count: OperationMutator.greatestCount))
    for _ in 0..<100 {
      #expect(OperationMutator.mutate(large, using: &random).operations.count <= OperationMutator.greatestCount)
      #expect(
        OperationMutator.crossOver(large, large, using: &random).operations.count <= OperationMutator.greatestCount)
    }
  }

  @Test func `mutation reaches every kind and every configuration`() {
    var random = SeededGenerator(seed: 6)
    var script = Samples.generated(seed: 2, count: 20)
    var kinds: Set<OperationKind> = []
    var configurations: Set<MapConfiguration> = []
    for _ in 0..<5_000 {
      script = OperationMutator.mutate(script, using: &random)
      kinds.formUnion(script.operations.map(\.kind))
      configurations.insert(script.configuration)
    }
    #expect(kinds == Set(OperationKind.allCases))
    #expect(configurations == Set(Samples.configurations))
  }

  @Test func `mutation lets another writer come in between, near the write that waits`() {
    let script = Script(operations: [.load(1), .store(KeyRange(100, 200), nil, .maySleep), .load(2)])
    var overtaken = 0
    for seed in UInt64(0)..<2_000 {
      var random = SeededGenerator(seed: seed)
      let operations = OperationMutator.mutate(script, using: &random).operations
      for (place, operation) in operations.dropLast(2).enumerated() {
        guard case .interlope(let range, _) = operation, operations[place + 1] == .failAllocation(1, forever: false),
          case .store(KeyRange(100, 200), nil, .maySleep) = operations[place + 2]
        else { continue }
        if range.first <= 264 && range.last >= 36 { overtaken += 1 }
      }
    }
    #expect(overtaken > 10)
  }

  @Test func `an order that is inserted comes with the operation that it is for`() {
    var orders = 0
    for seed in UInt64(0)..<5_000 {
      var random = SeededGenerator(seed: seed)
      let operations = OperationMutator.mutate(Script(), using: &random).operations
      // One mutation of an empty script inserts; more of them may take away again.
      guard operations.count >= 2, operations.count <= 3, case .interlope = operations[0] else { continue }
      orders += 1
    }
    #expect(orders > 10)
  }

  @Test func `crossing over keeps the first kind of tree, and takes a run of the other's operations`() {
    let first = Script(configuration: .init(tracksGaps: true), operations: Array(repeating: .verify, count: 10))
    let second = Script(operations: (0..<10).map { .load($0) })
    var random = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      let crossed = OperationMutator.crossOver(first, second, using: &random)
      #expect(crossed.configuration == first.configuration)
      let taken = crossed.operations.filter { $0 != .verify }
      #expect(!taken.isEmpty && second.operations.firstRange(of: taken) != nil)
    }
    #expect(OperationMutator.crossOver(Script(), Script(), using: &random) == Script())
    #expect(OperationMutator.crossOver(first, Script(), using: &random).operations.count <= 10)
  }
}
