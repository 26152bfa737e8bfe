import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import Testing

@testable import Scenarios

private let makeTree: @Sendable (MapConfiguration) -> MapleTreeSubject = { MapleTreeSubject(configuration: $0) }

@Suite("The search for fork violations")
struct ForkSearchTests {
  @Test func designDIsClean() {
    var campaign = ForkCampaign(seed: 1, designs: [.duplicateAndTearDown])
    for _ in 0..<400 {
      if let finding = campaign.step(makeMap: makeTree) {
        Issue.record("\(finding.scenario.text)\(finding.violations)")
        return
      }
    }
    #expect(campaign.failedForks > 300)
  }

  /// Each other design is found out, and what is found becomes a script of ten lines at most.
  @Test(arguments: [
    (ForkDesignName.oneByOne, ForkLaw.nothingLeft), (.duplicateAndMark, .observersSeeOnlyLiveVmas),
    (.duplicateAndMarkPlaceOnly, .observersSeeOnlyLiveVmas), (.duplicateAndUndo, .observersSeeOnlyLiveVmas),
    (.undoWithVmaEndAsNext, .nothingLeft), (.undoWithOnlyCeiling, .parentUnchanged),
    (.undoWithoutTreeEnd, .othersUntouched),
  ])
  func findsAndShrinks(_ design: ForkDesignName, _ law: ForkLaw) throws {
    var found = 0
    var campaign = ForkCampaign(seed: 1, designs: [design])
    for _ in 0..<3_000 {
      guard let finding = campaign.step(makeMap: makeTree), finding.violations.contains(where: { $0.law == law }) else {
        continue
      }
      let shrunk = finding.shrunk(to: law, makeMap: makeTree)
      #expect(shrunk.scenario.text.split(separator: "\n").count <= 10, "\(shrunk.scenario.text)")
      #expect(shrunk.scenario.run(makeMap: makeTree).laws.contains(law))
      // Nothing more can be taken away.
      for place in shrunk.scenario.operations.indices {
        var less = shrunk.scenario
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
    for _ in 0..<600 {
      let bytes = (0..<random.below(120)).map { _ in UInt8(random.below(256)) }
      let scenario = bytes.withUnsafeBytes { ForkScenario(fuzzing: $0, designs: [.duplicateAndTearDown]) }
      #expect(try ForkScenario.parse(Array(scenario.text.utf8), file: "again") == scenario)
      let report = scenario.run(makeMap: makeTree)
      #expect(report.violation?.violations == nil, "\(scenario.text)")
      forks += report.forks
      failedForks += report.failedForks
    }
    #expect(forks > 1_000 && failedForks > 200)
  }

  @Test func whatDoesNotFailComesBackAsItIs() throws {
    let scenario = try ForkCorpusTests.scenario("d-is-clean.fork")
    #expect(scenario.shrunk { $0.run(makeMap: makeTree).violation != nil } == scenario)
  }
}
