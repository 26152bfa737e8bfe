import Foundation
import Harness
import Operations
import RangeMapCore
import SeededDefects
import SortedArrayOracle
import Testing

@Suite("A campaign")
struct CampaignTests {
  @Test("runs seed after seed until its limit, and passes")
  func reachesItsLimit() {
    let campaign = Campaign<DefectiveSubject>(
      firstSeed: 5, operationsPerRun: 1_000, operationLimit: 50_000, sweepInterval: 5, operationsPerSweep: 50,
      makeSubject: healthy)
    let summary = campaign.run()
    #expect(summary.failure == nil)
    #expect(summary.operations >= 50_000)
    #expect(summary.runs > 10)
    #expect(summary.sweeps == summary.runs / 5)
    #expect(summary.refusals > 0)
    #expect(summary.table["defective write"] > 1_000)
  }

  @Test("stops when it is told to, and says how far it came")
  func stops() {
    var asked = 0
    var told: [UInt64] = []
    let campaign = Campaign<SortedArrayOracle>(firstSeed: 1, operationsPerRun: 100_000) {
      SortedArrayOracle(configuration: $0)
    }
    let summary = campaign.run(
      shouldStop: {
        asked += 1
        return asked > 3
      }, progress: { told.append($0) })
    #expect(summary.failure == nil)
    #expect(asked >= 4)
    #expect(told == told.sorted())
    #expect(told.last == summary.operations)
  }

  @Test("of no operation is a failure")
  func nothingDone() {
    let stopped = Campaign<DefectiveSubject>(firstSeed: 1, makeSubject: healthy).run(shouldStop: { true })
    #expect(stopped.failure == "no operation was executed")
    let empty = Campaign<DefectiveSubject>(firstSeed: 1, operationsPerRun: 0, makeSubject: healthy).run()
    #expect(empty.failure == "no operation was executed")
  }

  @Test("gives the finding of the first seed that has one, as a script that replays")
  func finds() throws {
    let make = { (configuration: MapConfiguration) in
      DefectiveSubject(configuration: configuration, defect: .lostFarEntry)
    }
    let campaign = Campaign<DefectiveSubject>(firstSeed: 1, operationsPerRun: 2_000, makeSubject: make)
    let first = try #require(campaign.run().finding)
    let second = try #require(campaign.run().finding)
    #expect(first == second)
    #expect(first.seed != nil)
    let replayed = Runner<DefectiveSubject>.run(first.script, options: .fast, makeSubject: make)
    #expect(replayed.violation == first.violation)
  }

  @Test("has a summary that comes through a message as it was")
  func message() throws {
    let campaign = Campaign<CanarySubject>(firstSeed: 1, operationsPerRun: 2_000) { CanarySubject(configuration: $0) }
    let summary = campaign.run()
    let read = try JSONDecoder().decode(RunSummary<Script>.self, from: try JSONEncoder().encode(summary))
    #expect(read.finding != nil && read.finding == summary.finding && read.table == summary.table)
    #expect(read.operations == summary.operations && read.runs == summary.runs)
  }
}
