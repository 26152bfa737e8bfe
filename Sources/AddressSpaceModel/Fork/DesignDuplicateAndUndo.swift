import RangeMapCore

/// Design B, the third version of the series: a failure is undone before the locks are let go of, up to the first
/// vma that was not copied. Its rejected variants differ in the bounds that they pass to the undo.
struct DesignDuplicateAndUndo: ForkDesign {
  let variant: ForkDesignName

  func duplicate<Map: RangeMap & ~Copyable>(
    _ parent: inout AddressSpace<Map>, into child: inout AddressSpace<Map>, _ run: ForkRun
  ) throws(ForkError) {
    do throws(ForkError) {
      try child.duplicateTree(from: &parent)
    } catch {
      run.isFailing = true
      throw error
    }
    var loop = ReplaceLoop(linksFileFirst: true)
    do throws(ForkError) {
      try loop.replaceAll(parent, &child, run)
    } catch {
      run.isFailing = true
      run.beginUndo(&child, loop.firstNotCopied)
      undo(&child, vmaEnd: loop.firstNotCopied, run)
      throw error
    }
    child.tree.setReadCopyUpdate(true)
  }

  /// Removes what was copied, then destroys the tree, whose other entries are the parent's. Kernel: `undo_dup_mmap()`.
  ///
  /// - Parameter vmaEnd: The first vma that was not copied; nil where all were.
  private func undo<Map: RangeMap & ~Copyable>(
    _ child: inout AddressSpace<Map>, vmaEnd: VmaIdentifier?, _ run: ForkRun
  ) {
    run.step(child, "before the undo")
    let treeEnd = vmaEnd.map { child.machine[$0].range.first }
    // A first vma at address 0 leaves nothing below it; no first vma leaves everything.
    if treeEnd != 0 {
      let last = (treeEnd ?? 0) &- 1
      let all = child.entriesToTearDown(through: .max, stopsAtMarker: false)
      let copied = child.entriesToTearDown(through: last, stopsAtMarker: false)
      if !copied.isEmpty {
        let tables = variant == .undoWithOnlyCeiling || variant == .undoWithoutTreeEnd ? all : copied
        let removed = variant == .undoWithoutTreeEnd ? all : copied
        let ceiling = variant == .undoWithVmaEndAsNext ? treeEnd ?? 0 : 0
        child.zap(copied)
        run.step(child, "after the undo unmapped")
        child.tearDown(TeardownWalks(tables: tables, removed: removed), floor: 0, ceiling: ceiling, run)
      }
    }
    child.destroyTree(run)
  }
}

extension ForkRun {
  /// What seeded defects do where an undo begins.
  func beginUndo<Map: RangeMap & ~Copyable>(_ child: inout AddressSpace<Map>, _ firstNotCopied: VmaIdentifier?) {
    if has(.closesUncopied), let firstNotCopied { child.machine.close(firstNotCopied) }
    if has(.unlocksEarly) { child.lock = .open }
  }
}
