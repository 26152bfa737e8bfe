import Harness
import Operations
import RangeMapCore
import SeededDefects
import SortedArrayOracle
import Testing

private let entry = Entry(nonNullWord: 0x1000)

@Suite("What bounds a fuzzer's inputs")
struct FuzzingLimitsTests {
  typealias Fuzzing = TreeFuzzing<SortedArrayOracle>

  static var library: Fuzzing { Fuzzing(limits: .instrumented) { SortedArrayOracle(configuration: $0) } }

  func script(of operations: [Operation], in fuzzing: Fuzzing = library) -> Script {
    OperationCoding.encode(Script(operations: operations)).withUnsafeBytes { fuzzing.script(of: $0) }
  }

  func fill(_ count: UInt16) -> Operation { .fill(count: count, first: 0, stride: 4, width: 2, entry) }

  /// The stores that the fills of a script stand for.
  func stores(of script: Script) -> Int {
    script.operations.compactMap(FillStores.init).map { $0.reduce(0) { count, _ in count + 1 } }.reduce(0, +)
  }

  @Test("cuts a library's input to its first operations, and refuses none")
  func operations() {
    let count = FuzzingLimits.instrumented.operations
    let long = (0..<UInt64(count + 100)).map { Operation.load($0) }
    #expect(script(of: long).operations == Array(long.prefix(count)))
    #expect(script(of: Array(long.prefix(count))).operations.count == count)
  }

  @Test("cuts the fills of an input to so many stores together, and leaves the rest of it as it is")
  func fills() {
    let most = UInt16(FuzzingLimits.instrumented.fillStores)
    let cut = script(of: [fill(most - 10), .load(1), fill(30), fill(7), .load(2)])
    #expect(cut.operations == [fill(most - 10), .load(1), fill(10), fill(0), .load(2)])
    #expect(stores(of: cut) == Int(most))
    #expect(stores(of: script(of: [fill(.max)])) == Int(most))
    let within = [fill(most / 2), fill(most - most / 2)]
    #expect(script(of: within).operations == within)
  }

  @Test("lets an input whose first byte says so make a tall tree")
  func tallInputs() {
    let fuzzing = Self.library
    var bytes = OperationCoding.encode(Script(operations: [fill(.max)]))
    bytes[0] |= 0xf0
    let tall = bytes.withUnsafeBytes { fuzzing.script(of: $0) }
    #expect(stores(of: tall) == FuzzingLimits.instrumented.fillStoresOfTallInputs)
    #expect(FuzzingLimits.instrumented.fillStoresOfTallInputs > FuzzingLimits.instrumented.fillStores)
  }

  /// The inputs that come of one by many seeds.
  func mutations(of input: [UInt8], count: UInt64, geometry: GeometryName? = nil) -> [[UInt8]] {
    (0..<count).compactMap { seed in
      input.withUnsafeBytes { FuzzingMutation.mutate($0, greatestSize: 160, geometry: geometry, seed: seed) }
    }
  }

  @Test("begins some inputs with a full tree of two or three levels, and makes the whole of its fill")
  func fullInputs() {
    let input = OperationCoding.encode(Script(operations: [.load(1)]))
    var stores: Set<Int> = []
    for bytes in mutations(of: input, count: 20_000) {
      let size = bytes.withUnsafeBytes { FuzzingInputSize(of: $0) }
      guard let ordered = OperationCoding.decode(bytes).operations.first, ordered.kind == .fill,
        size != .usual, ordered.number > FuzzingLimits.instrumented.fillStores
      else { continue }
      let made = bytes.withUnsafeBytes { Self.library.script(of: $0) }.operations.first
      if made == ordered { stores.insert(Int(ordered.number)) }
    }
    // 16 leaves of 8 entries, and 15 times 16 and one: less the one entry that would make the tree grow.
    #expect(stores.contains(127) && stores.contains(1927))
  }

