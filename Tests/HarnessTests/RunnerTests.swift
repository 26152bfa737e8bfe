import Harness
import Operations
import RangeMapCore
import SeededDefects
import SortedArrayOracle
import Testing

/// Reads a script that a test wrote down.
func script(_ lines: String) throws -> Script {
  try ScriptText.parse(Array("maple 1\n\(lines)\n".utf8), file: "test")
}

func healthy(_ configuration: MapConfiguration) -> DefectiveSubject { DefectiveSubject(configuration: configuration) }

func generated(seed: UInt64, count: Int, configuration: MapConfiguration? = nil) -> Script {
  var generator = OperationGenerator(seed: seed, configuration: configuration)
  return Script(configuration: generator.configuration, operations: (0..<count).map { _ in generator.next() })
}

/// Makes an operation that must find nothing. The macros cannot call a runner, which is not copyable.
func perform(
  _ operation: Operation, _ runner: inout Runner<DefectiveSubject>, location: SourceLocation = #_sourceLocation
) {
  let isClean = runner.perform(operation)
  #expect(isClean, sourceLocation: location)
}

/// Ends a run that must have found nothing.
func finish(_ runner: inout Runner<DefectiveSubject>, location: SourceLocation = #_sourceLocation) {
  let isClean = runner.finish()
  let violation = runner.progress.violation
  #expect(isClean && violation == nil, sourceLocation: location)
}

private func expectOne(_ cell: String, in report: RunReport, location: SourceLocation = #_sourceLocation) {
  #expect(report.table[cell] == 1, sourceLocation: location)
}

@Suite("A runner with a healthy subject")
struct RunnerTests {
  @Test("finds nothing in the oracle itself", arguments: 1...10 as ClosedRange<UInt64>)
  func oracleBesideItself(seed: UInt64) {
    let report = Runner<SortedArrayOracle>.run(generated(seed: seed, count: 800)) {
      SortedArrayOracle(configuration: $0)
    }
    #expect(report.violation == nil)
    #expect(report.calls > 600)
  }

  @Test(
    "finds nothing where memory is refused, interlopers come in and plans no longer fit",
    arguments: 1...15 as ClosedRange<UInt64>)
  func failuresOfAHealthySubject(seed: UInt64) {
    let report = Runner<DefectiveSubject>.run(generated(seed: seed, count: 600), makeSubject: healthy)
    #expect(report.violation == nil)
  }

  @Test("counts a failed allocation, and leaves the oracle as it was")
  func failedAllocation() throws {
    let report = Runner<DefectiveSubject>.run(
      try script("tree gaps\nstore 0x10...0x1f a\nfail 1 forever\nstore 0x18...0x2f b\nload 0x18"), makeSubject: healthy
    )
    #expect(report.violation == nil)
    #expect(report.calls == 3)
    #expect(report.refusals > 0)
    #expect(report.table["operation store: failed allocation"] == 1)
    #expect(report.table["operation store: ok"] == 1)
  }

  @Test("lets the oracle perform what succeeded after a refusal")
  func retriedAllocation() throws {
    let report = Runner<DefectiveSubject>.run(
      Script(
        configuration: MapConfiguration(),
        operations: [
          .failAllocation(1, forever: false), .store(KeyRange(1, 5), .value(1), .maySleep), .load(3), .verify,
        ]), makeSubject: healthy)
    #expect(report.violation == nil)
    #expect(report.table["operation store: ok after refusal"] == 1)
  }

  @Test("an order is for the next call only, and other orders do not use it up")
  func ordersWait() {
    var runner = Runner<DefectiveSubject>(configuration: MapConfiguration(), makeSubject: healthy)
    perform(.failAllocation(1, forever: true), &runner)
    perform(.verify, &runner)
    perform(.enterReader, &runner)
    perform(.store(.single(1), .value(1), .maySleep), &runner)
    var progress = runner.progress
    #expect(progress.lastResult == .refused)
    perform(.store(.single(1), .value(1), .maySleep), &runner)
    progress = runner.progress
    #expect(progress.lastResult == .performed)
    finish(&runner)
  }

