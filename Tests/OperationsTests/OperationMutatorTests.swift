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
        guard operation.kind == .interlope, operations[place + 1] == .failAllocation(1, forever: false),
          operations[place + 2] == .store(KeyRange(100, 200), nil, .maySleep)
        else { continue }
        let range = operation.range
        if range.first <= 264 && range.last >= 36 { overtaken += 1 }
      }
    }
    #expect(overtaken > 10)
  }

  @Test func `mutation makes a write that waits one of NULL, and stores beside it meanwhile`() {
    let script = Script(operations: [.store(KeyRange(100, 200), Entry(nonNullWord: 0x1000), .maySleep)])
    var beside = 0
    for seed in UInt64(0)..<2_000 {
      var random = SeededGenerator(seed: seed)
      let operations = OperationMutator.mutate(script, using: &random).operations
      for (place, operation) in operations.dropLast(2).enumerated() {
        guard operation.kind == .interlope, operations[place + 2] == .store(KeyRange(100, 200), nil, .maySleep)
        else { continue }
        let range = operation.range
        if (96...99).contains(range.first) || (201...204).contains(range.first) { beside += 1 }
      }
    }
    #expect(beside > 4)
  }

  /// The operations of many mutations of a script that begins with a fill of 20 ranges, 8 wide and 8 apart.
  private static func mutations(count: UInt64 = 4_000) -> [[Operation]] {
    let entry = Entry(nonNullWord: 0x1000)
    let script = Script(operations: [.fill(count: 20, first: 0, stride: 16, width: 8, entry), .load(1)])
    return (0..<count).map { seed in
      var random = SeededGenerator(seed: seed)
      return OperationMutator.mutate(script, using: &random).operations
    }
  }

  @Test func `mutation writes over the ends of what a fill stored, prepared or not`() {
    func crosses(_ range: KeyRange) -> Bool {
      range.first < 320 && range.first % 16 < 8 && range.last > range.first | 7 && range.last < range.first + 80
    }
    let all = Self.mutations().joined()
    let stores = all.count { $0.kind == .store && crosses($0.range) }
    let prepared = all.count { $0.kind == .prepare && crosses($0.range) }
    #expect(stores > 100 && prepared > 40)
  }

  @Test func `mutation moves a cursor to the end of its own range and no further`() {
    var moves = 0
    for operations in Self.mutations() {
      for (set, move) in zip(operations, operations.dropFirst()) {
        guard set.kind == .cursorSet, move.kind == .cursorMove, set.cursor == move.cursor else { continue }
        if set.range.first < 320 && move.number == set.range.last { moves += 1 }
      }
    }
    #expect(moves > 20)
  }

  @Test func `mutation refuses memory to a duplicate on its way`() {
    var indices: Set<UInt64> = []
    for operations in Self.mutations() {
      for (order, call) in zip(operations, operations.dropFirst()) {
        if order.kind == .failAllocation, call.kind == .duplicate { indices.insert(order.number) }
      }
    }
    #expect(indices.isSuperset(of: 1...20))
  }

  @Test func `a tree that mutation fills is full at its root or only below`() {
    var counts: Set<UInt64> = []
    for seed in UInt64(0)..<400 {
      var random = SeededGenerator(seed: seed)
      let full = OperationMutator.beginFull(Script(), using: &random).script
      guard let fill = full.operations.first, fill.kind == .fill else { continue }
      let (count, stride, width) = (fill.number, fill.stride, fill.width)
      #expect(stride == width * 2 && (count + 1) % 8 == 0)
      counts.insert(count)
      // The store over a bound between two nodes.
      let bounds = (1...count / 8).map { $0 * 8 * stride - width }
      #expect(
        full.operations.dropFirst().contains { store in
          store.kind == .store && bounds.contains { store.range.first < $0 && store.range.last >= $0 }
        })
    }
    // Two leaves are the fewest, 16 the most of two levels, and three levels take fifteen times as many and one.
    #expect(counts.contains(15) && counts.contains(127) && counts.contains(1927))
  }

  @Test func `an order that is inserted comes with the operation that it is for`() {
    var orders = 0
    for seed in UInt64(0)..<5_000 {
      var random = SeededGenerator(seed: seed)
      let operations = OperationMutator.mutate(Script(), using: &random).operations
      // One mutation of an empty script inserts; more of them may take away again.
      guard operations.count >= 2, operations.count <= 3, operations[0].kind == .interlope else { continue }
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