  @Test("makes most inputs that come of a large one usual again")
  func sizes() {
    for size in [FuzzingInputSize.tall, .full] {
      var input = OperationCoding.encode(Script(operations: [fill(100), .load(1)]))
      input[0] |= size.rawValue
      let all = mutations(of: input, count: 1_000)
      let kept = all.count { $0.withUnsafeBytes { FuzzingInputSize(of: $0) } == size }
      #expect(kept > all.count / 32 && kept < all.count * (size == .full ? 1 : 5) / 8)
      // Two of a size are joined to one that is of it as rarely.
      let joined = (0..<UInt64(1_000)).count { seed in
        let bytes = input.withUnsafeBytes { FuzzingMutation.crossOver($0, $0, greatestSize: 160, seed: seed) }
        return bytes.withUnsafeBytes { FuzzingInputSize(of: $0) } == size
      }
      #expect(joined > 1_000 / 32 && joined < 1_000 * (size == .full ? 1 : 5) / 8)
      let fromUsual = mutations(of: OperationCoding.encode(Script(operations: [.load(1)])), count: 10_000)
      #expect(fromUsual.contains { $0.withUnsafeBytes { FuzzingInputSize(of: $0) } == size })
    }
  }

  @Test("makes an input for a subject with nodes of one size of that kind")
  func geometry() {
    let tiny = MapConfiguration(tracksGaps: true, geometry: .tiny)
    let input = OperationCoding.encode(Script(configuration: tiny, operations: [.load(1)]))
    let full = mutations(of: input, count: 4_000, geometry: .linux64).compactMap { bytes -> UInt64? in
      OperationCoding.decode(bytes).operations.first.flatMap { $0.kind == .fill ? $0.number : nil }
    }
    // 10 leaves of 8 entries, less one; tiny nodes are full with 4 of 3.
    #expect(full.contains(79))
  }

  @Test("runs an input beyond the limits to its cut end")
  func cutInputRuns() {
    var fuzzing = Self.library
    let most = UInt64(FuzzingLimits.instrumented.operations)
    let bytes = OperationCoding.encode(Script(operations: (0..<most * 3).map { Operation.load($0) }))
    #expect(bytes.withUnsafeBytes { fuzzing.run($0) } == nil)
    #expect(fuzzing.summary.operations == most)
    #expect(fuzzing.summary.executions == 1)
  }

  @Test("counts an input without an operation as no execution")
  func emptyInputs() {
    var fuzzing = Self.library
    for bytes in [[], [0], OperationCoding.encode(Script(operations: [fill(0), .verify]))] as [[UInt8]] {
      #expect(bytes.withUnsafeBytes { fuzzing.run($0) } == nil)
    }
    #expect(fuzzing.summary.inputs == 3)
    #expect(fuzzing.summary.executions == 0 && fuzzing.summary.operations == 0)
    #expect(fuzzing.summary.text.hasPrefix("inputs 3, executions 0, "))
  }

  /// Each store of the second fill loses its neighbour, and the next one stores that again: the last has none, so that
  /// it can only be seen on the way.
  func callsUntilSeen(fillInterval: UInt64) -> UInt64? {
    var schedule = FuzzingLimits.instrumented.schedule
    schedule.fillInterval = fillInterval
    let fill = Operation.fill(count: 64, first: 0, stride: 4, width: 4, entry)
    var runner = Runner(configuration: MapConfiguration(), options: schedule) {
      DefectiveSubject(configuration: $0, defect: .lostNeighbour)
    }
    return runner.performAll([fill, fill]) ? nil : runner.progress.calls
  }

  @Test("looks around the stores of a fill as often as its interval says")
  func fillInterval() {
    #expect(callsUntilSeen(fillInterval: 1) == 64 + 1)
    #expect(callsUntilSeen(fillInterval: 16) == 64 + 16)
    #expect(callsUntilSeen(fillInterval: 1000) == nil)
  }
}
