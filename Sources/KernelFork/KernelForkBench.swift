import AddressSpaceModel
import CForkABI
import RangeMapCore

/// What came of a fork by a kernel's own code.
package struct KernelForkOutcome: Sendable {
  /// Whether a child came of it.
  package var succeeded: Bool
  /// Why no child came of it; `nil` if one did.
  package var error: KernelCallError?
  /// The vmas of the child.
  package var copiedCount = 0
  /// What the machine has not and the kernel's code asked for, so that the trial decides nothing; `nil` if it has all.
  package var limit: String?
  /// What broke; empty where nothing did.
  package var violations: [ForkViolation]
  package var steps: KernelSteps
  /// Those of them, from the first on, that the fork made, and not the teardown of a child that lived.
  package var forkSteps: Int { forkEnd ?? steps.log.count }
  var forkEnd: Int?
  /// Moments at which somebody could look after the failure.
  package var looks = 0
  /// The moments, of all events of fork and teardown.
  package var events = 0
}

/// An address space of a kernel's machine that is forked again and again, each time from the same state.
package struct KernelForkBench: ~Copyable {
  package let machine: KernelMachine
  package let parent: KernelSpace
  private let files: [UInt64]
  private let state: KernelMachine.State
  /// The areas of the parent.
  package let areas: [KernelArea]
  /// Its pages, in order.
  private let pages: [(address: UInt64, page: KernelPage)]
  private let zeroFrame: UInt64?
  private let committed: Int64
  private let fileReferences: [Int64]
  private let fileMappings: [Int]
  private let counters: maplecheck_fork_counters
  /// The first page of each area that has one: there an observer looks.
  private let observedAddresses: [UInt64]

  /// Keeps the state of the machine, whose address space is at rest.
  /// - Complexity: O(memory in use).
  package init(_ machine: KernelMachine, parent: KernelSpace, files: [UInt64]) throws(KernelCallError) {
    self.machine = machine
    self.parent = parent
    self.files = files
    // What waits for readers of the calls before is no part of a trial.
    try machine.endGracePeriod()
    areas = machine.areas(of: parent)
    let pages = machine.pages(of: parent, areas)
    self.pages = pages
    zeroFrame = machine.zeroFrame
    observedAddresses = machine.observedAddresses(of: pages, in: areas)
    committed = machine.committedPages
    fileReferences = files.map { machine.references(ofFile: $0) }
    fileMappings = files.map { machine.mappings(ofFile: $0).count }
    counters = machine.counters(of: parent)
    machine.warnings = []
    state = machine.save()
  }

  /// Forks, tears the child down, and checks all laws. The machine is as before afterwards.
  /// - Parameters:
  ///   - failure: the step that fails.
  ///   - observer: who looks, at each moment or at one.
  ///   - onlyAfterFailure: whether the observer comes only after a step has failed.
  ///   - inspect: shown the child of a fork that succeeded, while it lives.
  package func run(
    failing failure: KernelFailure? = nil, observer: KernelObserver? = nil, at moment: Int? = nil,
    onlyAfterFailure: Bool = false, inspect: ((KernelSpace) -> Void)? = nil
  ) -> KernelForkOutcome {
    let watch = KernelForkWatch(
      machine, observer, files: files, parent: parent, addresses: observedAddresses, isFork: true, at: moment,
      onlyAfterFailure: onlyAfterFailure)
    machine.beginTrial(from: state, failing: failure, watchedBy: watch)
    var violations: [ForkViolation] = []
    var told: String?
    var outcome = KernelForkOutcome(succeeded: false, violations: [], steps: machine.steps)
    var isEnded = false
    do throws(KernelCallError) {
      machine.isWatched = true
      let child = try machine.fork(parent)
      machine.isWatched = false
      (outcome.succeeded, outcome.copiedCount) = (true, Int(machine.counters(of: child).areas))
      outcome.forkEnd = machine.steps.log.count
      inspect?(child)
      told = toldDifference(child)
      // The reaper takes away what it may: the child is not the parent's equal then.
      if observer != .reaper || watch.looks == 0, let difference = difference(of: child) {
        violations.append(ForkViolation(.childEqualsParent, difference))
      }
      machine.isWatched = true
      try machine.put(child)
    } catch {
      isEnded = error == .ended
      if !outcome.succeeded { outcome.error = error }
    }
    machine.look = nil
    machine.isWatched = false
    if !isEnded {
      do throws(KernelCallError) { try machine.endGracePeriod() } catch { isEnded = true }
    }
    machine.isInTrial = false
    if !outcome.succeeded && !machine.toldChildren.isEmpty {
      told = "a userfaultfd tells of a child that does not live"
    }
    violations += watch.violations
    if let told { violations.append(ForkViolation(.onlyChildrenAreTold, told)) }
    if !isEnded { check(&violations) }
    if !isEnded && violations.isEmpty { tearDownParent() }
    machine.endTrial(&outcome, violations, watchedBy: watch)
    return outcome
  }

  /// Tears the parent down too, by the kernel's code, which checks much of what a fork counts only then.
  private func tearDownParent() {
    machine.ledger = KernelLedger()
    machine.isInTrial = true
    defer { machine.isInTrial = false }
    do throws(KernelCallError) {
      try machine.put(parent)
      try machine.endGracePeriod()
      // A context of a userfaultfd has a reference to its address space.
      if !machine.ledger.foreign.contains(KernelLedger.Object(kind: .mm, address: parent.address)) {
        machine.warnings.append("the parent's mm_struct is referred to when all are gone")
      }
    } catch {
      machine.warnings.append("the parent cannot be torn down: \(error)")
    }
  }

  /// Ends the trials: the machine is as it was before them.
  package func rest() { machine.restore(state) }

  // MARK: Laws

  /// The laws that hold when the child is gone.
  private func check(_ violations: inout [ForkViolation]) {
    func violate(_ law: ForkLaw, _ detail: String) { violations.append(ForkViolation(law, detail)) }
    let ledger = machine.ledger
    if let left = ledger.left.first(where: { $0.kind == .opened }) ?? ledger.takenTwice.first {
      violate(.copiedClosedOnce, "a \(left.kind.name) is not closed as often as it was opened")
    }
    for object in ledger.foreign.prefix(1) {
      violate(.othersUntouched, "a \(object.kind.name) is given back that the fork did not take")
    }
    let left = ledger.left.filter { $0.kind != .opened }
    if let first = left.first {
      violate(.nothingLeft, "\(left.count) objects are left, the first a \(first.kind.name)")
    }
    for (place, file) in files.enumerated() {
      let (references, mappings) = (machine.references(ofFile: file), machine.mappings(ofFile: file).count)
      if references != fileReferences[place] {
        violate(.nothingLeft, "file \(place) has \(references) references, it had \(fileReferences[place])")
      }
      if mappings != fileMappings[place] {
        violate(.nothingLeft, "file \(place) has \(mappings) mappings, it had \(fileMappings[place])")
      }
    }
    if machine.committedPages != committed {
      violate(.accountedPagesReturn, "\(machine.committedPages) pages are charged, \(committed) were before the fork")
    }
    if let difference = parentDifference() { violate(.parentUnchanged, difference) }
  }

  /// How what a child's userfaultfds were told differs from what it is. One that was not heard in time watches nothing.
  private func toldDifference(_ child: KernelSpace) -> String? {
    let watchers = Set(areas.filter { !$0.flags.contains(.dontCopy) && $0.watcher != 0 }.map(\.watcher))
    if machine.toldChildren.contains(where: { $0 != child.address }) { return "a userfaultfd tells of another child" }
    let count = machine.toldChildren.count
    return (isCut ? count < watchers.count : count == watchers.count)
      ? nil : "\(count) userfaultfds tell of the child, and \(watchers.count) watch its parent"
  }

  /// Whether the task was killed while it waited for somebody to read of the child, or before. Nobody watches the child
  /// then.
  private var isCut: Bool { !machine.steps.failed.isDisjoint(with: [.userfaultEvent, .vmaLock]) }

  private func parentDifference() -> String? {
    let areas = machine.areas(of: parent)
    if areas != self.areas { return "the parent's areas are others" }
    let counters = machine.counters(of: parent)
    if counters.areas != self.counters.areas || counters.total_pages != self.counters.total_pages
      || counters.anonymous_pages != self.counters.anonymous_pages || counters.file_pages != self.counters.file_pages
      || counters.users != self.counters.users || counters.references != self.counters.references
      || counters.swapped_pages != self.counters.swapped_pages || counters.lock != self.counters.lock
      || counters.table_bytes != self.counters.table_bytes
    {
      return "the parent's counters are others"
    }
    // The counters tell of pages that are more: only those that were there are looked at.
    for (address, old) in pages {
      guard let new = machine.page(at: address, in: parent) else {
        return "the parent has no page at 0x\(String(address, radix: 16)) any more"
      }
      // A fork takes an entry for many pages apart if one of them may be pinned.
      if old.isHuge && !new.isHuge && new.frame == old.frame { continue }
      if new.frame != old.frame || new.references != old.references || new.mappings != old.mappings {
        return "the parent's page at 0x\(String(address, radix: 16)) is another, or is counted otherwise"
      }
      // A fork may take away the right to write, and nothing gives it.
      if new.isWritable && !old.isWritable { return "the parent may write at 0x\(String(address, radix: 16))" }
    }
    return nil
  }

  /// What a child must be whose fork succeeded: the parent less what its flags say.
  private func difference(of child: KernelSpace) -> String? {
    let inherited = areas.filter { !$0.flags.contains(.dontCopy) }
    let copies = machine.areas(of: child)
    if copies.count != inherited.count { return "\(copies.count) vmas for \(inherited.count)" }
    if machine.counters(of: child).areas != UInt64(copies.count) {
      return "it counts \(machine.counters(of: child).areas) vmas of \(copies.count)"
    }
    let (own, parents) = (machine.counters(of: child), counters)
    let left = areas.filter { $0.flags.contains(.dontCopy) }.reduce(0) { $0 + $1.pageCount }
    if own.total_pages != parents.total_pages - left {
      return "it counts \(own.total_pages) pages, the parent \(parents.total_pages), of which \(left) are not copied"
    }
    if own.locked_pages != 0 { return "it counts \(own.locked_pages) locked pages" }
    // Those of the parent by those of the child.
    var watchers: [UInt64: UInt64] = [:]
    for (copy, source) in zip(copies, inherited) {
      let place = "its vma at \(source.range)"
      if !copy.isOwn { return "\(place) is not its own" }
      if copy.range != source.range || copy.file != source.file || copy.filePage != source.filePage {
        return "\(place) is another"
      }
      if copy.flags != flags(ofCopyOf: source, watched: copy.watcher != 0) { return "\(place) has other flags" }
      if copy.watcher != 0,
        (watchers.updateValue(source.watcher, forKey: copy.watcher) ?? source.watcher) != source.watcher
          || copy.watcher == source.watcher
      {
        return "\(place) is watched by another's userfaultfd"
      }
    }
    return pageDifference(of: child, inherited, countedAs: own)
  }

  private func flags(ofCopyOf source: KernelArea, watched isWatched: Bool) -> VmaFlags {
    source.flags.subtracting(isCut && !isWatched ? VmaFlags.locks.union(.userfault) : .locks)
  }

  /// How the pages of a child differ from those that it inherits.
  private func pageDifference(
    of child: KernelSpace, _ inherited: [KernelArea], countedAs counters: maplecheck_fork_counters
  ) -> String? {
    var (next, found) = (0, 0)
    for (address, old) in pages {
      while next < inherited.count, inherited[next].range.last < address { next += 1 }
      let page = machine.page(at: address, in: child)
      // Nobody counts the page of zeros.
      if let page, page.frame != zeroFrame || !page.isPresent { found += 1 }
      guard next < inherited.count, inherited[next].range.contains(address),
        !inherited[next].flags.contains(.wipeOnFork)
      else {
        if page != nil { return "it has a page at 0x\(String(address, radix: 16)), which it does not inherit" }
        continue
      }
      if let page {
        let isOfFile = inherited[next].file != 0 && inherited[next].flags.contains(.shared)
        if page.isWritable && page.frame == old.frame && !isOfFile { return "it may write to the parent's page" }
      } else if inherited[next].file == 0 && !(old.isPresent && old.frame == zeroFrame) {
        // A page of a file can be read again, if nobody wrote to it, and so can the page of zeros.
        return "it has no page at 0x\(String(address, radix: 16))"
      }
    }
    let counted = counters.file_pages + counters.anonymous_pages + counters.shared_pages + counters.swapped_pages
    return counted == found ? nil : "it counts \(counted) pages that are there, and has \(found) of the parent's"
  }
}
