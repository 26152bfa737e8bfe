/// What an allocation may do to succeed.
public enum AllocationPolicy: UInt8, CaseIterable, Hashable, Sendable {
  /// Tries without sleeping first; then lets go of an own lock, waits for memory, and starts the operation again from
  /// its walk. Kernel: `GFP_KERNEL`.
  case maySleep
  /// Tries once, and fails without waiting. Kernel: `GFP_NOWAIT`.
  case mustNotSleep
  /// Tries without waiting, then once more from the reserve of urgent requests, the lock held throughout.
  /// Kernel: `GFP_ATOMIC`.
  case atomic
}
