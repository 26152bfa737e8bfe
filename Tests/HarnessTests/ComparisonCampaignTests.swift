import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Testing

/// Generated runs on two maps.
struct ComparisonCampaignTests {
  private func campaign(_ alteration: AlteredTree.Alteration?) -> ComparisonCampaign<AlteredTree, AlteredTree> {
    let make: (MapConfiguration) -> AlteredTree = { AlteredTree(configuration: $0, alteration: alteration) }
    var runs = Campaign(
      firstSeed: 1, operationsPerRun: 300, sweepInterval: 4, operationsPerSweep: 60, makeSubject: make)
    runs.configuration = MapConfiguration(tracksGaps: true)
    return ComparisonCampaign(
      runs: runs, options: ComparisonOptions(), makeFirst: make, makeSecond: { AlteredTree(configuration: $0) })
  }

  @Test("a map beside itself shows no difference, failure sweeps included")
  func alike() {
    for number in 0..<8 as Range<UInt64> {
      let summary = campaign(nil).run(number: number)
      #expect(summary.differences.isEmpty)
      #expect(summary.operations > 0)
      #expect(summary.isSweep == (number % 4 == 3))
    }
  }

  @Test("our tree beside itself shows no difference, and walks")
  func ourTree() {
    let make: (MapConfiguration) -> MapleTreeSubject = { MapleTreeSubject(configuration: $0) }
    let runs = Campaign(
      firstSeed: 1, operationsPerRun: 1500, sweepInterval: 3, operationsPerSweep: 60, makeSubject: make)
    let campaign = ComparisonCampaign(runs: runs, options: ComparisonOptions(), makeFirst: make, makeSecond: make)
    for number in 0..<6 as Range<UInt64> {
      let summary = campaign.run(number: number)
      #expect(summary.differences.isEmpty)
      #expect(summary.walks > 0)
    }
  }

  @Test("a sweep finds a request that only one side makes, and its script leads there again")
  func sweep() throws {
    let campaign = campaign(.request)
    let number = try #require(
      [3, 7, 11, 15].first { number in
        campaign.run(number: number).differences.contains { $0.group.aspect == .refusedRequest }
      })
    let summary = campaign.run(number: number)
    #expect(summary.isSweep)
    let difference = try #require(summary.differences.first { $0.group.aspect == .refusedRequest })
    let script = campaign.script(number: number, count: difference.operationIndex + 1)
    let again = Comparison.run(
      script, options: ComparisonOptions(), makeFirst: campaign.makeFirst, makeSecond: campaign.makeSecond)
    #expect(again.differences.contains { $0.group == difference.group })
  }

  @Test("where shapes part on the schedule of runs, the operation is found that parted them")
  func trace() throws {
    let makeFirst: (MapConfiguration) -> MapleTreeSubject = {
      MapleTreeSubject(configuration: $0, rebuildRule: .toTheRoot)
    }
    let makeSecond: (MapConfiguration) -> MapleTreeSubject = {
      MapleTreeSubject(configuration: $0, rebuildRule: .copiedByLevel)
    }
    var runs = Campaign(firstSeed: 1, operationsPerRun: 3000, sweepInterval: 0, makeSubject: makeFirst)
    runs.configuration = MapConfiguration()
    let campaign = ComparisonCampaign(
      runs: runs, options: ComparisonOptions(), makeFirst: makeFirst, makeSecond: makeSecond)
    var found = 0
    for number in 0..<8 as Range<UInt64> {
      for difference in campaign.run(number: number).differences where difference.group.aspect == .shape {
        found += 1
        let script = campaign.script(number: number, count: difference.operationIndex + 1)
        let again = Comparison.run(
          script, options: ComparisonOptions().thorough, makeFirst: makeFirst, makeSecond: makeSecond)
        #expect(again.differences.contains { $0.group == difference.group && $0.operation == difference.operation })
      }
    }
    #expect(found > 0)
  }

  @Test("shrinking keeps the group, and leaves what it needs")
  func shrink() throws {
    let campaign = campaign(.error)
    let group = DifferenceGroup(.error, .insertion, detail: "no space / occupied")
    for number in 0..<16 as Range<UInt64> {
      let found = campaign.run(number: number).differences.first { $0.group == group }
      guard let found else { continue }
      let script = campaign.script(number: number, count: found.operationIndex + 1)
      let shrunk = try #require(
        Comparison.shrink(
          script, to: group, options: ComparisonOptions(), limits: ShrinkLimits(), makeFirst: campaign.makeFirst,
          makeSecond: campaign.makeSecond))
      #expect(shrunk.script.operations.count == 2)
      #expect(shrunk.difference.operationIndex == 1)
      return
    }
    Issue.record("no run shows the difference")
  }
}