  @Test("the oracle makes an interloper's store only where it ran")
  func interloper() {
    var runner = Runner<DefectiveSubject>(configuration: MapConfiguration(), options: .thorough, makeSubject: healthy)
    let store = Operation.store(KeyRange(10, 20), .value(1), .maySleep)
    perform(.interlope(KeyRange(15, 30), .value(2)), &runner)
    perform(store, &runner)
    var progress = runner.progress
    #expect(!progress.lastInterloperRan)
    perform(.interlope(KeyRange(15, 30), .value(2)), &runner)
    perform(.failAllocation(1, forever: true), &runner)
    perform(store, &runner)
    progress = runner.progress
    #expect(progress.lastInterloperRan)
    progress = runner.progress
    #expect(progress.lastResult == .refused)
    perform(.load(25), &runner)
    finish(&runner)
  }

  @Test("a fill is its stores, and stops where the index space ends")
  func fills() {
    var runner = Runner<DefectiveSubject>(configuration: MapConfiguration(), options: .thorough, makeSubject: healthy)
    perform(.fill(count: 5, first: 0, stride: 10, width: 5, .value(1)), &runner)
    var progress = runner.progress
    #expect(progress.calls == 5)
    perform(.fill(count: 5, first: .max - 25, stride: 10, width: 5, .value(1)), &runner)
    progress = runner.progress
    #expect(progress.calls == 8)
    perform(.fill(count: 5, first: .max, stride: 1, width: 1, .value(1)), &runner)
    progress = runner.progress
    #expect(progress.calls == 9)
    perform(.fill(count: 5, first: 3, stride: 1, width: 0, .value(1)), &runner)
    progress = runner.progress
    #expect(progress.calls == 9)
    finish(&runner)
  }

  @Test("a fill in bulk mode is its bulk stores")
  func bulkFills() {
    var runner = Runner<DefectiveSubject>(configuration: MapConfiguration(), options: .thorough, makeSubject: healthy)
    perform(.beginBulk(expecting: 3, .maySleep), &runner)
    perform(.bulkFill(count: 3, first: 5, stride: 10, width: 2, .value(1)), &runner)
    perform(.endBulk, &runner)
    let progress = runner.progress
    #expect(progress.calls == 5)
    perform(.load(26), &runner)
    finish(&runner)
  }

  @Test("a bound on nodes is for one store: what stores nothing passes it on")
  func nodeBounds() {
    let store = Operation.store(.single(5), .value(1), .maySleep)
    func kind(_ operations: [Operation]) -> ViolationKind? {
      Runner<DefectiveSubject>.run(Script(operations: operations), makeSubject: healthy).violation?.kind
    }
    #expect(kind([.atMost(nodes: 0), .load(1), store]) == .tookMoreNodes)
    #expect(kind([.atMost(nodes: 0), .fill(count: 2, first: 0, stride: 1, width: 1, .zero)]) == .tookMoreNodes)
    #expect(kind([.atMost(nodes: 0), .erase(7, .maySleep), .removeAll]) == nil)
    #expect(kind([.atMost(nodes: 0), .erase(7, .maySleep), .removeAll, store]) == .tookMoreNodes)
    #expect(kind([store, .atMost(nodes: 0), .erase(5, .maySleep)]) == .tookMoreNodes)
    #expect(kind([.atMost(nodes: 0), .cursorSet(1, .single(3)), .cursorStore(1, .zero, .maySleep)]) == .tookMoreNodes)
    #expect(kind([.atMost(nodes: 1), store, store]) == nil)
    #expect(kind([.atMost(nodes: 0), .failAllocation(1, forever: true), store]) == nil)
    #expect(kind([.atMost(nodes: 0), .failAllocation(1, forever: true), store, store]) == .tookMoreNodes)
  }

  @Test("after a duplicate all starts anew: cursors, reservations, readers")
  func duplicateStartsAnew() {
    var runner = Runner<DefectiveSubject>(
      configuration: MapConfiguration(usesReadCopyUpdate: true), options: .thorough, makeSubject: healthy)
    let operations: [Operation] = [
      .store(KeyRange(5, 9), .value(1), .maySleep), .setReadCopyUpdate(false), .enterReader,
      .cursorSet(1, KeyRange(5, 9)), .cursorMove(1, .find, limit: .max),
      .prepare(KeyRange(7, 8), .value(2), .maySleep), .beginBulk(expecting: 3, .maySleep), .duplicate(.maySleep),
      .storePrepared, .bulkStore(.single(3), .value(3)), .cursorMove(1, .next, limit: .max),
    ]
    for operation in operations {
      perform(operation, &runner)
      let progress = runner.progress
      #expect(progress.lastResult == .performed)
    }
    finish(&runner)
    expectOne("operation store prepared: not prepared", in: runner.report)
    expectOne("operation bulk store: not prepared", in: runner.report)
  }

