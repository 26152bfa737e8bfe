import RangeMapCore

/// The input of a trial that makes something fail.
public struct ForkFailure: Codable, Hashable, Sendable {
  /// The steps that are counted.
  public enum Steps: Codable, Hashable, Sendable {
    /// All that can fail.
    case all
    case of(FailureKind)
    /// The requests for tree nodes, which the tree itself makes.
    case nodeRequests
  }

  /// The number of the step that fails, from 1; 0 if none fails.
  public var index: UInt64
  public var steps: Steps
  /// Whether all later steps that are counted fail too.
  public var forever: Bool

  public static let none = ForkFailure(index: 0, steps: .all, forever: false)

  public static func step(_ index: UInt64, kind: FailureKind?, forever: Bool) -> ForkFailure {
    ForkFailure(index: index, steps: kind.map { .of($0) } ?? .all, forever: forever)
  }

  public static func nodeRequest(_ index: UInt64, forever: Bool) -> ForkFailure {
    ForkFailure(index: index, steps: .nodeRequests, forever: forever)
  }

  /// The failure of the model's own steps; the requests for nodes are the tree's.
  fileprivate func plan(_ log: StepLog?) -> FailurePlan {
    switch steps {
    case .all: FailurePlan(failing: index, forever: forever, log: log)
    case .of(let kind): FailurePlan(failing: index, forever: forever, of: kind, log: log)
    case .nodeRequests: FailurePlan(failing: 0, log: log)
    }
  }
}

/// What came of a trial.
public struct ForkOutcome: Sendable {
  /// Why the fork failed; nil if it did not.
  public var error: ForkError?
  /// What broke; empty where nothing did.
  public var violations: [ForkViolation]
  /// How many steps the fork made that can fail, of each kind.
  public var steps: FailurePlan
  /// How often the fork asked for tree nodes.
  public var nodeRequests: UInt64
  /// The moments at which an observer could look.
  public var observableSteps: Int
  /// The vmas that were copied.
  public var copiedCount: Int
}

/// An address space at rest that is forked again and again, and what it was before.
public struct ForkBench<Map: RangeMap & ~Copyable>: ~Copyable {
  public private(set) var parent: AddressSpace<Map>
  private let machine: MachineSnapshot
  private let before: AddressSpaceSnapshot
  private let held: [UInt64]
  /// Whether a trial changed the parent: then there can be no further one.
  public private(set) var isSpoiled = false

  /// - Complexity: O(n) in vmas and pages.
  public init(parent: consuming AddressSpace<Map>) {
    machine = parent.machine.snapshot()
    before = parent.snapshot()
    held = ForkBench.held(parent.machine, .parent)
    self.parent = parent
  }

  /// Ends the trials.
  public consuming func release() -> AddressSpace<Map> { parent }

  private static func held(_ machine: Machine, _ owner: ResourceOwner) -> [UInt64] {
    ResourceKind.allCases.map { machine.ledger.amount($0, owner: owner) }
  }

  /// Forks, tears the child down, and checks all laws.
  /// - Parameters:
  ///   - log: where the fork's steps are written down.
  ///   - inspect: shown the child of a fork that succeeded, while it lives.
  /// - Complexity: O(n log n) in vmas and pages.
  public mutating func run(
    _ options: ForkOptions, failure: ForkFailure = .none, log: StepLog? = nil,
    inspect: ((borrowing AddressSpace<Map>) -> Void)? = nil
  ) -> ForkOutcome {
    precondition(!isSpoiled, "an earlier trial changed the parent")
    let shared = parent.machine
    let run = ForkRun(options, machine: shared)
    var child = parent.newChild()
    shared.failures = failure.plan(log)
    child.tree.failAllocation(failure.steps == .nodeRequests ? failure.index : 0, forever: failure.forever)
    var error: ForkError?
    do throws(ForkError) {
      try parent.fork(into: &child, run)
    } catch let failed {
      error = failed
    }
    let steps = shared.failures
    shared.failures = .none
    let requests = child.tree.permitAllocations().requests
    if error == nil {
      checkEquality(of: child, run)
      inspect?(child)
      child.exit(run)
    }
    check(child, run)
    return ForkOutcome(
      error: error, violations: run.violations, steps: steps, nodeRequests: requests,
      observableSteps: run.observableSteps, copiedCount: run.copiedCount)
  }
}

extension ForkBench where Map: ~Copyable {
  /// The laws that hold when the child is gone.
  private mutating func check(_ child: borrowing AddressSpace<Map>, _ run: ForkRun) {
    let shared = parent.machine
    checkCopies(run)
    checkOthers(run)
    checkParent(run)
    if run.removedCount != child.counters.mapCount {
      run.violate(
        .mapCountEqualsRemoved, "\(run.removedCount) vmas were removed, \(child.counters.mapCount) were counted")
    }
    if shared.committedPages != machine.committedPages {
      run.violate(
        .accountedPagesReturn,
        "\(shared.committedPages) pages are charged, \(machine.committedPages) were before the fork")
    }
    checkNothingLeft(child, run)
    if run.violations.contains(where: { $0.law == .parentUnchanged || $0.law == .othersUntouched }) {
      isSpoiled = true
    }
    if run.violations.contains(where: { $0.law == .nothingLeft || $0.law == .accountedPagesReturn }) {
      isSpoiled = true
    }
    if !isSpoiled { shared.forgetObjects(since: machine) }
  }

