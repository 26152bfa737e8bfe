import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import Scenarios
import Testing

@testable import Proofs

@Suite struct SiteAgreementTests {
  private func expectAgreement(_ agreement: SiteAgreement) {
    #expect(agreement.differences == [])
    #expect(agreement.failedForks > agreement.forks / 2)
  }

  @Test func agreesOnSingleVmasOfEveryKind() throws {
    var agreement = SiteAgreement()
    try agreement.compareSingles(stride: 19)
    expectAgreement(agreement)
  }

  @Test func agreesOnTwoVmasOfEveryKind() throws {
    var agreement = SiteAgreement()
    try agreement.compareKinds(vmas: 2, stride: 23)
    expectAgreement(agreement)
    for law in ForkLaw.ofTeardown where law != .copiedClosedOnce {
      #expect(agreement.broken[law] ?? 0 > 0, "no design breaks \(law.rawValue)")
    }
  }

  @Test func agreesOnThreeVmas() throws {
    var agreement = SiteAgreement()
    try agreement.compareKinds(vmas: 3, stride: 701)
    expectAgreement(agreement)
  }

  @Test func agreesOnAllPlacesOfPageTables() throws {
    var agreement = SiteAgreement()
    try agreement.comparePlaces(vmas: 2, pages: 16, stride: 7001)
    try agreement.comparePlaces(vmas: 3, pages: 8, stride: 7001)
    expectAgreement(agreement)
    #expect(agreement.broken[.nothingLeft] ?? 0 > 0)
  }

  @Test func agreesOnWhatObserversSeeAtEachStep() throws {
    var agreement = SiteAgreement()
    var observations: [ForkObservation?] = []
    for observer in ForkObserver.ofModel {
      for step in 1...13 { observations.append(ForkObservation(observer, step: step)) }
    }
    let vmas = [TeardownVma<Int>(0, 2, flags: 4, touched: 1), TeardownVma<Int>(4, 6, flags: 8, touched: nil)]
    try agreement.compare(
      TeardownScenario(vmas), .smallest, designs: ForkDesignName.allCases, observations: observations)
    #expect(agreement.differences == [])
    #expect(agreement.broken[.observersSeeOnlyLiveVmas] ?? 0 > 0)
  }

  @Test(arguments: Premise.rules.filter { $0.defect != nil })
  func aSeededDefectMakesModelAndCodeDifferUnlessTheModelKnowsOfIt(_ rule: Premise) throws {
    #expect(try SiteAgreement.compareDefect(rule, bothHaveIt: true).differences == [])
    #expect(try SiteAgreement.compareDefect(rule, bothHaveIt: false).differences != [])
  }

  @Test(arguments: ForkDesignName.allCases)
  func everyStepOfTheCodeThatCanFailIsAPointOfTheModel(_ design: ForkDesignName) throws {
    let vmas = [
      TeardownVma<Int>(0, 2, flags: 4 + 16, touched: 1), TeardownVma<Int>(3, 5, flags: 1, touched: 3),
      TeardownVma<Int>(8, 12, flags: 8 + 32, touched: 11),
    ]
    let scenario = TeardownScenario(vmas)
    var bench = try scenario.makeBench(.smallest)
    let counted = bench.run(ForkOptions(design: design)).steps
    var found: [FailureKind: Set<UInt64>] = [:]
    for (scenario, point) in scenario.points(design, .smallest) where point != .none {
      guard let failure = scenario.failure(point, design, .smallest), case .of(let kind) = failure.steps else {
        Issue.record("\(point) has no step")
        continue
      }
      #expect(found[kind, default: []].insert(failure.index).inserted, "two points are one step")
    }
    for kind in FailureKind.allCases {
      // An anon_vma takes three steps, and a vma with a lock of its own two, which have one outcome.
      let steps = kind == .anonVma ? 3 : kind == .vma && design.rules.hasLockObjects ? 2 : 1
      let points = (found[kind]?.count ?? 0) * steps
      #expect(UInt64(points) == counted.steps(of: kind), "\(kind)")
    }
  }
}

@Suite struct TableProbeTests {
  /// An area, the ceiling, and which tables of the watched chain stay, by their first addresses; tables as in x86-64.
  struct Vector: Sendable, CustomTestStringConvertible {
    var start: Int
    var end: Int
    var ceiling: Int?
    var watched: Int
    /// Of the lowest table and the two above.
    var stay: [Bool]
    var testDescription: String { String(start, radix: 16) + " below " + String(ceiling ?? 0, radix: 16) }
  }

  private static let whole = [false, false, false]
  private static let vectors = [
    Vector(start: 0x40_0000, end: 0x40_1000, ceiling: nil, watched: 0x40_0000, stay: whole),
    Vector(start: 0x40_0000, end: 0x40_1000, ceiling: 0x50_0000, watched: 0x40_0000, stay: [true, true, true]),
    Vector(start: 0x40_0000, end: 0x40_1000, ceiling: 0x60_0000, watched: 0x40_0000, stay: [false, true, true]),
    Vector(start: 0x40_0000, end: 0x40_1000, ceiling: 0x4000_0000, watched: 0x40_0000, stay: [false, false, true]),
    Vector(start: 0x40_0000, end: 0x40_1000, ceiling: 0x8000_0000, watched: 0x40_0000, stay: [false, false, true]),
    Vector(start: 0x40_0000, end: 0x40_1000, ceiling: 0x80_0000_0000, watched: 0x40_0000, stay: whole),
    Vector(start: 0x5f_f000, end: 0x60_1000, ceiling: nil, watched: 0x60_0000, stay: whole),
    Vector(start: 0x5f_f000, end: 0x60_1000, ceiling: 0x70_0000, watched: 0x40_0000, stay: [false, true, true]),
    Vector(start: 0x5f_f000, end: 0x60_1000, ceiling: 0x70_0000, watched: 0x60_0000, stay: [true, true, true]),
    Vector(start: 0x3fff_f000, end: 0x4000_1000, ceiling: nil, watched: 0x3fe0_0000, stay: whole),
    Vector(
      start: 0x3fff_f000, end: 0x4000_1000, ceiling: 0x8000_0000, watched: 0x4000_0000, stay: [false, false, true]),
    Vector(start: 0x1000, end: 0x2000, ceiling: 0x1f_f000, watched: 0, stay: [true, true, true]),
  ]

  @Test(arguments: vectors)
  func freesWhatNoNeighbourNeeds(_ vector: Vector) {
    var probe = TableProbe<Int>(lowest: vector.watched >> 21, .linux)
    probe.isThere = [true, true, true]
    probe.free(
      when: true, start: vector.start >> 12, end: vector.end >> 12, ceiling: vector.ceiling.map { $0 >> 12 })
    #expect(probe.isThere == vector.stay)
  }

  @Test func aTableBelowOneThatIsGoneIsNotReached() {
    var probe = TableProbe<Int>(lowest: 2, .linux)
    probe.isThere = [true, false, true]
    probe.free(when: true, start: 0x400, end: 0x401, ceiling: nil)
    #expect(probe.isThere == [true, false, false])
  }
}
