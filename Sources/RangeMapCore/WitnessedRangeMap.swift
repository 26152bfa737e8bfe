/// Told of each access of a map's nodes, root and flags, before it is made: `context`, the `MemoryAccess`, the place
/// and the size in bytes, and the address of the code after it. If it answers false the call has no end, and should be
/// left. `CSubjectABI.h` has the same for libraries.
public typealias AccessHook =
  @convention(c) (UnsafeMutableRawPointer?, UInt32, UnsafeMutableRawPointer?, UInt64, UInt64) -> Bool

/// What is done to the memory of a map.
public enum MemoryAccess: UInt32, Sendable {
  case load, store
  /// Kernel: `smp_wmb()`, `smp_rmb()`, `smp_mb()`.
  case writeBarrier, readBarrier, fullBarrier
  /// The next store is a release. Kernel: `rcu_assign_pointer()`, `smp_store_release()`.
  case release
  /// A node of 256 bytes comes from the allocator, or goes back to it.
  case nodeTaken, nodeFreed
}

/// A map that can show each access of its memory.
public protocol WitnessedRangeMap: RangeMap, ~Copyable {
  /// From now on the hook is told the accesses of all calls on this map; nobody is told without one.
  func witness(_ hook: AccessHook?, context: UnsafeMutableRawPointer?)
}
