import RangeMapCore

/// The designs of fork's duplication of an address space that were proposed, by name.
public enum ForkDesignName: String, CaseIterable, Codable, Hashable, Sendable {
  /// Stores the copies one by one in bulk mode.
  case oneByOne = "A"
  /// Duplicates the tree, replaces in place, and undoes a failure up to the first vma that was not copied.
  case duplicateAndUndo = "B"
  /// B, which passes the first vma that was not copied as the neighbour above. Rejected.
  case undoWithVmaEndAsNext = "B-vma-end-as-next"
  /// B, which passes the bounds of page tables alone: the walk that frees them has no end of its own. Rejected.
  case undoWithOnlyCeiling = "B-only-ceiling"
  /// B without an end of the tree in any of its walks. Rejected.
  case undoWithoutTreeEnd = "B-no-tree-end"
  /// Duplicates, replaces, and marks the place of a failure, where the exit path stops.
  case duplicateAndMark = "C"
  /// C as it was first merged, which marks the place and tells neither the reaper nor anybody else.
  case duplicateAndMarkPlaceOnly = "C-place-only"
  /// Duplicates, replaces, and tears the failed child down at once.
  case duplicateAndTearDown = "D"

  /// The four designs, without variants.
  public static let principal: [ForkDesignName] = [
    .oneByOne, .duplicateAndUndo, .duplicateAndMark, .duplicateAndTearDown,
  ]

  /// The design in a sentence.
  public var message: String {
    switch self {
    case .oneByOne: "stores the copies one by one in bulk mode"
    case .duplicateAndUndo:
      "duplicates the tree, replaces in place, and undoes a failure up to the first vma that was not copied"
    case .undoWithVmaEndAsNext: "B, which passes the first vma that was not copied as the neighbour above; rejected"
    case .undoWithOnlyCeiling: "B, which passes the bounds of page tables alone; rejected"
    case .undoWithoutTreeEnd: "B without an end of the tree in any of its walks; rejected"
    case .duplicateAndMark: "duplicates, replaces, and marks the place of a failure, where the exit path stops"
    case .duplicateAndMarkPlaceOnly: "C as first merged, which marks the place and tells neither the reaper nor others"
    case .duplicateAndTearDown: "duplicates, replaces, and tears the failed child down at once"
    }
  }

  /// Whether the exit path takes the marker for the end of the tree.
  var exitStopsAtMarker: Bool { self == .duplicateAndMark || self == .duplicateAndMarkPlaceOnly }
}

/// A way to duplicate an address space: the order of its steps, and how a failure is undone.
///
/// Both address spaces are locked by the caller, who lets go of the locks afterwards, whether the fork failed or not.
protocol ForkDesign {
  func duplicate<Map: RangeMap & ~Copyable>(
    _ parent: inout AddressSpace<Map>, into child: inout AddressSpace<Map>, _ run: ForkRun
  ) throws(ForkError)
}

extension AddressSpace where Map: ~Copyable {
  /// An empty address space for a child, with a tree of the same kind.
  public func newChild(owner: ResourceOwner = .child) -> AddressSpace<Map> {
    AddressSpace(
      machine: machine, owner: owner, geometry: pageTable.geometry, configuration: tree.configuration,
      makeMap: makeMap)
  }

  /// Duplicates the address space. A child whose fork failed has been torn down by `exit(_:)` when the call returns.
  /// Kernel: `dup_mm()`, `dup_mmap()`.
  public mutating func fork(into child: inout AddressSpace<Map>, _ run: ForkRun) throws(ForkError) {
    if machine.fails(.lock) {
      // Nobody has heard of the child yet.
      child.exit(run)
      throw .interrupted
    }
    lock = .write
    child.lock = .write
    child.inheritCounters(from: self)
    do throws(ForkError) {
      switch run.options.design {
      case .oneByOne: try DesignOneByOne().duplicate(&self, into: &child, run)
      case .duplicateAndUndo, .undoWithVmaEndAsNext, .undoWithOnlyCeiling, .undoWithoutTreeEnd:
        try DesignDuplicateAndUndo(variant: run.options.design).duplicate(&self, into: &child, run)
      case .duplicateAndMark: try DesignDuplicateAndMark(marksAddressSpace: true).duplicate(&self, into: &child, run)
      case .duplicateAndMarkPlaceOnly:
        try DesignDuplicateAndMark(marksAddressSpace: false).duplicate(&self, into: &child, run)
      case .duplicateAndTearDown: try DesignDuplicateAndTearDown().duplicate(&self, into: &child, run)
      }
    } catch {
      lock = .open
      child.lock = .open
      run.endUserfaultContexts(machine)
      run.step(child, "after the locks were released")
      child.exit(run)
      run.isFailing = false
      throw error
    }
    lock = .open
    child.lock = .open
    run.endUserfaultContexts(machine)
  }

  private mutating func inheritCounters(from parent: borrowing AddressSpace<Map>) {
    counters = parent.counters
    counters.mapCount = 0
    counters.lockedPages = 0
    programBreak = parent.programBreak
  }

  /// Tears the address space down when its last user leaves. Kernel: `mmput()`, `exit_mmap()`.
  public mutating func exit(_ run: ForkRun) {
    users = 0
    lock = .read
    let stops = run.options.design.exitStopsAtMarker
    let vmas = entriesToTearDown(through: .max, stopsAtMarker: stops)
    run.step(self, "before the exit path unmaps")
    zap(vmas)
    run.step(self, "after the exit path unmapped")
    isSkippedByReaper = true
    lock = .write
    tearDown(TeardownWalks(tables: vmas, removed: vmas), floor: 0, ceiling: 0, run)
    if !run.has(.keepsTree) { destroyTree(run) }
    lock = .open
    run.step(self, "after the exit path")
  }
}

/// The vmas that the walks of a teardown find, which differ where a walk has the wrong end.
struct TeardownWalks {
  /// Those whose links and page tables go.
  var tables: [VmaIdentifier]
  /// Those that are closed and freed.
  var removed: [VmaIdentifier]
}

extension AddressSpace where Map: ~Copyable {
  /// Frees page tables, then closes and frees vmas, whose pages are gone already.
  mutating func tearDown(_ walks: TeardownWalks, floor: UInt64, ceiling: UInt64, _ run: ForkRun) {
    if !run.has(.keepsPageTables) {
      freePageTables(of: walks.tables, floor: floor, ceiling: ceiling)
    } else {
      for vma in walks.tables {
        machine.unlinkAnonVmas(vma)
        machine.unlinkFile(vma)
      }
    }
    run.step(self, "after page tables were freed")
    var accounted: UInt64 = 0
    for vma in walks.removed {
      accounted += machine[vma].accountedPages
      if run.has(.closesTwice), vma == walks.removed.first { machine.close(vma) }
      machine.removeVma(vma)
      run.removedCount += 1
      run.step(self, "after a vma was removed")
    }
    machine.uncharge(accounted)
  }

  mutating func destroyTree(_ run: ForkRun) {
    tree.removeAll()
    run.step(self, "after the tree was destroyed")
  }
}
