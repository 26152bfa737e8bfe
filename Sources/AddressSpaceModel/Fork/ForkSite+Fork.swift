import RangeMapCore

/// The fork as a whole, and the exit path. Both are the same in all designs.
extension ForkSite {
  /// Duplicates the address space. A child whose fork failed has been torn down by `exit(_:)` if the call throws.
  /// Kernel: `dup_mm()`, `dup_mmap()`.
  public mutating func fork(_ design: ForkDesignName) throws(ForkError) {
    guard lock() else {
      // Nobody has heard of the child yet.
      exit(design)
      throw .interrupted
    }
    inheritCounters()
    do throws(ForkError) {
      switch design {
      case .oneByOne: try copyOneByOne()
      case .duplicateAndUndo, .undoWithVmaEndAsNext, .undoWithOnlyCeiling, .undoWithoutTreeEnd:
        try duplicateAndUndo(design)
      case .duplicateAndMark, .duplicateAndMarkLater: try duplicateAndMark(marksAddressSpace: true)
      case .duplicateAndMarkPlaceOnly: try duplicateAndMark(marksAddressSpace: false)
      case .duplicateAndTearDown: try duplicateAndTearDown()
      }
    } catch {
      unlock()
      endUserfaultContexts()
      step("after the locks were released")
      exit(design)
      endFailure()
      throw error
    }
    unlock()
    endUserfaultContexts()
  }

  /// Tears the child down when its last user leaves. Kernel: `mmput()`, `exit_mmap()`.
  public mutating func exit(_ design: ForkDesignName) {
    dropUsers()
    setLock(.read)
    let vmas = walk(before: nil, stopsAtMarker: design.exitStopsAtMarker)
    step("before the exit path unmaps")
    zap(vmas)
    step("after the exit path unmapped")
    skipReaper()
    setLock(.write)
    tearDown(tables: vmas, removed: vmas, ceiling: nil)
    destroyTree()
    step("after the tree was destroyed")
    setLock(.open)
    step("after the exit path")
  }

  /// Frees page tables, then closes and frees vmas, whose pages are gone already. The walks differ if one has the wrong
  /// end.
  ///
  /// - Parameters:
  ///   - tables: The vmas whose links and page tables go.
  ///   - removed: Those that are closed and freed.
  mutating func tearDown(tables: Walk, removed: Walk, ceiling: Number?) {
    unlink(tables)
    freeTables(of: tables, ceiling: ceiling)
    step("after page tables were freed")
    forEach(removed) { site, vma in
      site.remove(vma)
      site.step("after a vma was removed")
    }
    returnCharges()
  }
}
