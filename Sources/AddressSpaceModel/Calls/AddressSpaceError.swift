/// Why a call on an address space was refused.
public enum AddressSpaceError: Error, Hashable, Sendable {
  /// The addresses are no pages, or out of order, or above what a process may map. Kernel: `-EINVAL`.
  case invalidArgument
  /// Kernel: `-ENOMEM`.
  case outOfMemory
  /// The address space would have more vmas than it may. Kernel: `-ENOMEM`.
  case tooManyVmas
  /// Nothing, or not all, is mapped there. Kernel: `-EFAULT`.
  case notMapped
  /// A signal came. Kernel: `-EINTR`.
  case interrupted
  /// The tree of what is to be unmapped and the tree of all differ, which the call checks before it goes on; in words.
  /// Kernel: the `BUG_ON` checks of `CONFIG_DEBUG_VM_MAPLE_TREE`.
  case sideTreeDiffers(String)
}
