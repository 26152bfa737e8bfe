import RangeMapCore

/// Small changes to scripts, for a fuzzer that keeps what reaches something new.
public enum OperationMutator {
  /// The number of operations that a mutation never goes above.
  public static let greatestCount = 4096
  /// The greatest number of stores that make a tree full.
  public static let greatestFill: UInt64 = 2048

  /// Makes one to four changes: operations come, go, double or trade places, or one value of one becomes another.
  public static func mutate(_ script: Script, using generator: inout SeededGenerator) -> Script {
    var script = script
    for _ in 0...generator.below(4) { change(&script, using: &generator) }
    trim(&script)
    return script
  }

  /// The beginning of one script, a run of another, and the rest of the first.
  public static func crossOver(_ script: Script, _ other: Script, using generator: inout SeededGenerator) -> Script {
    var result = script
    ListMutation.crossOver(&result.operations, other.operations, using: &generator)
    trim(&result)
    return result
  }

  /// The script on a tree whose nodes are full, and how many stores make it so.
  ///
  /// Mutations of small scripts seldom come there, and only there a store takes the most nodes that one can. Every
  /// other root has room: a store that ends at it takes the most nodes for its height too, and the tree is soon made.
  public static func beginFull(
    _ script: Script, using generator: inout SeededGenerator
  ) -> (script: Script, stores: Int) {
    let greatest = FullTree.slots(script.configuration).internal
    var full = FullTree(
      configuration: script.configuration, height: generator.oneIn(16) ? 3 : 2, greatestCount: greatestFill,
      unit: generator.oneIn(2) ? 1 : 4096, rootChildren: generator.oneIn(2) ? nil : 2 + generator.below(greatest - 2),
      using: &generator)
    var result = script
    result.operations = []
    while !full.isDone { result.operations.append(full.next(Operation.defaultEntry, using: &generator)) }
    let stores = result.operations[0].number
    result.operations += script.operations
    trim(&result)
    return (result, Int(stores))
  }

  private static func trim(_ script: inout Script) {
    if script.operations.count > greatestCount {
      script.operations.removeLast(script.operations.count - greatestCount)
    }
  }

  private static func change(_ script: inout Script, using generator: inout SeededGenerator) {
    let count = script.operations.count
    if count == 0 { return insert(into: &script, using: &generator) }
    let place = Int(generator.below(UInt64(count)))
    switch generator.below(20) {
    case 16: overtake(&script, at: place, using: &generator)
    case 17: cross(into: &script, at: place + 1, using: &generator)
    case 18: limitMove(into: &script, at: place + 1, using: &generator)
    case 19: duplicateRefused(into: &script, at: place + 1, using: &generator)
    case 0...2: insert(into: &script, using: &generator)
    case 3...6: ListMutation.change(&script.operations, using: &generator)
    case 7: script.operations.insert(.failAllocation(1 + generator.below(4), forever: generator.oneIn(4)), at: place)
    case 8 where generator.oneIn(4):
      let header = OperationCoding.header(of: script.configuration) ^ 1 << UInt8(generator.below(4))
      script.configuration = OperationCoding.configuration(of: header)
    default:
      let other = script.operations[Int(generator.below(UInt64(count)))]
      let before = script.operations[place]
      // Not every kind has the value that is drawn.
      for _ in 0..<8 where script.operations[place] == before {
        script.operations[place] = tweak(before, other, using: &generator).normalized
      }
    }
  }

  private static func insert(into script: inout Script, using generator: inout SeededGenerator) {
    let places = places(in: script, using: &generator)
    var source = OperationGenerator(seed: generator.next(), configuration: script.configuration, near: places)
    let count = generator.oneIn(4) ? 1 + generator.below(16) : 1
    let place = Int(generator.below(UInt64(script.operations.count) + 1))
    var operations = (0..<count).map { _ in source.next() }
    // What an order is for comes with it.
    while let kind = operations.last?.kind, kind == .interlope || kind == .failAllocation {
      operations.append(source.next())
    }
    script.operations.insert(contentsOf: operations, at: place)
  }

  /// Changes one value, or takes it from another operation.
  private static func tweak(
    _ operation: Operation, _ other: Operation, using generator: inout SeededGenerator
  ) -> Operation {
    var operation = operation
    switch generator.below(12) {
    case 0, 1: operation.range.first = tweak(operation.range.first, using: &generator)
    case 2, 3: operation.range.last = tweak(operation.range.last, using: &generator)
    case 4: operation.range = other.range
    case 5: operation.range = KeyRange(other.range.last &+ 1, other.range.last &+ 1 &+ operation.range.countLessOne)
    case 6 where generator.oneIn(2): operation.number = generator.oneIn(2) ? other.range.first : other.range.last
    case 6: operation.number = tweak(operation.number, using: &generator)
    case 7: operation.stride = tweak(operation.stride, using: &generator)
    case 8: operation.width = tweak(operation.width, using: &generator)
    case 9: operation.entry = generator.oneIn(2) ? other.entry : Entry(word: generator.below(28) << 12)
    case 10:
      operation.policy = AllocationPolicy.allCases[Int(generator.below(3))]
      operation.flag.toggle()
    default:
      operation.cursor = Int(generator.below(4))
      operation.move = CursorMove.allCases[Int(generator.below(UInt64(CursorMove.allCases.count)))]
      if generator.oneIn(2) {
        operation.kind = OperationKind.allCases[Int(generator.below(UInt64(OperationKind.allCases.count)))]
      }
    }
    return operation
  }

  static func tweak(_ number: UInt64, using generator: inout SeededGenerator) -> UInt64 {
    switch generator.below(8) {
    case 0: number &+ 1
    case 1: number &- 1
    case 2: number &+ generator.below(64)
    case 3: number &- generator.below(64)
    case 4: number ^ 1 << generator.below(64)
    case 5: number &<< 1
    case 6: number >> 1
    default: generator.oneIn(2) ? 0 &- generator.below(16) : generator.below(64)
    }
  }
}
