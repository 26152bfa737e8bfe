import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import Scenarios
import Testing

@testable import Proofs

@Suite struct TeardownProofTests {
  /// The laws that each design breaks, and the observers that meet what they should not.
  private static let broken: [ForkDesignName: Set<TeardownQuestion>] = [
    .oneByOne: [.law(.nothingLeft), .observer(.reverseMap), .observer(.migration)],
    .duplicateAndUndo: [.observer(.migration)],
    .undoWithVmaEndAsNext: [.law(.nothingLeft), .observer(.migration)],
    .undoWithOnlyCeiling: [.law(.parentUnchanged), .law(.nothingLeft), .observer(.migration)],
    .undoWithoutTreeEnd: [
      .law(.othersUntouched), .law(.parentUnchanged), .law(.mapCountEqualsRemoved), .law(.accountedPagesReturn),
      .law(.nothingLeft), .observer(.migration),
    ],
    .duplicateAndMark: [.observer(.swapOff)],
    .duplicateAndMarkPlaceOnly: [
      .observer(.swapOff), .observer(.checkedSwapOff), .observer(.reaper), .observer(.migration),
    ],
    .duplicateAndTearDown: [],
  ]

  private func proof(
    _ design: ForkDesignName, vmas: Int = 2, limits: ProofLimits = ProofLimits(), geometry: TeardownGeometry = .linux
  ) -> DesignProof {
    DesignProof(
      exploration: TeardownExploration(
        design: design, vmas: vmas, geometry: geometry, explorer: PathExplorer(limits: limits)))
  }

  @Test(arguments: ForkDesignName.allCases)
  func aDesignBreaksItsWeakPointsAndNothingElseAsShortScriptsShow(_ design: ForkDesignName) throws {
    let reports = try proof(design).reports()
    for (question, report) in zip(TeardownQuestion.all, reports) {
      let isBroken = Self.broken[design]?.contains(question) ?? false
      #expect(report.verdict == (isBroken ? .violated : .proved), "\(report.name)")
      #expect(report.weaknesses == [], "\(report.name)")
      if isBroken { try checkReplay(report) }
    }
  }

  private func checkReplay(_ report: ObligationReport) throws {
    let text = try #require(report.counterexample?.script)
    let script = try ForkScenario.parse(Array(text.utf8), file: report.name)
    let laws = script.run { MapleTreeSubject(configuration: $0) }.laws
    guard case .violation(let law)? = script.expectation else {
      Issue.record("\(report.name) expects nothing")
      return
    }
    #expect(laws.contains(law), "\(report.name)")
    #expect(text.split(separator: "\n").count <= 10, "\(report.name)")
  }

  @Test func theCaseAtTheBoundFailsInItsLastVma() throws {
    let report = try #require(try proof(.duplicateAndTearDown, vmas: 3).reports([.law(.copiedClosedOnce)]).first)
    let text = try #require(report.boundWitness?.script)
    let script = try ForkScenario.parse(Array(text.utf8), file: "witness")
    #expect(script.operations.count { if case .map = $0 { true } else { false } } == 3)
    let result = script.run { MapleTreeSubject(configuration: $0) }
    #expect(result.failedForks == 1 && result.violation == nil)
  }

  @Test func aLimitThatIsReachedLeavesTheQuestionOpen() throws {
    let few = ProofLimits(paths: 3)
    for report in try proof(.duplicateAndTearDown, limits: few).reports() {
      #expect(report.verdict == .undecided)
      #expect(report.weaknesses != [])
    }
  }

  @Test func aSolverThatGivesUpLeavesTheQuestionOpen() throws {
    let reports = try proof(.duplicateAndTearDown, limits: ProofLimits(querySteps: 20)).reports()
    #expect(reports.contains { $0.verdict == .undecided })
    #expect(!reports.contains { $0.verdict == .violated })
  }

  @Test func aCaseThatBreaksNothingIsNoCounterexample() {
    let scenario = TeardownScenario([TeardownVma<Int>(1, 2, flags: 4, touched: 1)])
    let clean = TeardownCase(scenario: scenario, point: .vma(0, .charge), design: .duplicateAndTearDown)
    #expect(clean.counterexample(.law(.nothingLeft)) == nil)
    #expect(clean.counterexample(.observer(.swapOff)) == nil)
  }

  @Test(arguments: TeardownRule.allCases)
  func everyRuleIsNeededForSomeProof(_ rule: TeardownRule) {
    let users = ForkDesignName.allCases.filter { design in
      TeardownQuestion.all.contains {
        $0.neededRules(design).contains(rule) && !(Self.broken[design]?.contains($0) ?? false)
      }
    }
    #expect(!users.isEmpty)
  }

  @Test func scenariosThatBreakAPremiseAreNone() {
    let overlapping = TeardownScenario([
      TeardownVma<Int>(1, 4, flags: 0, touched: nil), TeardownVma<Int>(3, 5, flags: 0, touched: nil),
    ])
    #expect(!overlapping.holds(.vmasAreInOrder, .linux))
    let outside = TeardownScenario([TeardownVma<Int>(1, 4, flags: 0, touched: 4)])
    #expect(!outside.holds(.touchedPagesAreMapped, .linux))
    let high = TeardownScenario([TeardownVma<Int>(1, 0x8_0000_0000, flags: 0, touched: nil)])
    #expect(!high.holds(.vmasAreInUserSpace, .linux))
    let sound = TeardownScenario([TeardownVma<Int>(1, 4, flags: 0, touched: 3)])
    #expect(TeardownPremise.allCases.allSatisfy { sound.holds($0, .linux) })
  }
}

@Suite struct ObligationReportTests {
  private let whole = ObligationReport(
    name: "D/nothing-left", kind: .teardown, verdict: .proved, paths: 3, bound: "2 vmas",
    boundWitness: ProofWitness("the last"), premiseWitness: ProofWitness("any"), premises: ["a"],
    weakened: [WeakenedPremise(name: "a", verdict: .violated)])

  @Test func aWholeProofStands() { #expect(whole.weaknesses == []) }

  @Test func aProofWithoutOneOfItsPartsDoesNot() {
    let changes: [(inout ObligationReport) -> Void] = [
      { $0.paths = 0 }, { $0.boundWitness = nil }, { $0.premiseWitness = nil }, { $0.premises = [] },
      { $0.weakened = [] }, { $0.weakened[0].verdict = .proved }, { $0.weakened[0].verdict = .undecided },
      { $0.verdict = .undecided }, { $0.fault = "a witness does not replay" },
      { $0.verdict = .violated },
    ]
    for (place, change) in changes.enumerated() {
      var report = whole
      change(&report)
      #expect(report.weaknesses.count == 1, "change \(place)")
    }
  }
}
