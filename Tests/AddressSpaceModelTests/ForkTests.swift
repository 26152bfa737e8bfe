import MapleTreeModule
import RangeMapCore
import SeededDefects
import Testing

@testable import AddressSpaceModel

@Suite struct ForkTests {
  @Test(arguments: ForkDesignName.allCases)
  func aForkThatSucceedsBreaksNoLaw(_ design: ForkDesignName) throws {
    let outcome = try forkFresh(ForkOptions(design: design, batch: 16))
    #expect(outcome.error == nil)
    #expect(outcome.violations == [])
    #expect(outcome.copiedCount == 9)
  }

  @Test func areasOfOneUserfaultfdHaveOneContext() throws {
    var space = makeSpace()
    for first in [0x400, 0x404] as [UInt64] {
      try space.map(MappingRequest(pages(first, first + 3), [.readable, .writable, .userfault]))
    }
    // Neighbours that different ones watch stay two, and three areas of one become one again.
    #expect(space.vmas().count == 2)
    try space.protect(pages(0x401, 0x401), .readable)
    #expect(space.vmas().count == 4)
    var bench = TreeBench(parent: space)
    #expect(bench.run(ForkOptions(design: .duplicateAndTearDown)).steps.steps(of: .userfaultContext) == 2)
    space = bench.release()
    try space.protect(pages(0x401, 0x401), [.readable, .writable])
    #expect(space.vmas().count == 2)
  }

  @Test(arguments: [ForkDesignName.duplicateAndTearDown, .duplicateAndUndo, .duplicateAndMark])
  func everyFailureIsUndone(_ design: ForkDesignName) throws {
    var failed = 0
    try forkWithEachFailure(ForkOptions(design: design)) { failure, outcome in
      #expect(outcome.violations == [], "\(design.rawValue), \(failure)")
      if outcome.error != nil { failed += 1 }
    }
    #expect(failed > 100)
  }

  /// The weak point of 6.1 is a store that fails after the file was linked. Everywhere else a failure leaves nothing.
  @Test func designALeaksAFileWhereAStoreFails() throws {
    var weakPoints = 0
    try forkWithEachFailure(ForkOptions(design: .oneByOne, observation: ForkObservation(.reverseMap))) { _, outcome in
      if outcome.violations.isEmpty { return }
      weakPoints += 1
      #expect(outcome.steps.firstRefusal?.kind == .treeNode)
      #expect(outcome.violations.map(\.law) == [.observersSeeOnlyLiveVmas, .nothingLeft], "\(outcome.violations)")
    }
    // Three vmas map a file, and each failure is tried once and for ever.
    #expect(weakPoints == 6)
  }

  @Test(arguments: [
    (ForkDesignName.undoWithVmaEndAsNext, ForkLaw.nothingLeft), (.undoWithOnlyCeiling, .parentUnchanged),
    (.undoWithoutTreeEnd, .othersUntouched),
  ])
  func eachRejectedVariantFailsAsWasArgued(_ design: ForkDesignName, _ law: ForkLaw) throws {
    var laws: Set<ForkLaw> = []
    try forkWithEachFailure(ForkOptions(design: design)) { laws.formUnion($1.violations.map(\.law)) }
    #expect(laws.contains(law))
    if design == .undoWithVmaEndAsNext { #expect(laws == [.nothingLeft]) }
  }

  /// Which observers find something, at some failure, in some step.
  @Test func observersOfEachDesign() throws {
    var found: [ForkDesignName: Set<ForkObserver>] = [:]
    for design in ForkDesignName.principal + [.duplicateAndMarkPlaceOnly] {
      for observer in ForkObserver.ofModel {
        try forkWithEachFailure(ForkOptions(design: design, observation: ForkObservation(observer))) { _, outcome in
          if outcome.violations.contains(where: { $0.law == .observersSeeOnlyLiveVmas }) {
            found[design, default: []].insert(observer)
          }
        }
      }
    }
    // If the tree cannot be duplicated, neither 6.12 nor 7.3 marks the child. Since 6.12.5 a migration is prepared.
    #expect(found[.duplicateAndTearDown] == [.migration])
    #expect(found[.duplicateAndUndo] == [.migration])
    #expect(found[.oneByOne] == [.migration, .reverseMap])
    #expect(found[.duplicateAndMark] == [.swapOff, .migration])
    #expect(found[.duplicateAndMarkLater] == [.swapOff, .migration])
    #expect(found[.duplicateAndMarkPlaceOnly] == [.swapOff, .checkedSwapOff, .reaper, .migration])
  }

  @Test(arguments: ForkDefect.allCases)
  func eachDefectIsFoundByItsLawAndNoOther(_ defect: ForkDefect) throws {
    let options = ForkOptions(
      design: .duplicateAndTearDown, observation: ForkObservation(.swapOff), spoiler: defect)
    var laws = Set(try forkFresh(options).violations.map(\.law))
    try forkWithEachFailure(options) { laws.formUnion($1.violations.map(\.law)) }
    #expect(laws == [defect.law])
  }

  @Test func aSecondForkOfASpoiledParentIsNotPossible() throws {
    var bench = TreeBench(parent: try makeParent())
    let options = ForkOptions(design: .undoWithoutTreeEnd)
    #expect(!bench.run(options, failure: .step(2, kind: .charge, forever: false)).violations.isEmpty)
    let isSpoiled = bench.isSpoiled
    #expect(isSpoiled)
  }
}
