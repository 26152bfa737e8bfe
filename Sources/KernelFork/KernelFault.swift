import AddressSpaceModel

/// A fault of released kernels that sweeps have found. `docs/KERNEL-FORK.md` tells what it is.
package struct KernelFault: Hashable, Sendable {
  package var name: String
  /// The beginnings of the names of kernels that have it: `Linux 6.12.`.
  package var kernels: [String]
  /// The words of the calls that show it.
  package var calls: Set<String>
  package var law: ForkLaw
  /// Areas without these flags do not show it; empty if any area may.
  package var flags: VmaFlags = []
  /// How what breaks the law begins; empty if anything does.
  package var sign = ""
  /// What is in it.
  package var detail = ""

  package static let known: [KernelFault] = [
    KernelFault(
      name: "mremap-charges-for-ever", kernels: ["Linux "], calls: ["remap"], law: .accountedPagesReturn),
    KernelFault(
      name: "growth-charges-for-ever", kernels: ["Linux "], calls: ["grow"], law: .accountedPagesReturn),
    KernelFault(
      name: "refused-map-keeps-charge", kernels: ["Linux 6.12.", "Linux 6.16.", "Linux 7.1."], calls: ["map"],
      law: .accountedPagesReturn),
    KernelFault(
      name: "refused-brk-keeps-charge", kernels: ["Linux 6.1."], calls: ["brk"], law: .accountedPagesReturn),
    KernelFault(
      name: "refused-merge-warns", kernels: ["Linux 7."], calls: ["map"], law: .kernelIsSilent,
      detail: "mas_is_active(mas) && (mas->index > start"),
    KernelFault(
      name: "lock-counts-in-int", kernels: ["Linux 6.1.", "Linux 6.16."], calls: ["lock"], law: .parentUnchanged,
      detail: "locked pages are counted of"),
    KernelFault(
      name: "retry-without-progress", kernels: ["Linux 6.1.", "Linux 6.12.", "Linux 6.16."],
      calls: callsThatSplit.union(["fork"]), law: .kernelIsSilent,
      detail: "made again without end"),
    KernelFault(
      name: "refused-split-can-be-found", kernels: ["Linux 6.1."], calls: callsThatSplit,
      law: .observersSeeOnlyLiveVmas, sign: "folio at "),
    KernelFault(
      name: "swap-off-meets-marker", kernels: ["Linux 6.16."], calls: ["fork"], law: .observersSeeOnlyLiveVmas,
      sign: "swap-off at ", detail: "the marker of a failed fork"),
    KernelFault(
      name: "refused-fork-tells-of-child", kernels: ["Linux 6.1."], calls: ["fork"], law: .onlyChildrenAreTold,
      flags: .userfault),
  ]

  private static let callsThatSplit: Set<String> = ["unmap", "map", "protect", "remap", "advise", "lock", "brk"]

  /// Whether it leads to nothing else: it is known by the flags of its areas.
  var isAlone: Bool { !flags.isEmpty }

  /// The flags of areas that show a known fault of forks of a kernel: it would be found by each fork that fails.
  package static func flags(shownBy kernel: String) -> VmaFlags {
    known.reduce([]) { flags, fault in
      fault.calls.contains("fork") && fault.kernels.contains { kernel.hasPrefix($0) } ? flags.union(fault.flags) : flags
    }
  }

  /// The fault that a kernel has and that breaks a law in a call; `nil` if none is known.
  package static func known(of kernel: String, in call: String, _ violation: ForkViolation) -> KernelFault? {
    known.first { fault in
      fault.calls.contains(call) && fault.law == violation.law && violation.detail.hasPrefix(fault.sign)
        && violation.detail.contains(fault.detail) && fault.kernels.contains { kernel.hasPrefix($0) }
    }
  }

  /// What broke laws in a call and is no known fault, and the first known fault that is among it. What a known fault
  /// leads to is no surprise either, such as a lock that an observer leaves.
  package static func surprises(
    of kernel: String, in call: String, among violations: [ForkViolation]
  ) -> (surprises: [ForkViolation], known: KernelFault?) {
    let known = violations.map { Self.known(of: kernel, in: call, $0) }
    let first = known.lazy.compactMap(\.self).first
    if known.contains(where: { $0?.isAlone == false }) { return ([], first) }
    return (zip(violations, known).filter { $0.1 == nil }.map(\.0), first)
  }
}
