import RangeMapCore

/// Design D, the newest: a failure is torn down before the locks are let go of, with bounds of their own for page
/// tables, for
/// pages and for the tree, and the exit path finds an empty tree.
struct DesignDuplicateAndTearDown: ForkDesign {
  func duplicate<Map: RangeMap & ~Copyable>(
    _ parent: inout AddressSpace<Map>, into child: inout AddressSpace<Map>, _ run: ForkRun
  ) throws(ForkError) {
    var loop = ReplaceLoop(linksFileFirst: false)
    do throws(ForkError) {
      try child.duplicateTree(from: &parent)
      try loop.replaceAll(parent, &child, run)
    } catch {
      run.isFailing = true
      run.beginUndo(&child, loop.firstNotCopied)
      recover(&child, firstNotCopied: loop.firstNotCopied, run)
      throw error
    }
    child.tree.setReadCopyUpdate(true)
  }

  private func recover<Map: RangeMap & ~Copyable>(
    _ child: inout AddressSpace<Map>, firstNotCopied: VmaIdentifier?, _ run: ForkRun
  ) {
    run.step(child, "before the recovery")
    child.isSkippedByReaper = true
    // The end of all three walks; 0 where nothing was copied, which the count of vmas tells.
    let last: UInt64 = firstNotCopied.map { child.machine[$0].range.first &- 1 } ?? .max
    if child.counters.mapCount > 0 {
      let copied = child.entriesToTearDown(through: last, stopsAtMarker: false)
      child.zap(copied)
      run.step(child, "after the recovery unmapped")
      child.tearDown(TeardownWalks(tables: copied, removed: copied), floor: 0, ceiling: 0, run)
    }
    child.destroyTree(run)
    child.isUnstable = true
  }
}
