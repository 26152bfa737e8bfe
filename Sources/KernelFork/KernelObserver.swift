import AddressSpaceModel

/// Somebody on another processor who looks at a kernel's address spaces in the middle of a call.
package enum KernelObserver: String, CaseIterable, Hashable, Sendable {
  /// Kernel: `oom_reap_task_mm()`.
  case reaper
  /// Kernel: `unuse_mm()`.
  case swapOff = "swap-off"
  /// Goes from each file to the vmas that map it, and from there to their address spaces and trees.
  case reverseMap = "reverse-map"
  /// Finds the page-table entries of the parent's folios. Kernel: `rmap_walk()`.
  case folio
  /// A page fault in the parent, under the lock of one vma. Kernel: `lock_vma_under_rcu()`.
  case fault
  /// Goes over the vmas of an address space that it has a reference to, under its lock.
  case reader

  /// Whether a look leaves everything as it was: the same looks have the same answers.
  var changesNothing: Bool {
    switch self {
    case .reverseMap, .folio, .reader: true
    case .reaper, .swapOff, .fault: false
    }
  }

  /// The kernel's observer for one of the model's; `nil` if the kernel has none.
  ///
  /// Migration begins with a process, which a half-made child does not belong to yet.
  package init?(_ observer: ForkObserver) {
    switch observer {
    case .reverseMap: self = .reverseMap
    case .swapOff, .checkedSwapOff: self = .swapOff
    case .reaper: self = .reaper
    case .folio: self = .folio
    case .fault: self = .fault
    case .reader: self = .reader
    case .migration: return nil
    }
  }
}

extension ForkObserver {
  /// Whether a kernel's machine has the observer.
  package var isOfKernels: Bool { KernelObserver(self) != nil }
}
