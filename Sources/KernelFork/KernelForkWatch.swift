import AddressSpaceModel
import CForkABI
import RangeMapCore

/// Lets an observer look at the address spaces of a call, at each moment that the kernel's code gives.
final class KernelForkWatch {
  private let machine: KernelMachine
  private let observer: KernelObserver?
  private let files: [UInt64]
  /// The address space that the call began with, and addresses of its pages.
  private let parent: KernelSpace
  private let addresses: [UInt64]
  /// Whether the call makes another address space, which is looked at then.
  private let isFork: Bool
  private(set) var looks = 0
  /// The one moment to look at, from 1; `nil` for each.
  private let moment: Int?
  private var moments = 0
  /// Whether nobody looks before a step has failed.
  private let isLateComer: Bool
  /// What the machine has not and an observer asked for.
  private(set) var limit: String?
  private(set) var violations: [ForkViolation] = []
  private var isLooking = false
  /// What the machine was like at the last look.
  private var lastSeen: Sight?

  init(
    _ machine: KernelMachine, _ observer: KernelObserver?, files: [UInt64], parent: KernelSpace,
    addresses: [UInt64], isFork: Bool, at moment: Int? = nil, onlyAfterFailure isLateComer: Bool = false
  ) {
    self.machine = machine
    self.observer = observer
    self.files = files
    self.parent = parent
    self.addresses = addresses
    self.isFork = isFork
    self.moment = moment
    self.isLateComer = isLateComer
  }

  /// The child: the one address space that the trial has taken and not given back.
  private var child: UInt64? { machine.ledger.heldSpace }

  func look(_ event: UInt32, _ object: UInt64) {
    guard let observer, !isLooking, violations.isEmpty, limit == nil else { return }
    // A script counts moments from the failure on.
    if machine.steps.failures > 0 { moments += 1 } else if isLateComer { return }
    guard moment == nil || moment == moments else { return }
    if moment == nil {
      // A kernel asks at each empty table of a large area whether it must give the processor away.
      let sight = Sight(machine, child.map { KernelSpace(address: $0) } ?? parent)
      if event == MAPLECHECK_FORK_EVENT_RESCHEDULED.rawValue, sight == lastSeen { return }
      lastSeen = sight
    }
    isLooking = true
    defer { isLooking = false }
    let warnings = machine.warnings.count
    // Whatever the observer does is none of the fork's steps.
    machine.isWatched = false
    defer { machine.isWatched = true }
    do throws(KernelCallError) {
      if try looks(by: observer) { looks += 1 }
    } catch {
      limit = machine.warnings.dropFirst(warnings).first(where: KernelMachine.isLimit)
      let reason = machine.warnings.dropFirst(warnings).joined(separator: "; ")
      violations.append(
        ForkViolation(
          .observersSeeOnlyLiveVmas,
          "\(observer.rawValue) at event \(machine.events): \(reason.isEmpty ? "\(error)" : reason)"))
      machine.warnings.removeSubrange(warnings...)
    }
  }

  private func looks(by observer: KernelObserver) throws(KernelCallError) -> Bool {
    var looked = false
    switch observer {
    case .reverseMap:
      for file in files where try machine.observe(MAPLECHECK_FORK_OBSERVER_REVERSE_MAP, file) { looked = true }
    case .folio:
      for address in addresses {
        // The page of zeros, which has no reverse map, may have come there since.
        if !isFork, machine.page(at: address, in: parent)?.frame == machine.zeroFrame { continue }
        if try machine.observe(MAPLECHECK_FORK_OBSERVER_FOLIO, parent.address, at: address) { looked = true }
      }
    case .fault: looked = try faults()
    case .swapOff: looked = try observe(MAPLECHECK_FORK_OBSERVER_SWAP_OFF)
    case .reaper: looked = isFork ? try observe(MAPLECHECK_FORK_OBSERVER_REAPER) : false
    case .reader: looked = try observe(MAPLECHECK_FORK_OBSERVER_READER)
    }
    return looked
  }

  private func observe(_ observer: maplecheck_fork_observer) throws(KernelCallError) -> Bool {
    guard let space = isFork ? child : parent.address else { return false }
    return try machine.observe(observer, space)
  }

  /// A fork keeps the locks of the vmas that it has copied, for as long as it has the parent's lock.
  ///
  /// An address space with many pages has this look at one moment of some, so that about 16 pages are tried a moment in
  /// the mean.
  private func faults() throws(KernelCallError) -> Bool {
    guard moment != nil || machine.events.isMultiple(of: max(1, addresses.count / 16)) else { return false }
    var looked = false
    let isCopying = machine.counters(of: parent).lock < 0
    let areas = isFork && isCopying ? child.map { machine.areas(of: KernelSpace(address: $0)) } ?? [] : []
    // An address is the first of its vma.
    let copies = Set(areas.filter(\.isOwn).map(\.range.first))
    for address in addresses where try machine.observe(MAPLECHECK_FORK_OBSERVER_FAULT, parent.address, at: address) {
      looked = true
      if isCopying, copies.contains(address) {
        machine.warnings.append("0x\(String(address, radix: 16)) is faulted in, and its vma is copied already")
        throw .ended
      }
    }
    return looked
  }
}

/// What changes if anything does that an observer could meet: objects come and go, locks change hands, or a table of
/// entries was gone through, after which the pages of the address space are counted anew.
private struct Sight: Equatable {
  private let changes: UInt64
  private let pages: SIMD4<UInt64>
  private let tableBytes: UInt64

  init(_ machine: KernelMachine, _ space: KernelSpace) {
    let counters = machine.counters(of: space)
    changes = machine.changes
    pages = SIMD4(counters.file_pages, counters.anonymous_pages, counters.swapped_pages, counters.shared_pages)
    tableBytes = counters.table_bytes
  }
}
