import RangeMapCore

/// Design C, since 6.8: a failure marks the place of the first vma that was not copied, and the exit path stops there.
/// Between the two the locks are free, and the tree holds the marker and, behind it, the parent's vmas.
struct DesignDuplicateAndMark: ForkDesign {
  /// Whether the address space is marked too, for the reaper and for all others, as in 6.12.
  let marksAddressSpace: Bool

  func duplicate<Map: RangeMap & ~Copyable>(
    _ parent: inout AddressSpace<Map>, into child: inout AddressSpace<Map>, _ run: ForkRun
  ) throws(ForkError) {
    do throws(ForkError) {
      try child.duplicateTree(from: &parent)
    } catch {
      child.isUnstable = marksAddressSpace
      run.isFailing = true
      throw error
    }
    var loop = ReplaceLoop(linksFileFirst: !marksAddressSpace)
    do throws(ForkError) {
      try loop.replaceAll(parent, &child, run)
    } catch {
      run.isFailing = true
      run.beginUndo(&child, loop.firstNotCopied)
      if let first = loop.firstNotCopied {
        child.tree.cursorSet(0, to: child.machine[first].range)
        child.replaceAtCursor(.zero)
        child.isSkippedByReaper = marksAddressSpace
      }
      child.isUnstable = marksAddressSpace
      run.step(child, "after the place was marked")
      throw error
    }
    child.tree.setReadCopyUpdate(true)
  }
}