  private func checkCopies(_ run: ForkRun) {
    let shared = parent.machine
    for place in machine.vmas.count..<shared.vmas.count {
      let (opened, closed) = (shared.vmas[place].openCount, shared.vmas[place].closeCount)
      if opened != closed || closed > 1 {
        run.violate(
          .copiedClosedOnce,
          "vma \(place) at \(shared.vmas[place].range) was opened \(opened) times and closed \(closed) times")
        return
      }
    }
  }

  private func checkOthers(_ run: ForkRun) {
    let shared = parent.machine
    for (place, old) in machine.vmas.enumerated() {
      if shared.vmas[place].closeCount != old.closeCount || shared.vmas[place].openCount != old.openCount
        || shared.vmas[place].isFreed != old.isFreed
      {
        let what = shared.vmas[place].isFreed != old.isFreed ? "was closed and freed" : "was opened or closed"
        run.violate(.othersUntouched, "vma \(place) of \(old.owner) at \(old.range) \(what)")
        return
      }
    }
  }

  private func checkParent(_ run: ForkRun) {
    let shared = parent.machine
    if parent.tree.fingerprint() != before.fingerprint {
      return run.violate(.parentUnchanged, "the parent's tree has changed")
    }
    for (place, old) in machine.vmas.enumerated() {
      var new = shared.vmas[place]
      // Callbacks have a law of their own.
      new.openCount = old.openCount
      new.closeCount = old.closeCount
      if new != old {
        return run.violate(.parentUnchanged, "vma \(place) at \(old.range) has changed: \(Self.difference(old, new))")
      }
    }
    if parent.counters != before.counters || parent.programBreak != before.programBreak {
      return run.violate(.parentUnchanged, "the parent's counters were \(before.counters), are \(parent.counters)")
    }
    if Self.held(shared, .parent) != held {
      return run.violate(.parentUnchanged, "the parent holds more or less than before")
    }
    let pages = parent.pageSnapshot()
    if pages != before.pages {
      let differing = zip(pages.pages, before.pages.pages).first { $0 != $1 }
      let place = differing.map { " at 0x" + String($0.1.address, radix: 16) } ?? ""
      run.violate(.parentUnchanged, "the parent's pages have changed\(place)")
    }
  }

  private static func difference(_ old: Vma, _ new: Vma) -> String {
    if old.isLinkedToFile != new.isLinkedToFile { return "it is not linked to its file as it was" }
    if old.anonChain != new.anonChain || old.anonVma != new.anonVma { return "its anon_vmas are others" }
    if old.isFreed != new.isFreed { return "it was freed" }
    if old.flags != new.flags { return "its flags were \(old.flags), are \(new.flags)" }
    return "its fields are others"
  }

  private func checkNothingLeft(_ child: borrowing AddressSpace<Map>, _ run: ForkRun) {
    let shared = parent.machine
    if let left = shared.ledger.isClear(owner: .child) ? nil : shared.ledger.outstanding(owner: .child).first {
      return run.violate(.nothingLeft, "\(left)")
    }
    if shared.ledger.faults.count > machine.ledgerFaults {
      return run.violate(.nothingLeft, "\(shared.ledger.faults[machine.ledgerFaults])")
    }
    if child.tree.counters.liveNodes > 0 || child.tree.slot(at: 0).entry != nil || !isAll(child.tree.slot(at: 0).range)
    {
      return run.violate(.nothingLeft, "the child's tree has \(child.tree.counters.liveNodes) nodes")
    }
    if let left = PageTableLaw.teardownViolations(child.pageTable).first {
      return run.violate(.nothingLeft, left.message)
    }
    if shared.files != machine.files { return run.violate(.nothingLeft, "a file's references or links are others") }
    if Array(shared.anonVmas.prefix(machine.anonVmas.count)) != machine.anonVmas {
      return run.violate(.nothingLeft, "an anon_vma's counts are others")
    }
    if let left = (machine.anonVmas.count..<shared.anonVmas.count).first(where: { !shared.anonVmas[$0].isFreed }) {
      return run.violate(.nothingLeft, "anon_vma \(left)")
    }
    if Array(shared.policies.prefix(machine.policies.count)) != machine.policies {
      return run.violate(.nothingLeft, "a memory policy's references are others")
    }
    if shared.folios.liveFolios != machine.liveFolios {
      return run.violate(
        .nothingLeft, "\(shared.folios.liveFolios) folios are there, \(machine.liveFolios) were before the fork")
    }
    if let fault = shared.folios.faults.first { return run.violate(.nothingLeft, "\(fault)") }
    if let fault = shared.faults.first { return run.violate(.nothingLeft, fault) }
  }

  private func isAll(_ range: KeyRange) -> Bool { range == .all }
}
