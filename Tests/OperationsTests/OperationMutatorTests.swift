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
