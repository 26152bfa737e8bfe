import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A tree's own lock, which knows its holder. Kernel: `ma_lock`.
struct TreeLock: ~Copyable {
  private let holder = Atomic<UInt>(0)

  init() {}

  private static var currentThread: UInt { UInt(pthread_self()) }

  var isHeldByCurrentThread: Bool { holder.load(ordering: .relaxed) == TreeLock.currentThread }

  func acquire() {
    let thread = TreeLock.currentThread
    while !holder.compareExchange(
      expected: 0, desired: thread, successOrdering: .acquiring, failureOrdering: .relaxed
    ).exchanged {
      precondition(holder.load(ordering: .relaxed) != thread, "the lock is held by this thread already")
      sched_yield()
    }
  }

  func release() {
    assert(isHeldByCurrentThread, "the lock is not held by this thread")
    holder.store(0, ordering: .releasing)
  }
}