  @Test("a prepared store whose plan no longer fits keeps its preparation")
  func planNoLongerFits() {
    var runner = Runner<DefectiveSubject>(configuration: MapConfiguration(), options: .thorough, makeSubject: healthy)
    perform(.prepare(KeyRange(7, 8), .value(2), .maySleep), &runner)
    perform(.store(.single(1), .value(1), .maySleep), &runner)
    perform(.storePrepared, &runner)
    perform(.erase(1, .maySleep), &runner)
    perform(.storePrepared, &runner)
    perform(.load(7), &runner)
    finish(&runner)
    expectOne("operation store prepared: plan no longer fits", in: runner.report)
    expectOne("operation store prepared: ok", in: runner.report)
  }

  @Test("operations that a subject does not have are skipped and counted by name")
  func unsupportedOperations() {
    let report = Runner<SubjectWithoutCursors>.run(
      Script(operations: [
        .cursorSet(0, KeyRange(1, 2)), .cursorStore(0, .value(1), .maySleep), .cursorStore(0, .value(1), .maySleep),
        .load(1),
      ])
    ) { SubjectWithoutCursors(configuration: $0) }
    #expect(report.violation == nil)
    #expect(report.skipped == ["cursor store": 2])
    #expect(report.table["operation cursor store: unsupported"] == 2)
  }

  @Test("a subject need not be copyable", arguments: 1...5 as ClosedRange<UInt64>)
  func subjectsThatCannotBeCopied(seed: UInt64) {
    let script = generated(seed: seed, count: 1_000)
    let report = Runner<UniqueSubject>.run(script) { UniqueSubject(configuration: $0) }
    #expect(report.violation == nil)
    let sweep = FailureSweep<UniqueSubject>(script) { UniqueSubject(configuration: $0) }.run()
    #expect(sweep.finding == nil)
    #expect(sweep.passes == 2)
  }

  @Test("the marks of all subjects of a run are added up")
  func marksOfDuplicates() {
    let store = Operation.store(.single(1), .value(1), .maySleep)
    let report = Runner<DefectiveSubject>.run(
      Script(operations: [store, .duplicate(.maySleep), store, store]), makeSubject: healthy)
    #expect(report.table["defective store"] == 3)
  }

  @Test("marks are kept of a run that ends with a violation, and are left out where nobody asks for them")
  func marksOnDemand() {
    let script = Script(operations: [.store(.single(1), .value(1), .maySleep), .load(1)])
    let failed = Runner<DefectiveSubject>.run(script) { DefectiveSubject(configuration: $0, defect: .wrongLoad) }
    #expect(failed.violation?.kind == .wrongResult)
    #expect(failed.table["defective store"] == 1)
    var options = RunnerOptions.thorough
    options.collectsMarks = false
    let silent = Runner<DefectiveSubject>.run(script, options: options, makeSubject: healthy)
    #expect(silent.table.cells["defective store"] == nil)
  }

  @Test("what a run finds does not depend on when it is run")
  func determinism() {
    let first = Runner<DefectiveSubject>.run(generated(seed: 7, count: 600), makeSubject: healthy)
    let second = Runner<DefectiveSubject>.run(generated(seed: 7, count: 600), makeSubject: healthy)
    #expect(first.table == second.table)
    #expect(first.calls == second.calls)
  }
}

/// A subject that cannot be copied, as trees with memory of their own are.
struct UniqueSubject: ~Copyable, OracleBackedSubject {
  var base: SortedArrayOracle
  init(configuration: MapConfiguration) { base = SortedArrayOracle(configuration: configuration) }
}

struct SubjectWithoutCursors: OracleBackedSubject {
  var base: SortedArrayOracle
  init(configuration: MapConfiguration) { base = SortedArrayOracle(configuration: configuration) }
  mutating func cursorStore(
    _ cursor: Int, _ entry: Entry?, policy: AllocationPolicy
  ) throws(RangeMapError) -> Entry? {
    throw .unsupported
  }
}
