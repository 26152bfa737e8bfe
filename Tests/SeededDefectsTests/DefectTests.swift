import Harness
import Operations
import RangeMapCore
import SeededDefects
import Testing

/// What a defect needs to show, and the one check that must catch it.
struct DefectCase: Sendable, CustomStringConvertible {
  var defect: Defect
  var kind: ViolationKind
  var operations: [Operation]
  var configuration = MapConfiguration(tracksGaps: true)

  var description: String { defect.rawValue }

  func report(of defect: Defect?) -> RunReport {
    Runner<DefectiveSubject>.run(Script(configuration: configuration, operations: operations)) {
      DefectiveSubject(configuration: $0, defect: defect)
    }
  }
}

private func store(_ first: UInt64, _ last: UInt64, _ value: UInt64 = 1) -> Operation {
  .store(KeyRange(first, last), .value(value), .maySleep)
}

private let refused: [Operation] = [
  store(5, 9), .cursorSet(0, .single(0)), .cursorMove(0, .find, limit: .max),
  .failAllocation(1, forever: true), store(7, 12, 2),
]

private let cases: [DefectCase] = [
  DefectCase(defect: .wrongLoad, kind: .wrongResult, operations: [store(5, 9), .load(6), .load(7)]),
  DefectCase(
    defect: .wrongSearchIndex, kind: .wrongSearchIndex, operations: [store(5, 9), .find(from: 0, through: .max)]),
  DefectCase(
    defect: .wrongGap, kind: .wrongResult, operations: [store(0, 9), .lowestGap(size: 1, window: KeyRange(0, 100))]),
  DefectCase(
    defect: .wrongError, kind: .wrongError,
    operations: [store(5, 9), .insert(KeyRange(9, 10), .value(2), .maySleep)]),
  DefectCase(
    defect: .wrongCyclicState, kind: .wrongCyclicState,
    operations: [.allocateCyclic(window: KeyRange(0, 9), .value(1), .maySleep)]),
  DefectCase(
    defect: .wrongCursorStatus, kind: .wrongCursor,
    operations: [store(5, 9), .cursorSet(2, .single(5)), .cursorMove(2, .next, limit: 20)]),
  DefectCase(
    defect: .cursorsNotPaused, kind: .wrongCursor,
    operations: [store(5, 9), .cursorSet(2, .single(5)), .cursorMove(2, .walk, limit: 0), store(20, 29)]),
  DefectCase(defect: .lostNeighbour, kind: .wrongTouchedSlot, operations: [store(5, 9), store(1, 4)]),
  DefectCase(
    defect: .lostFarEntry, kind: .wrongContent,
    operations: [store(0, 0), store(40, 49), store(60, 69), store(80, 89), store(200, 209)]),
  DefectCase(defect: .brokenLaw, kind: .brokenLaw, operations: [store(1, 2), store(3, 4), store(5, 6)]),
  DefectCase(defect: .planExceeded, kind: .planExceeded, operations: [store(1, 2)]),
  DefectCase(
    defect: .takesSpareNode, kind: .tookMoreNodes, operations: [.atMost(nodes: 1), .load(1), store(1, 2)]),
  DefectCase(defect: .inconsistentCounters, kind: .inconsistentCounters, operations: [store(1, 2)]),
  DefectCase(
    defect: .hoardsNodes, kind: .tooManyNodes, operations: Array(repeating: store(1, 2), count: 6)),
  DefectCase(defect: .leakedNode, kind: .leakedNodes, operations: [store(1, 2)]),
  DefectCase(defect: .notEmptied, kind: .notEmptied, operations: [store(1, .max)]),
  DefectCase(
    defect: .memoryErrorWithoutRefusal, kind: .memoryErrorWithoutRefusal,
    operations: [store(1, 2), store(3, 4), .failAllocation(9, forever: false), store(5, 6)]),
  DefectCase(defect: .refusalWithoutError, kind: .refusalWithoutError, operations: refused),
  DefectCase(defect: .contentChangedByFailure, kind: .changedByFailure, operations: refused),
  DefectCase(defect: .structureChangedByFailure, kind: .changedByFailure, operations: refused),
  DefectCase(defect: .cursorChangedByFailure, kind: .changedByFailure, operations: refused),
  DefectCase(defect: .leakedByFailure, kind: .leakedByFailure, operations: refused),
  DefectCase(
    defect: .preparedStoreAllocates, kind: .preparedStoreAllocated,
    operations: [.prepare(KeyRange(1, 2), .value(1), .maySleep), .storePrepared]),
  DefectCase(
    defect: .planNeverFits, kind: .planErrorWithoutChange,
    operations: [store(1, 9), .prepare(KeyRange(1, 2), .value(1), .maySleep), .storePrepared]),
  DefectCase(
    defect: .planErrorForgetsPreparation, kind: .leakedByFailure,
    operations: [.prepare(KeyRange(1, 2), .value(1), .maySleep), store(5, 9), .storePrepared]),
  DefectCase(
    defect: .duplicateIncomplete, kind: .duplicateDiffers,
    operations: [store(1, 2), store(5, 6), .duplicate(.maySleep)]),
  DefectCase(
    defect: .duplicateChangesSource, kind: .duplicateChangedSource, operations: [store(1, 2), .duplicate(.maySleep)]),
  DefectCase(
    defect: .duplicateSharesState, kind: .duplicateSharesState, operations: [store(1, 2), .duplicate(.maySleep)]),
  DefectCase(defect: .duplicateOfOtherKind, kind: .duplicateNotRefused, operations: [.duplicate(.maySleep)]),
  DefectCase(
    defect: .duplicateOverwrites, kind: .duplicateNotRefused, operations: [store(1, 2), .duplicate(.maySleep)]),
  DefectCase(defect: .refusedDuplicateEmpties, kind: .changedByFailure, operations: [.duplicate(.maySleep)]),
  DefectCase(
    defect: .duplicateLeaksOnFailure, kind: .leakedByFailure,
    operations: [store(1, 2), .failAllocation(1, forever: true), .duplicate(.maySleep)]),
]

