import Testing

@testable import AddressSpaceModel

@Suite("The ledger of resources")
struct ResourceLedgerTests {
  @Test("a leak names its owner, the step that took it, and the address, in the order of taking")
  func leaksAreNamed() {
    let ledger = ResourceLedger()
    let released = ledger.take(.vma, owner: .child, at: "duplicate the vma", address: 0x1000)
    _ = ledger.take(.fileReference, owner: .parent, at: "map a file", address: 0x7000)
    _ = ledger.take(.policy, owner: .child, at: "duplicate the policy", address: 0x2000)
    ledger.release(released)
    // The record of the vma is used again, and still comes last.
    _ = ledger.take(.accountedPages, owner: .child, at: "charge", address: 0x3000, amount: 12)
    #expect(
      ledger.outstanding(owner: .child).map(\.description) == [
        "1 policy of child, taken by duplicate the policy for 0x2000",
        "12 accounted pages of child, taken by charge for 0x3000",
      ])
    #expect(ledger.outstanding().count == 3)
    #expect(ledger.amount(.accountedPages, owner: .child) == 12)
    #expect(ledger.amount(.fileReference) == 1)
    #expect(!ledger.isClear(owner: .child))
    #expect(ledger.isClear(owner: ResourceOwner(7, name: "nobody")))
    #expect(ledger.faults.isEmpty)
  }

  @Test("a resource released twice is a fault, even when its record serves another one by then")
  func releasedTwice() {
    let ledger = ResourceLedger()
    let token = ledger.take(.policy, owner: .child, at: "duplicate the policy")
    ledger.release(token)
    _ = ledger.take(.vma, owner: .parent, at: "map")
    ledger.release(token)
    #expect(ledger.faults == [ResourceFault(reason: .releasedTwice, kind: .policy, owner: .child)])
    #expect(ledger.faults[0].description == "policy of child released twice")
    #expect(ledger.amount(.vma, owner: .parent) == 1)
  }

  @Test("a tally goes up and down, and not below nothing")
  func tally() {
    let ledger = ResourceLedger()
    let tally = ledger.openTally(.folioReference, owner: .child, at: "share at fork")
    #expect(ledger.outstanding(owner: .child).isEmpty)
    ledger.add(5, to: tally)
    ledger.subtract(3, from: tally)
    #expect(ledger.outstanding(owner: .child).map(\.amount) == [2])
    ledger.subtract(3, from: tally)
    #expect(ledger.amount(.folioReference, owner: .child) == 2)
    #expect(ledger.faults == [ResourceFault(reason: .returnedMoreThanTaken, kind: .folioReference, owner: .child)])
  }
}

@Suite("The plan of failures")
struct FailurePlanTests {
  /// The outcomes of five steps of two kinds: a page table, a folio, and so on in turn.
  private func outcomes(_ plan: FailurePlan) -> ([Bool], FailurePlan) {
    var plan = plan
    let kinds: [FailureKind] = [.pageTablePage, .folio, .pageTablePage, .folio, .pageTablePage]
    return (kinds.map { plan.step($0) }, plan)
  }

  @Test("no step fails, and all are counted")
  func none() {
    let (failed, plan) = outcomes(.none)
    #expect(failed == [false, false, false, false, false])
    #expect(plan.steps == 5 && plan.steps(of: .folio) == 2 && plan.steps(of: .vma) == 0)
    #expect(plan.firstRefusal == nil)
  }

  @Test("one step fails, once or with all after it")
  func byIndex() {
    let (once, plan) = outcomes(FailurePlan(failing: 2))
    #expect(once == [false, true, false, false, false])
    #expect(plan.firstRefusal == FailurePlan.Refusal(kind: .folio, step: 2) && plan.refusals == 1)
    let (always, after) = outcomes(FailurePlan(failing: 2, forever: true))
    #expect(always == [false, true, true, true, true])
    #expect(after.refusals == 4 && after.firstRefusal?.step == 2)
  }

  @Test("steps of one kind are numbered by themselves")
  func ofKind() {
    #expect(outcomes(FailurePlan(failing: 2, of: .folio)).0 == [false, false, false, true, false])
    #expect(
      outcomes(FailurePlan(failing: 2, forever: true, of: .pageTablePage)).0 == [false, false, true, false, true])
  }

  @Test("every kind has its own count")
  func everyKind() {
    var plan = FailurePlan.none
    for (index, kind) in FailureKind.allCases.enumerated() { for _ in 0...index { _ = plan.step(kind) } }
    #expect(FailureKind.allCases.map { plan.steps(of: $0) } == (1...13).map { UInt64($0) })
  }
}
