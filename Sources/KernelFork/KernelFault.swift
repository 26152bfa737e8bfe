import AddressSpaceModel

/// A fault of released kernels that sweeps have found. `docs/KERNEL-FORK.md` tells what it is.
package struct KernelFault: Hashable, Sendable {
  package var name: String
  /// The beginnings of the names of kernels that have it: `Linux 6.12.`.
  package var kernels: [String]
  /// The word of the call that shows it.
  package var call: String
  package var law: ForkLaw
  /// Areas without these flags do not show it; empty if any area may.
  package var flags: VmaFlags = []

  package static let known: [KernelFault] = [
    KernelFault(
      name: "mremap-charges-for-ever", kernels: ["Linux "], call: "remap", law: .accountedPagesReturn),
    KernelFault(
      name: "refused-map-keeps-charge", kernels: ["Linux 6.12.", "Linux 6.16.", "Linux 7.1."], call: "map",
      law: .accountedPagesReturn),
    KernelFault(
      name: "refused-split-can-be-found", kernels: ["Linux 6.1."], call: "unmap", law: .observersSeeOnlyLiveVmas),
    KernelFault(
      name: "swap-off-meets-marker", kernels: ["Linux 6.16."], call: "fork", law: .observersSeeOnlyLiveVmas),
    KernelFault(
      name: "refused-fork-tells-of-child", kernels: ["Linux 6.1."], call: "fork", law: .onlyChildrenAreTold,
      flags: .userfault),
  ]

  /// Whether it leads to nothing else: it is known by the flags of its areas.
  var isAlone: Bool { !flags.isEmpty }

  /// The flags of areas that show a known fault of forks of a kernel: it would be found by each fork that fails.
  package static func flags(shownBy kernel: String) -> VmaFlags {
    known.reduce([]) { flags, fault in
      fault.call == "fork" && fault.kernels.contains { kernel.hasPrefix($0) } ? flags.union(fault.flags) : flags
    }
  }

  /// The fault that a kernel has and that breaks a law in a call; `nil` if none is known.
  package static func known(of kernel: String, in call: String, breaking law: ForkLaw) -> KernelFault? {
    known.first { fault in
      fault.call == call && fault.law == law && fault.kernels.contains { kernel.hasPrefix($0) }
    }
  }
}
