import AddressSpaceModel

/// Who found that something is wrong: a law, and for a law that is the kernel's own, which of its checks.
package enum KernelCheck: String, CaseIterable, Hashable, Sendable {
  /// Counters of pages and of page tables that are not 0 at the end. Kernel: `check_mm()`.
  case checkMm = "check_mm()"
  /// A page-table entry that cannot be. Kernel: `print_bad_pte()`.
  case badPageMap = "bad page map"
  /// Kernel: `refcount_warn_saturate()`.
  case refcount
  /// A condition that the kernel warns of. Kernel: `WARN_ON()`, `VM_WARN_ON()`, `BUG_ON()`.
  case warning = "WARN_ON()"
  /// An object that is freed with references.
  case countAtRelease = "count at release"
  /// A write to an object after it was freed.
  case writtenAfterFree = "written after free"
  /// An object that is freed twice, or that is none.
  case freedTwice = "freed twice"
  /// A frame that is freed and mapped, or referred to, or free already.
  case frame = "frame at release"
  /// A lock that would be waited for without end, or that is not held, and a task that nobody wakes up.
  case lock
  /// A refused request that is made again without end.
  case endless = "without end"
  /// A signal that the kernel's code raises.
  case crash
  /// Anything else that the kernel says.
  case said

  /// Words that are in what the check says, in the order in which they are looked for.
  private static let signs: [(KernelCheck, [String])] = [
    (.checkMm, ["BUG: Bad rss-counter", "BUG: non-zero pgtables_bytes"]),
    (
      .badPageMap,
      ["BUG: Bad page map", "BUG: Bad rmap", "bad pmd", "bad pud", "bad p4d", "bad pgd", "pgd:", "addr:", "file:("]
    ),
    (.refcount, ["lib/refcount.c", "refcount_t"]),
    (.warning, ["WARNING at", "the kernel stops"]),
    (.countAtRelease, ["freed with a count of"]),
    (.writtenAfterFree, ["written to after it was freed"]),
    (.freedTwice, ["given back twice", "freed that is not in use", "no object is given back"]),
    (.frame, ["a page is freed"]),
    (.lock, ["waited for, and nobody", "given back that is not held", "nobody wakes it up"]),
    (.endless, ["made again without end"]),
    (.crash, ["the kernel's code crashes"]),
  ]

  /// The check that says this.
  package init(saying text: String) {
    self = KernelCheck.signs.first { $0.1.contains { text.contains($0) } }?.0 ?? .said
  }
}

extension ForkViolation {
  /// The law, and who found it broken: for the kernel's own the check, for that of the observers the observer.
  package var finder: String {
    switch law {
    case .kernelIsSilent: "\(law.rawValue), \(KernelCheck(saying: detail).rawValue)"
    case .observersSeeOnlyLiveVmas:
      KernelObserver.allCases.first { detail.hasPrefix($0.rawValue + " at event") }
        .map { "\(law.rawValue), \($0.rawValue)" } ?? law.rawValue
    default: law.rawValue
    }
  }

  /// What the kernel said: the warnings of one call. What it says of the number of vmas is a law of its own.
  static func said(_ warnings: [String]) -> [ForkViolation] {
    warnings.map {
      ForkViolation($0.contains("count != mm->map_count") ? .mapCountEqualsRemoved : .kernelIsSilent, $0)
    }
  }
}
