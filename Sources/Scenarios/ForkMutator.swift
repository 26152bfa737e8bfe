import AddressSpaceModel
import Operations
import RangeMapCore

/// Small changes to fork scenarios, for a fuzzer that keeps what reaches something new.
public enum ForkMutator {
  /// A changed input of at most `greatestSize` bytes; `nil` if the fuzzer is to change the bytes itself, as one time in
  /// eight.
  /// - Parameter isOfKernels: whether new lines are what a kernel's machine alone has, too.
  public static func mutate(
    _ bytes: UnsafeRawBufferPointer, greatestSize: Int, seed: UInt64, isOfKernels: Bool = false
  ) -> [UInt8]? {
    var random = SeededGenerator(seed: seed)
    if random.oneIn(8) { return nil }
    let scenario = ForkCoding.decode(bytes, limit: ForkLimits.fuzzedOperations)
    return encode(mutate(scenario, using: &random, isOfKernels: isOfKernels), greatestSize: greatestSize)
  }

  /// Parts of two inputs as one of at most `greatestSize` bytes.
  public static func crossOver(
    _ bytes: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, greatestSize: Int, seed: UInt64
  ) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var scenario = ForkCoding.decode(bytes, limit: ForkLimits.fuzzedOperations)
    let others = ForkCoding.decode(other, limit: ForkLimits.fuzzedOperations).operations
    ListMutation.crossOver(&scenario.operations, others, using: &random)
    return encode(scenario, greatestSize: greatestSize)
  }

  /// Makes one to four changes: lines come, go, double or trade places, or one part of one becomes another.
  public static func mutate(
    _ scenario: ForkScenario, using generator: inout SeededGenerator, isOfKernels: Bool = false
  ) -> ForkScenario {
    var scenario = scenario
    for _ in 0...generator.below(4) { change(&scenario, using: &generator, isOfKernels) }
    return scenario
  }

  private static func change(
    _ scenario: inout ForkScenario, using generator: inout SeededGenerator, _ isOfKernels: Bool
  ) {
    let count = scenario.operations.count
    if count == 0 || generator.oneIn(6) { return insert(into: &scenario, using: &generator, isOfKernels) }
    if generator.oneIn(64) { scenario.geometry = scenario.geometry == .tiny ? .linux64 : .tiny }
    if generator.oneIn(3) { return ListMutation.change(&scenario.operations, using: &generator) }
    let place = Int(generator.below(UInt64(count)))
    let operation = scenario.operations[place]
    let alike = scenario.operations.filter { $0.kind == operation.kind }
    let other = alike[Int(generator.below(UInt64(alike.count)))]
    // Not every change makes another part.
    for _ in 0..<8 where scenario.operations[place] == operation {
      var line = ForkLine(operation)
      ForkLine.table.mutate(&line, as: operation.kind.rawValue, from: ForkLine(other), using: &generator)
      scenario.operations[place] = line.operation
    }
  }

  /// A few lines of a scenario that is made at random, or a line of any kind with any parts, not all of which such
  /// scenarios have.
  private static func insert(
    into scenario: inout ForkScenario, using generator: inout SeededGenerator, _ isOfKernels: Bool
  ) {
    var source = ForkScenarioGenerator(
      seed: generator.next(), designs: ForkDesignName.allCases, isOfKernels: isOfKernels)
    var lines = source.next().operations
    if generator.oneIn(4) {
      let kind = UInt8(generator.below(UInt64(ForkOperation.Kind.allCases.count)))
      lines = ForkCoding.decode([0, kind] + (0..<16).map { _ in UInt8(generator.below(0xff)) }).operations
    } else if !scenario.operations.isEmpty {
      lines = Array(lines[ListMutation.run(of: lines.count, using: &generator)])
    }
    let place = Int(generator.below(UInt64(scenario.operations.count) + 1))
    scenario.operations.insert(contentsOf: lines, at: place)
  }

  /// The bytes of as many lines as fit and as a fuzzer's input may have, the last ones first to go.
  private static func encode(_ scenario: ForkScenario, greatestSize: Int) -> [UInt8] {
    var scenario = scenario
    scenario.operations = Array(scenario.operations.prefix(ForkLimits.fuzzedOperations))
    while true {
      let bytes = ForkCoding.encode(scenario)
      if bytes.count <= greatestSize || scenario.operations.isEmpty { return Array(bytes.prefix(max(0, greatestSize))) }
      scenario.operations.removeLast()
    }
  }
}
