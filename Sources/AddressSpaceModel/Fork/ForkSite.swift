import RangeMapCore

/// Which tree a walk of a fork goes over.
public enum ForkTree: Hashable, Sendable {
  case parents
  /// The child's, a duplicate that holds the parent's vmas at first.
  case childs
}

/// Where a fork goes on: the address spaces of a parent and its child, or a prover's unknowns. The designs say what is
/// done, in their order; a site does it.
///
/// Each step that can fail returns whether it succeeded, and each is done for the vma at hand alone. Observers look at
/// steps.
public protocol ForkSite<Domain> {
  associatedtype Domain: PlanDomain
  /// A vma of the parent.
  associatedtype Source
  /// The child's copy of a vma.
  associatedtype Copy
  /// The vmas that a walk of the child's tree finds, by rising address.
  associatedtype Walk: Sequence
  typealias Found = Walk.Element
  typealias Number = Domain.Number
  typealias Truth = Domain.Number.Truth

  // MARK: Deciding

  /// Which way the fork goes on.
  mutating func decide(_ condition: Truth) -> Bool
  /// Begins steps that are only done if a condition holds. False if it does not: then they are left out, and nothing
  /// has begun.
  mutating func enter(_ condition: Truth) -> Bool
  /// Ends the steps of the last `enter(_:)`.
  mutating func leave()

  // MARK: The whole

  /// Locks both address spaces. Kernel: `mmap_write_lock_killable()`, `mmap_write_lock_nested()`.
  mutating func lock() -> Bool
  /// Lets go of both locks.
  mutating func unlock()
  mutating func inheritCounters()
  /// Kernel: `dup_userfaultfd_complete()`, `dup_userfaultfd_fail()`.
  mutating func endUserfaultContexts()
  /// The fork has failed: from here on observers look at each step.
  /// - Parameter source: The first vma that was not copied, if the child's tree holds it.
  mutating func beginFailure(at source: Source?)
  /// The child whose fork failed is gone.
  mutating func endFailure()
  /// A moment at which others may look at the child.
  mutating func step(_ place: StaticString)

  // MARK: The child's tree

  /// Makes the child's tree ready for copies in ascending order. Kernel: `mas_expected_entries()`.
  mutating func beginBulk() -> Bool
  /// Kernel: `mas_destroy()`.
  mutating func endBulk()
  /// Copies the parent's tree, entries and all. Kernel: `__mt_dup()`.
  mutating func duplicateTree() -> Bool
  /// Lets readers into the child's tree.
  mutating func finishTree()
  /// Begins a walk over all vmas of a tree.
  mutating func rewind(_ tree: ForkTree)
  /// The next vma of the walk; nil at the end.
  mutating func nextSource(in tree: ForkTree) -> Source?
  /// Whether the walk found a vma there.
  func isThere(_ source: Source) -> Truth
  /// The vma of the parent behind one that was replaced, if the child's tree holds one.
  mutating func source(behind source: Source) -> Source?
  /// Makes the range of a vma NULL in the child's tree, which may need nodes.
  mutating func erase(_ source: Source) -> Bool
  /// Stores a copy behind all others. Kernel: `vma_iter_bulk_store()`.
  mutating func storeInBulk(_ copy: Copy, of source: Source) -> Bool
  /// Puts a copy in the place of its source, which needs no node.
  mutating func replace(_ source: Source, by copy: Copy)
  /// Puts the marker in the place of a vma. Kernel: `XA_ZERO_ENTRY`.
  mutating func mark(_ source: Source)
  /// Kernel: `__mt_destroy()`.
  mutating func destroyTree()

  // MARK: A vma