@Suite("Each check")
struct DefectTests {
  @Test("catches its defect, and nothing else does", arguments: cases)
  func isCaught(_ test: DefectCase) {
    #expect(test.report(of: test.defect).violation?.kind == test.kind)
  }

  @Test("is silent where the defect is not there", arguments: cases)
  func isSilent(_ test: DefectCase) {
    #expect(test.report(of: nil).violation == nil)
  }

  @Test("has a defect in these tests, and each defect a check")
  func coversAll() {
    // Only the sweep sees a call that asks for memory without end.
    #expect(Set(cases.map(\.defect)).union([.refusalsNeverEnd]) == Set(Defect.allCases))
    // Forks and trees in lockstep have checks and seeded defects of their own.
    let others =
      ViolationKind.allCases.filter(\.endsProcess) + [
        .refusalsNeverEnd, .brokenForkLaw, .brokenReaderLaw, .treesDiffer,
      ]
    #expect(Set(cases.map(\.kind)).union(others) == Set(ViolationKind.allCases))
  }

  @Test("shows what was expected and what was found")
  func message() {
    let report = cases[0].report(of: cases[0].defect)
    #expect(
      report.violation?.description == """
        wrongResult at operation 3
          operation: load 0x7
          expected:  entry @0x3
          found:     NULL
        """)
  }

  @Test("a fault of the end of a run is told as one")
  func endOfRun() {
    let violation = cases.first { $0.defect == .leakedNode }?.report(of: .leakedNode).violation
    #expect(violation?.operation == "end of run")
    #expect(violation?.operationIndex == 1)
  }

  // Only a script that says how many nodes are enough sees that one was taken to spare.
  @Test("generated runs find every defect", arguments: Defect.allCases.filter { $0 != .takesSpareNode })
  func generatorFinds(_ defect: Defect) {
    let campaign = Campaign<DefectiveSubject>(
      firstSeed: 1, operationsPerRun: 200, operationLimit: 100_000, sweepInterval: 2, operationsPerSweep: 30
    ) { DefectiveSubject(configuration: $0, defect: defect) }
    #expect(campaign.run().finding != nil)
  }
}
