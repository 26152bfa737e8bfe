import AddressSpaceModel
import CForkABI
import RangeMapCore
import Scenarios

/// An address space of a kernel's machine on which calls are made again and again, each time from the same state, or
/// one after the other.
package struct KernelCallBench: ~Copyable {
  package let machine: KernelMachine
  package let space: KernelSpace
  private let files: [UInt64]
  private var state: KernelMachine.State
  private let areas: [KernelArea]
  private let pages: [UInt64]
  private let observedAddresses: [UInt64]
  /// The references of each file that are not those of an area.
  private let openReferences: [Int64]
  /// Pages that are charged for other address spaces.
  private let chargedElsewhere: Int64
  /// What a teardown gives back if no call was made: objects of before.
  private let owned: Set<KernelLedger.Object>

  /// Keeps the state of the machine, whose address space is at rest.
  package init(_ machine: KernelMachine, space: KernelSpace, files: [UInt64]) throws(KernelCallError) {
    try machine.endGracePeriod()
    let state = machine.save()
    machine.isInTrial = true
    try machine.put(space)
    try machine.endGracePeriod()
    machine.isInTrial = false
    owned = Set(machine.ledger.foreign)
    machine.restore(state)
    self.state = state
    self.machine = machine
    self.space = space
    self.files = files
    let areas = machine.areas(of: space)
    let pages = machine.pages(of: space, areas)
    self.areas = areas
    self.pages = pages.map(\.address)
    observedAddresses = machine.observedAddresses(of: pages, in: areas)
    openReferences = files.map { file in
      machine.references(ofFile: file) - Int64(areas.count { $0.file == file })
    }
    chargedElsewhere = machine.committedPages - Int64(KernelCallBench.charged(areas))
  }

  private static func charged(_ areas: [KernelArea]) -> UInt64 {
    areas.reduce(0) { $0 + ($1.flags.contains(.accounted) ? $1.pageCount : 0) }
  }

  /// Makes a call, checks all laws, tears the address space down, and checks them again.
  package func run(
    _ call: KernelCall, failing failure: KernelFailure? = nil, observer: KernelObserver? = nil
  ) -> KernelForkOutcome {
    var after: KernelMachine.State?
    return run(isPartial: call.isPartial, failing: failure, observer: observer, keepsState: false, after: &after) {
      () throws(KernelCallError) in try call.carryOut(in: space, files: files, on: machine)
    }
  }

  /// The same of a line of a script. The machine is then as the call left it, or as it was before if a law was broken.
  package mutating func make(_ operation: ForkOperation) -> KernelForkOutcome {
    var after: KernelMachine.State?
    let trial = operation.trial
    let outcome = run(
      isPartial: operation.kind.isPartial, failing: KernelFailure(trial.failure),
      observer: trial.observation.flatMap { KernelObserver($0.observer) }, at: trial.observation?.step,
      keepsState: true, after: &after
    ) { () throws(KernelCallError) in try operation.prepare(space, files: files, on: machine) }
    if outcome.violations.isEmpty && outcome.limit == nil, let after = after.take() { state = after }
    machine.restore(state)
    return outcome
  }

  /// - Parameters:
  ///   - isPartial: whether a failure may leave a part of the work done.
  ///   - after: becomes the state after the call, if that is kept.
  private func run(
    isPartial: Bool, failing failure: KernelFailure?, observer: KernelObserver?, at moment: Int? = nil,
    keepsState: Bool, after: inout KernelMachine.State?, _ call: () throws(KernelCallError) -> Void
  ) -> KernelForkOutcome {
    let watch = KernelForkWatch(
      machine, observer, files: files, parent: space, addresses: observedAddresses, isFork: false, at: moment)
    machine.beginTrial(from: state, failing: failure, watchedBy: watch)
    var violations: [ForkViolation] = []
    var outcome = KernelForkOutcome(succeeded: false, violations: [], steps: machine.steps)
    machine.isWatched = true
    do throws(KernelCallError) {
      try call()
      outcome.succeeded = true
    } catch { outcome.error = error }
    machine.look = nil
    machine.isWatched = false
    violations += watch.violations
    if outcome.error != .ended {
      if keepsState { after = machine.save() }
      check(&violations)
      if !outcome.succeeded && !isPartial && joined(machine.areas(of: space)) != joined(areas) {
        violations.append(ForkViolation(.parentUnchanged, "the call failed, and the areas are others"))
      }
      if violations.isEmpty { tearDown(&violations) }
    }
    machine.isInTrial = false
    machine.endTrial(&outcome, violations, watchedBy: watch)
    return outcome
  }

  /// Ends the trials: the machine is as it was before them.
  package func rest() { machine.restore(state) }

  // MARK: Laws

  /// What holds of an address space at rest, whatever was done to it.
  private func check(_ violations: inout [ForkViolation]) {
    func violate(_ law: ForkLaw, _ detail: String) { violations.append(ForkViolation(law, detail)) }
    let (areas, counters) = (machine.areas(of: space), machine.counters(of: space))
    if let other = areas.first(where: { !$0.isOwn }) {
      return violate(.observersSeeOnlyLiveVmas, "the entry at \(other.range) is no vma of its own")
    }
    if counters.areas != UInt64(areas.count) {
      violate(.mapCountEqualsRemoved, "\(counters.areas) vmas are counted of \(areas.count)")
    }
    if counters.lock != 0 { violate(.parentUnchanged, "the lock is held after the call") }
    let total = areas.reduce(0) { $0 + $1.pageCount }
    if counters.total_pages != total {
      violate(.parentUnchanged, "\(counters.total_pages) pages are counted of \(total)")
    }
    let locked = areas.reduce(0) { $0 + ($1.flags.contains(.locked) ? $1.pageCount : 0) }
    if counters.locked_pages != locked {
      violate(.parentUnchanged, "\(counters.locked_pages) locked pages are counted of \(locked)")
    }
    let charged = Int64(KernelCallBench.charged(areas))
    let committed = machine.committedPages - chargedElsewhere
    if committed != charged {
      violate(.accountedPagesReturn, "\(committed) pages are charged, the areas have \(charged)")
    }
    for (place, file) in files.enumerated() {
      let own = machine.mappings(ofFile: file).count { $0.space == space.address }
      let wanted = areas.count { $0.file == file }
      if own != wanted { violate(.nothingLeft, "file \(place) has \(own) mappings of \(wanted)") }
      let references = machine.references(ofFile: file) - openReferences[place]
      if references != Int64(wanted) {
        violate(.nothingLeft, "file \(place) has \(references) references of \(wanted) areas")
      }
    }
    for address in pages where machine.page(at: address, in: space) != nil {
      if !areas.contains(where: { $0.range.contains(address) }) {
        violate(.nothingLeft, "there is a page at 0x\(String(address, radix: 16)), and no area")
      }
    }
    for object in machine.ledger.takenTwice.prefix(1) {
      violate(.copiedClosedOnce, "a vma is opened twice: 0x\(String(object.address, radix: 16))")
    }
  }

  /// Tears the address space down: that must give back what it would have given back without the call, and what the
  /// call took.
  private func tearDown(_ violations: inout [ForkViolation]) {
    do throws(KernelCallError) {
      try machine.put(space)
      try machine.endGracePeriod()
    } catch {
      machine.warnings.append("the address space cannot be torn down: \(error)")
      return
    }
    let ledger = machine.ledger
    if let first = ledger.left.first {
      let law: ForkLaw = first.kind == .opened ? .copiedClosedOnce : .nothingLeft
      violations.append(ForkViolation(law, "\(ledger.left.count) objects are left, the first a \(first.kind.name)"))
    }
    let given = Set(ledger.foreign)
    if let kept = owned.subtracting(given).min(by: { $0.address < $1.address }) {
      violations.append(ForkViolation(.nothingLeft, "a \(kept.kind.name) of before the call is left"))
    }
    let others = ledger.foreign.filter { !owned.contains($0) }
    if let other = others.first ?? (ledger.foreign.count == given.count ? nil : ledger.foreign.first) {
      violations.append(ForkViolation(.othersUntouched, "a \(other.kind.name) of somebody else is given back"))
    }
    let committed = machine.committedPages - chargedElsewhere
    if committed != 0 {
      violations.append(ForkViolation(.accountedPagesReturn, "\(committed) pages are charged at the end"))
    }
  }

  /// Areas without their splits: a call that fails may leave those.
  private func joined(_ areas: [KernelArea]) -> [KernelArea] {
    var joined: [KernelArea] = []
    for var area in areas {
      area.vma = 0
      if var last = joined.last, last.range.last + 1 == area.range.first, last.flags == area.flags,
        last.file == area.file, last.filePage + last.pageCount == area.filePage
      {
        last.range = KeyRange(last.range.first, area.range.last)
        joined[joined.count - 1] = last
      } else {
        joined.append(area)
      }
    }
    return joined
  }
}
