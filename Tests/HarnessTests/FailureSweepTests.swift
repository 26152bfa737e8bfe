import Harness
import Operations
import RangeMapCore
import SeededDefects
import Testing

@Suite("A failure sweep")
struct FailureSweepTests {
  private let stores = Script(
    configuration: MapConfiguration(tracksGaps: true),
    operations: [
      .store(KeyRange(1, 5), .value(1), .maySleep), .store(KeyRange(3, 9), .value(2), .atomic),
      .erase(4, .mustNotSleep), .load(5),
    ])

  @Test("refuses every request of every operation, for ever and once")
  func isComplete() {
    let report = FailureSweep<DefectiveSubject>(stores, makeSubject: healthy).run()
    #expect(report.finding == nil)
    #expect(report.allocatingOperations == 3)
    // For ever: request 1 of each is refused; request 2 is not made, since 1 was served. Once: the same, and the pass
    // that refuses request 2 alone finds no second request.
    #expect(report.refusedAttempts == 6)
    #expect(report.attempts == 6 + 3 + 3)
    #expect(report.passes == 3)
    #expect(report.table["operation store: ok after refusal"] == 2)
    #expect(report.table["operation erase: failed allocation"] == 2)
  }

  @Test("takes fills apart, and leaves out the script's own failures")
  func expandsFills() {
    let script = Script(operations: [
      .failAllocation(1, forever: true), .fill(count: 3, first: 0, stride: 4, width: 2, .value(1)),
    ])
    let report = FailureSweep<DefectiveSubject>(script, makeSubject: healthy).run()
    #expect(report.finding == nil)
    #expect(report.allocatingOperations == 3)
    #expect(report.refusedAttempts == 6)
  }

  @Test("sweeps duplicates in place")
  func sweepsDuplicates() {
    let script = Script(operations: stores.operations + [.duplicate(.maySleep), .duplicate(.mustNotSleep)])
    let report = FailureSweep<DefectiveSubject>(script, makeSubject: healthy).run()
    #expect(report.finding == nil)
    #expect(report.passes == 3)
    #expect(report.table["operation duplicate: failed allocation"] == 3)
    #expect(report.table["operation duplicate: ok after refusal"] == 1)
  }

  @Test("lets an interloper in at the first attempt that waits")
  func interlopers() {
    let script = Script(operations: [
      .store(KeyRange(1, 5), .value(1), .mustNotSleep), .interlope(KeyRange(4, 7), .value(2)),
      .store(KeyRange(3, 4), .value(3), .maySleep),
    ])
    let report = FailureSweep<DefectiveSubject>(script, options: .thorough, makeSubject: healthy).run()
    #expect(report.finding == nil)
  }

  @Test("finds nothing in a healthy subject on generated scripts", arguments: 1...30 as ClosedRange<UInt64>)
  func generatedScripts(seed: UInt64) {
    let report = FailureSweep<DefectiveSubject>(generated(seed: seed, count: 300), makeSubject: healthy).run()
    #expect(report.finding == nil)
    #expect(report.refusedAttempts > 0)
  }

  @Test(
    "finds what only a failure shows, without a failure in the script",
    arguments: [
      (Defect.contentChangedByFailure, ViolationKind.changedByFailure),
      (.structureChangedByFailure, .changedByFailure), (.leakedByFailure, .leakedByFailure),
      (.refusalWithoutError, .refusalWithoutError), (.refusalsNeverEnd, .refusalsNeverEnd),
    ])
  func findsDefects(_ defect: Defect, _ kind: ViolationKind) throws {
    let report = FailureSweep<DefectiveSubject>(stores) { DefectiveSubject(configuration: $0, defect: defect) }.run()
    let finding = try #require(report.finding)
    #expect(finding.violation.kind == kind)
  }

  @Test("hands back a script that replays without the sweep")
  func findingReplays() throws {
    let make = { (configuration: MapConfiguration) in
      DefectiveSubject(configuration: configuration, defect: .leakedByFailure)
    }
    let finding = try #require(FailureSweep<DefectiveSubject>(stores, makeSubject: make).run().finding)
    let replayed = Runner<DefectiveSubject>.run(finding.script, makeSubject: make)
    #expect(replayed.violation?.kind == .leakedByFailure)
    let smallest = finding.shrunk(makeSubject: make)
    #expect(smallest.script.operations.count == 2)
  }
}
