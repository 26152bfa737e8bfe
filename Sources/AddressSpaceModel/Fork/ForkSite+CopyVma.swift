import RangeMapCore

/// What fork does for each vma. The designs differ in the order of the steps, not in the steps.
extension ForkSite {
  /// Makes the child's copy of a parent's vma, not linked to its file and not in the tree. Each step that fails undoes
  /// those before it. Kernel: the loop's body in `dup_mmap()` down to the store.
  /// - Parameter isKillable: whether a kill is looked for here.
  mutating func copyVma(_ source: Source, isKillable: Bool = true) throws(ForkError) -> Copy {
    if isKillable && isInterrupted(at: source) { throw .interrupted }
    guard charge(for: source) else { throw .outOfMemory }
    guard let copy = makeCopy(of: source) else {
      returnCharge(for: source)
      throw .outOfMemory
    }
    do throws(ForkError) {
      guard copyPolicy(of: source, to: copy) else { throw .outOfMemory }
      try when(hasUserfault(source)) { site throws(ForkError) in
        guard site.makeUserfaultContext(of: source, for: copy) else { throw .outOfMemory }
      }
      try when(.!isWiped(source)) { site throws(ForkError) in
        guard site.forkAnonVma(of: source, to: copy) else { throw .outOfMemory }
      }
    } catch {
      releasePolicy(of: copy)
      free(copy)
      returnCharge(for: source)
      throw error
    }
    unlockPages(of: copy, from: source)
    return copy
  }

  /// Copies the pages of a vma unless it is wiped, or faults can bring them.
  mutating func copyPagesUnlessWiped(of source: Source, to copy: Copy) throws(ForkError) {
    try when(.!isWiped(source) .& needsPages(source)) { site throws(ForkError) in
      guard site.copyPages(of: source, to: copy) else { throw .outOfMemory }
    }
  }
}
