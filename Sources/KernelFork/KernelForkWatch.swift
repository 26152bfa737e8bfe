import AddressSpaceModel
import CForkABI

/// Lets an observer look at the child of a fork that has failed, at each moment that the kernel's code gives.
final class KernelForkWatch {
  private let machine: KernelMachine
  private let observer: ForkObserver?
  private let files: [UInt64]
  private(set) var looks = 0
  private(set) var violations: [ForkViolation] = []
  private var isLooking = false

  init(_ machine: KernelMachine, _ observer: ForkObserver?, files: [UInt64]) {
    self.machine = machine
    self.observer = observer
    self.files = files
  }

  /// The child: the one address space that the trial has taken and not given back.
  private var child: UInt64? { machine.ledger.held.keys.first { $0.kind == .mm }?.address }

  func look(_ event: UInt32, _ object: UInt64) {
    guard let observer, !isLooking, violations.isEmpty, machine.steps.failures > 0 else { return }
    isLooking = true
    defer { isLooking = false }
    let warnings = machine.warnings.count
    // Whatever the observer does is none of the fork's steps.
    machine.isWatched = false
    defer { machine.isWatched = true }
    do throws(KernelCallError) {
      if try looks(by: observer) { looks += 1 }
    } catch {
      let reason = machine.warnings.dropFirst(warnings).joined(separator: "; ")
      violations.append(
        ForkViolation(
          .observersSeeOnlyLiveVmas,
          "\(observer.rawValue) at event \(machine.events): \(reason.isEmpty ? "\(error)" : reason)"))
      machine.warnings.removeSubrange(warnings...)
    }
  }

  private func looks(by observer: ForkObserver) throws(KernelCallError) -> Bool {
    switch observer {
    case .reverseMap:
      var looked = false
      for file in files where try machine.observe(MAPLECHECK_FORK_OBSERVER_REVERSE_MAP, file) { looked = true }
      return looked
    case .swapOff, .checkedSwapOff:
      guard let child else { return false }
      return try machine.observe(MAPLECHECK_FORK_OBSERVER_SWAP_OFF, child)
    case .reaper:
      guard let child else { return false }
      return try machine.observe(MAPLECHECK_FORK_OBSERVER_REAPER, child)
    case .migration: return false
    }
  }
}

extension ForkObserver {
  /// Whether a kernel's machine has the observer. Migration begins with a process that a half-made child is not yet.
  package var isOfKernels: Bool { self != .migration }
}
