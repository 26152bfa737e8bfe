import RangeMapCore

/// Somebody on another processor who looks at the child between a fork's failure and the end of its teardown.
public enum ForkObserver: String, CaseIterable, Hashable, Sendable {
  /// Finds vmas through files and anonymous pages, without the lock of their address space; where that lock is free
  /// and the
  /// address space in use, it looks the vma up in the tree too. Kernel: `rmap_walk()`, `register_for_each_vma()`.
  case reverseMap = "reverse-map"
  /// Goes over all vmas. Kernel: `unuse_mm()` before 6.12.51, which did not ask whether the address space is stable.
  case swapOff = "swap-off"
  /// As `swapOff`, but passes by address spaces that are marked unstable.
  case checkedSwapOff = "checked-swap-off"
  /// Goes over all vmas, even of an address space that nobody uses, unless it is marked for it.
  /// Kernel: `__oom_reap_task_mm()`.
  case reaper
  /// Takes it for granted that there is a first vma, unless the address space is marked unstable.
  /// Kernel: `migrate_to_node()` before 6.12.5.
  case migration
  /// Finds the page-table entries of the parent's folios. A kernel alone has it: `rmap_walk()`.
  case folio
  /// A page fault in the parent, under the lock of one vma. A kernel alone has it: `lock_vma_under_rcu()`.
  case fault
  /// Goes over the vmas of an address space that it has a reference to, under its lock. A kernel alone has it.
  case reader

  /// Those that the model has, and the prover.
  public static let ofModel: [ForkObserver] = [.reverseMap, .swapOff, .checkedSwapOff, .reaper, .migration]

  /// Those that a kernel's machine has. Migration begins with a process, which a half-made child does not belong to
  /// yet.
  public static let ofKernels = allCases.filter { $0 != .migration }
}

/// Which observer looks, and when.
public struct ForkObservation: Hashable, Sendable {
  public var observer: ForkObserver
  /// The step to look at, from 1; nil for every step.
  public var step: Int?

  public init(_ observer: ForkObserver, step: Int? = nil) {
    self.observer = observer
    self.step = step
  }
}

extension ForkObserver {
  /// What the observer meets that is no live vma of the child; nil where all is well or it may not look.
  func findFault<Map: RangeMap & ~Copyable>(
    in child: borrowing AddressSpace<Map>, since firstNew: Int
  ) -> String? {
    switch self {
    case .reverseMap: return reverseMapFault(in: child, since: firstNew)
    case .swapOff: return isAdmitted(to: child) ? walkFault(in: child) : nil
    case .checkedSwapOff: return isAdmitted(to: child) && !child.isUnstable ? walkFault(in: child) : nil
    case .reaper: return child.lock != .write && !child.isSkippedByReaper ? walkFault(in: child) : nil
    case .migration:
      guard isAdmitted(to: child), !child.isUnstable else { return nil }
      let (range, entry) = child.tree.slot(at: 0)
      if entry == nil && range.last == .max { return "no vma at all" }
      return nil
    case .folio, .fault, .reader: return nil
    }
  }

  /// Whether one may come in who needs the lock for reading and the address space to be in use.
  private func isAdmitted<Map: RangeMap & ~Copyable>(to child: borrowing AddressSpace<Map>) -> Bool {
    child.users > 0 && child.lock != .write
  }

  private func walkFault<Map: RangeMap & ~Copyable>(in child: borrowing AddressSpace<Map>) -> String? {
    var index: UInt64 = 0
    while true {
      let (range, entry) = child.tree.slot(at: index)
      if let entry, let defect = child.defect(of: entry, at: range) { return defect }
      if range.last == .max { return nil }
      index = range.last + 1
    }
  }

  private func reverseMapFault<Map: RangeMap & ~Copyable>(
    in child: borrowing AddressSpace<Map>, since firstNew: Int
  ) -> String? {
    let machine = child.machine
    for place in firstNew..<machine.vmas.count {
      guard machine.vmas[place].isLinkedToFile || !machine.vmas[place].anonChain.isEmpty else { continue }
      let path = machine.vmas[place].isLinkedToFile ? "its file" : "its anon_vma"
      let range = machine.vmas[place].range
      if machine.vmas[place].isFreed { return "vma \(place) at \(range) through \(path), which was freed" }
      if machine.vmas[place].closeCount > 0 { return "vma \(place) at \(range) through \(path), which was closed" }
      // A vma that its fork is still copying is not there yet for those who look it up.
      if isAdmitted(to: child), machine.vmas[place].isAttached {
        let found = child.tree.slot(at: range.first).entry
        if found != VmaIdentifier(place: place).entry {
          return "vma \(place) at \(range) through \(path), which its tree does not hold"
        }
      }
    }
    return nil
  }
}
