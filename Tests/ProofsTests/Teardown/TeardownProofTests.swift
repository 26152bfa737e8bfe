import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import SMT
import Scenarios
import Support
import Testing
import Workers

@testable import Proofs

@Suite struct TeardownProofTests {
  /// What is proved of a design in address spaces of so many vmas.
  private func reports(
    _ design: ForkDesignName, _ questions: [TeardownQuestion] = TeardownQuestion.all, vmas: Int = 2,
    limits: ProofLimits = ProofLimits()
  ) throws -> [ProofReport] {
    let obligations = questions.map { question in
      TeardownObligations.obligation(question, design) {
        TeardownExploration(design: design, vmas: vmas, explorer: $0)
      }
    }
    var shared = SharedExplorations(of: obligations, explorer: PathExplorer(limits: limits))
    return try obligations.map { try $0.prove(&shared) }
  }

  @Test(arguments: ForkDesignName.allCases)
  func aDesignBreaksItsWeakPointsAndNothingElseAsShortScriptsShow(_ design: ForkDesignName) throws {
    for (question, report) in zip(TeardownQuestion.all, try reports(design)) {
      let isBroken = TeardownObligations.broken[design]?.contains(question) ?? false
      #expect(report.verdict == (isBroken ? .violated : .proved), "\(report.name)")
      #expect(report.weaknesses == [], "\(report.name)")
      if isBroken { try checkReplay(report) }
    }
  }

  private func checkReplay(_ report: ProofReport) throws {
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
    let report = try #require(try reports(.duplicateAndTearDown, [.law(.copiedClosedOnce)], vmas: 3).first)
    let text = try #require(report.boundWitness?.script)
    let script = try ForkScenario.parse(Array(text.utf8), file: "witness")
    #expect(script.operations.count { $0.kind == .vma } == 3)
    let result = script.run { MapleTreeSubject(configuration: $0) }
    #expect(result.failedForks == 1 && result.violation == nil)
  }

  @Test func aLimitThatIsReachedLeavesTheQuestionOpen() throws {
    let few = ProofLimits(paths: 3)
    for report in try reports(.duplicateAndTearDown, limits: few) {
      #expect(report.verdict == .undecided)
      #expect(report.weaknesses != [])
    }
  }

  @Test func aSolverThatGivesUpLeavesTheQuestionOpen() throws {
    let reports = try reports(.duplicateAndTearDown, limits: ProofLimits(query: SolverLimits(steps: 20)))
    #expect(reports.contains { $0.verdict == .undecided })
    #expect(!reports.contains { $0.verdict.isBroken })
  }

  @Test func aCaseThatBreaksNothingIsNoCounterexample() {
    let scenario = TeardownScenario([TeardownVma<Int>(1, 2, flags: 4, touched: 1)])
    let clean = TeardownCase(scenario: scenario, point: .vma(0, .charge), design: .duplicateAndTearDown)
    #expect(clean.counterexample(.law(.nothingLeft)) == nil)
    #expect(clean.counterexample(.observer(.swapOff)) == nil)
  }

  @Test(arguments: Premise.rules)
  func everyRuleIsNeededForSomeProof(_ rule: Premise) {
    let users = Manifest().obligations(of: [.teardown]).filter { $0.weakened.contains(rule) }
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
    #expect(Premise.ofAddressSpaces.allSatisfy { sound.holds($0, .linux) })
  }
}

@Suite struct ProofReportTests {
  private var whole: ProofReport {
    var report = ProofReport()
    (report.paths, report.bound) = (3, "2 vmas")
    (report.boundWitness, report.premiseWitness) = (ProofWitness("the last"), ProofWitness("any"))
    report.premises = [PremiseUse(premise: .closesOnce, isUsed: true, without: .violated)]
    return report
  }

  @Test func aWholeProofStands() { #expect(whole.weaknesses == []) }

  @Test func aProofWithoutOneOfItsPartsDoesNot() {
    let changes: [(inout ProofReport) -> Void] = [
      { $0.paths = 0 }, { $0.boundWitness = nil }, { $0.premiseWitness = nil }, { $0.premises[0].isUsed = false },
      { $0.premises[0].without = nil }, { $0.premises[0].without = .proved }, { $0.premises[0].without = .undecided },
      { $0.verdict = .undecided }, { $0.fault = "a witness does not replay" }, { $0.verdict = .violated },
    ]
    for (place, change) in changes.enumerated() {
      var report = whole
      change(&report)
      #expect(report.weaknesses.count == 1, "change \(place)")
    }
  }

  @Test func aProofThatUsesAPremiseWhichItDoesNotNameIsAtFault() throws {
    let obligation = Obligation(
      "mine", .bounds, "Numbers are small.", premises: [], weakened: [], cost: 1, group: .named("mine")
    ) { shared, _ in
      var report = ProofReport()
      try report.explore(
        with: shared.explorer,
        { (domain: inout SymbolicDomain) -> Bool in
          let number = domain.number("number")
          domain.assume(.leafCapacity, number .< 7)
          return domain.decide(number .< 8)
        }, holds: { $0 })
      return report
    }
    var shared = SharedExplorations(of: [obligation])
    let report = try obligation.prove(&shared)
    #expect(report.verdict == .proved)
    #expect(report.weaknesses == ["the proof used 'leaf-capacity', which the manifest does not name"])
    let pool = WorkerPool(jobs: 1, isolates: false)
    #expect(ProofRun([obligation], pool: pool).run().status == .violation)
  }

  @Test func aVerdictThatTheManifestDoesNotExpectIsADifference() {
    let obligation = Obligation(
      "mine", .bounds, "Nothing.", premises: [], weakened: [], expected: .violated, cost: 0, group: .named("mine")
    ) { _, _ in ProofReport() }
    let result = ProofRun([obligation], pool: WorkerPool(jobs: 1, isolates: false)).run()
    #expect(result.differences == ["mine: the manifest expects violated, found proved"])
    #expect(result.status == .violation)
  }

  @Test func premisesThatContradictEachOtherEndTheRun() {
    let obligation = Obligation(
      "mine", .bounds, "Numbers are small.", premises: [.leafCapacity, .nodeCapacity], weakened: [], cost: 1,
      group: .named("mine")
    ) { shared, _ in
      var report = ProofReport()
      try report.explore(
        with: shared.explorer,
        { (domain: inout SymbolicDomain) -> Bool in
          let number = domain.number("number")
          domain.assume(.leafCapacity, number .< 7)
          domain.assume(.nodeCapacity, number .> 7)
          return domain.decide(number .< 8)
        }, holds: { $0 })
      return report
    }
    let result = ProofRun([obligation], pool: WorkerPool(jobs: 1, isolates: false)).run()
    #expect(result.failure == "mine: the premises contradict each other: leaf-capacity, node-capacity")
    #expect(result.status == .undecided && result.proofs.isEmpty)
  }
}