  /// Kernel: `VM_DONTCOPY`.
  func isUninherited(_ source: Source) -> Truth
  /// Kernel: `VM_WIPEONFORK`.
  func isWiped(_ source: Source) -> Truth
  /// Whether a child inherits its page-table entries, and does not bring the pages anew by faults. Kernel:
  /// `vma_needs_copy()`.
  func needsPages(_ source: Source) -> Truth
  /// Whether a fork makes a userfaultfd context for it.
  func hasUserfault(_ source: Source) -> Truth
  /// Where it begins.
  func start(of source: Source) -> Number
  /// Takes a vma that is not inherited out of the child's counts of pages.
  mutating func subtract(_ source: Source)
  /// Whether a fatal signal is pending.
  mutating func isInterrupted(at source: Source) -> Bool
  /// Kernel: `security_vm_enough_memory_mm()`.
  mutating func charge(for source: Source) -> Bool
  mutating func returnCharge(for source: Source)
  /// Kernel: `vm_area_dup()`.
  mutating func makeCopy(of source: Source) -> Copy?
  /// Kernel: `vma_dup_policy()`.
  mutating func copyPolicy(of source: Source, to copy: Copy) -> Bool
  /// Kernel: `dup_userfaultfd()`.
  mutating func makeUserfaultContext(of source: Source, for copy: Copy) -> Bool
  /// Kernel: `anon_vma_fork()`.
  mutating func forkAnonVma(of source: Source, to copy: Copy) -> Bool
  /// A child's memory is not locked.
  mutating func unlockPages(of copy: Copy, from source: Source)
  /// Kernel: `mpol_put()`.
  mutating func releasePolicy(of copy: Copy)
  /// Kernel: `unlink_anon_vmas()`.
  mutating func unlinkAnonVma(of copy: Copy)
  /// Kernel: `vm_area_free()`.
  mutating func free(_ copy: Copy)
  /// Takes a reference to the file, and enters the copy in the file's tree of mappings.
  mutating func linkFile(of copy: Copy)
  /// Kernel: `vm_ops->open`.
  mutating func open(_ copy: Copy)
  /// Counts a vma of the child. Kernel: `map_count`.
  mutating func count(_ source: Source)
  /// Copies the pages of a vma; what was copied before a failure stays. Kernel: `copy_page_range()`.
  mutating func copyPages(of source: Source, to copy: Copy) -> Bool
  /// A hook of the architecture, or of a part that follows address spaces.
  mutating func runHook() -> Bool

  // MARK: Teardown

  /// The vmas that the child counts.
  var mapCount: Number { get }
  /// What a teardown finds that goes over the child's tree.
  ///
  /// - Parameters:
  ///   - end: Where it ends, exclusive; nil and 0 are the top of all addresses.
  ///   - stopsAtMarker: Whether the marker ends the walk; otherwise it is a fault.
  mutating func walk(before end: Number?, stopsAtMarker: Bool) -> Walk
  /// Whether something stands at a place of the walk.
  func isThere(_ found: Found) -> Truth
  /// Takes all pages out of the child's page table. Kernel: `unmap_vmas()`.
  mutating func zap(_ walk: Walk)
  /// Makes vmas unfindable through their files and pages. Kernel: `unlink_file_vma()`, `unlink_anon_vmas()`.
  mutating func unlink(_ walk: Walk)
  /// Frees the page tables that only these vmas needed. Kernel: `free_pgtables()`.
  /// - Parameter ceiling: The start of the mapping above all; nil for none.
  mutating func freeTables(of walk: Walk, ceiling: Number?)
  /// Closes a vma and frees all that it holds but its links. Kernel: `remove_vma()`.
  mutating func remove(_ found: Found)
  /// Returns the charges of all that was removed. Kernel: `vm_unacct_memory()`.
  mutating func returnCharges()

  // MARK: Marks of the child

  mutating func dropUsers()
  mutating func setLock(_ state: LockState)
  /// Kernel: `MMF_OOM_SKIP`.
  mutating func skipReaper()
  /// Kernel: `MMF_UNSTABLE`.
  mutating func markUnstable()
}

extension ForkSite {
  /// Does steps if a condition holds. Unlike a decision it is the same path either way: a prover does the steps under
  /// the condition.
  @inline(__always)
  public mutating func when<Failure: Error>(
    _ condition: Truth, _ steps: (inout Self) throws(Failure) -> Void
  ) throws(Failure) {
    guard enter(condition) else { return }
    defer { leave() }
    try steps(&self)
  }

  /// Does steps for each vma of a tree.
  @inline(__always)
  mutating func forEachSource(
    in tree: ForkTree, _ steps: (inout Self, Source) throws(ForkError) -> Void
  ) throws(ForkError) {
    rewind(tree)
    while let source = nextSource(in: tree) {
      try when(isThere(source)) { site throws(ForkError) in try steps(&site, source) }
    }
  }

  /// Does steps for each vma that a walk found.
  @inline(__always)
  mutating func forEach(_ walk: Walk, _ steps: (inout Self, Found) -> Void) {
    for found in walk { when(isThere(found)) { site in steps(&site, found) } }
  }

  /// Whether a walk found anything.
  func isAny(_ walk: Walk) -> Truth { walk.reduce(Number.no) { $0 .| isThere($1) } }
}
