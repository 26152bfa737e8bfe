/// What versions of the kernel do in different ways within the steps of a fork. The designs say the order of the steps;
/// these say what some steps ask for. `KernelFork` holds both to the kernels.
public struct ForkRules: Hashable, Sendable {
  /// A kill is looked for at each vma, while its lock is waited for. Otherwise it is looked for at each vma that is
  /// copied. Kernel: `vma_start_write_killable()`, in 7.x.
  public var isKillableAtEveryVma = false
  /// A vma's own anon_vma and the link to it are made first, and given back if another one is used again. Otherwise
  /// they are made last. Kernel: `anon_vma_fork()`, in 7.x.
  public var makesAnonVmaFirst = false
  /// A link to an anon_vma that is refused is asked for once more, by a request that may wait. Kernel:
  /// `anon_vma_clone()`, up to 6.18.
  public var asksAgainForLinks = false
  /// The lock of a vma is an object of its own. Kernel: `vma_lock_alloc()`, as in 6.12 and no more in 6.16.
  public var hasLockObjects = false
}

extension ForkDesignName {
  /// Who may meet a child of the design. A version has its own observers, as of 6.1.192, 6.12.117, 6.16.0 and 7.3.4: a
  /// swap-off asks for marks from 6.12.51 on, but not in 6.16.0; a migration asks for a first vma in all of them. A
  /// proposal may meet any.
  public var observers: [ForkObserver] {
    switch self {
    case .oneByOne, .duplicateAndMarkLater: [.reverseMap, .swapOff, .reaper]
    case .duplicateAndMark: [.reverseMap, .checkedSwapOff, .reaper]
    case .duplicateAndTearDown: [.reverseMap, .swapOff, .checkedSwapOff, .reaper]
    case .duplicateAndUndo, .undoWithVmaEndAsNext, .undoWithOnlyCeiling, .undoWithoutTreeEnd,
      .duplicateAndMarkPlaceOnly:
      ForkObserver.ofModel
    }
  }

  /// The rules of the version that a design is the fork of. The proposals were made for the version after 6.7.
  public var rules: ForkRules {
    switch self {
    case .oneByOne, .duplicateAndMarkLater: ForkRules(asksAgainForLinks: true)
    case .duplicateAndUndo, .undoWithVmaEndAsNext, .undoWithOnlyCeiling, .undoWithoutTreeEnd,
      .duplicateAndMark, .duplicateAndMarkPlaceOnly:
      ForkRules(asksAgainForLinks: true, hasLockObjects: true)
    case .duplicateAndTearDown: ForkRules(isKillableAtEveryVma: true, makesAnonVmaFirst: true)
    }
  }
}
