import AddressSpaceModel
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Testing

@testable import Scenarios

private let makeTree: @Sendable (MapConfiguration) -> MapleTreeSubject = { MapleTreeSubject(configuration: $0) }

@Suite("The search for fork violations")
struct ForkSearchTests {
  @Test(
    "nothing is found in designs whose faults are mended",
    arguments: [ForkDesignName.duplicateAndTearDown, .duplicateAndMark])
  func mendedDesignsAreClean(_ design: ForkDesignName) {
    var generator = ForkScenarioGenerator(seed: 1, designs: [design])
    var failedForks = 0
    for _ in 0..<400 {
      let scenario = generator.next()
      let report = scenario.run(makeMap: makeTree)
      #expect(report.violation == nil, "\(scenario.text)\(report.laws)")
      failedForks += report.failedForks
    }
    #expect(failedForks > 300)
  }

  /// Each other design is found out, and what is found becomes a script of ten lines at most.
  @Test(arguments: [
    (ForkDesignName.oneByOne, ForkLaw.nothingLeft), (.duplicateAndMarkLater, .observersSeeOnlyLiveVmas),
    (.duplicateAndMarkPlaceOnly, .observersSeeOnlyLiveVmas), (.duplicateAndUndo, .observersSeeOnlyLiveVmas),
    (.undoWithVmaEndAsNext, .nothingLeft), (.undoWithOnlyCeiling, .parentUnchanged),
    (.undoWithoutTreeEnd, .othersUntouched),
  ])
  func findsAndShrinks(_ design: ForkDesignName, _ law: ForkLaw) throws {
    var found = 0
    var generator = ForkScenarioGenerator(seed: 1, designs: [design])
    for _ in 0..<3_000 {
      let scenario = generator.next()
      guard let violation = scenario.violation(in: scenario.run(makeMap: makeTree), like: law),
        violation.forkLaw == law
      else { continue }
      let shrunk = Finding(script: scenario, violation: violation).shrunk(makeMap: makeTree)
      #expect(shrunk.violation.forkLaw == law && shrunk.script.expectation == .violation(law))
      #expect(shrunk.script.text.split(separator: "\n").count <= 10, "\(shrunk.script.text)")
      #expect(shrunk.script.run(makeMap: makeTree).laws.contains(law))
      // Nothing more can be taken away.
      for place in shrunk.script.operations.indices {
        var less = shrunk.script
        less.operations.remove(at: place)
        #expect(!less.run(makeMap: makeTree).laws.contains(law))
      }
      found += 1
      if found == 5 { return }
    }
    Issue.record("too little was found")
  }

  @Test func anyBytesAreAScenario() throws {
    var random = SeededGenerator(seed: 4)
    var forks = 0
    var failedForks = 0
    for _ in 0..<1_000 {
      // A record in about eight bytes.
      let bytes = (0..<random.below(120)).map { _ in random.oneIn(8) ? 0xff : UInt8(random.below(256)) }
      let scenario = ForkCoding.decode(bytes).bounded(designs: [.duplicateAndTearDown])
      #expect(try ForkScenario.parse(Array(scenario.text.utf8), file: "again") == scenario)
      let report = scenario.run(makeMap: makeTree)
      #expect(report.violation?.violations == nil, "\(scenario.text)")
      forks += report.forks
      failedForks += report.failedForks
    }
    #expect(forks > 400 && failedForks > 0, "\(forks) forks, \(failedForks) failed")
  }

  @Test func whatDoesNotFailComesBackAsItIs() throws {
    let scenario = try ForkCorpusTests.scenario("7.3-is-clean.fork")
    #expect(Shrinker.shrink(scenario) { $0.run(makeMap: makeTree).violation != nil } == scenario)
  }

  @Test func aSweepOfAScenarioFailsEachStepOnceAndForEver() throws {
    let text = "fork 1\nvma 0x1000...0x1fff write\ntouch 0x1000...0x1fff\nfork 6.1 fail 1 of charge\nfork 6.1\n"
    let scenario = try ForkScenario.parse(Array(text.utf8), file: "two")
    let swept = scenario.swept(makeMap: makeTree)
    let mapping = MappingRequest(KeyRange(0x1000, 0x1fff), [.readable])
    let layout = ForkLayout(name: "same", mappings: [mapping], touched: [])
    let points = try ForkSweep.count(layout, ForkOptions(design: .oneByOne), makeMap: makeTree)
    // The two forks are one without their failures. A touched page has steps of its own.
    #expect(swept.operations.count { $0.kind == .fork } > points)
    #expect(Set(swept.operations).count == swept.operations.count)
    let report = swept.run(makeMap: makeTree)
    #expect(report.unreached.isEmpty && report.failedForks > 5)
  }
}
