import AddressSpaceModel
import RangeMapCore

/// A defect of a fork that tests seed, to see that one law and no other finds it. `DefectiveForkSite` does the wrong
/// thing.
public enum ForkDefect: String, CaseIterable, Hashable, Sendable {
  /// Each vma that is torn down is closed a second time.
  case closesTwice
  /// The failure path tells the driver of the first vma that was not copied that it is closed.
  case closesUncopied
  /// The parent's vmas are marked as detached while they are copied.
  case changesParent
  /// A vma counts before its copy is made, and does so still when that fails.
  case countsBeforeCopy
  /// What was charged for a vma is given back by its own failure path and again at the end.
  case unchargesTwice
  /// The teardown frees no page tables.
  case keepsPageTables
  /// The exit path does not destroy the tree.
  case keepsTree
  /// A teardown leaves its vmas linked to their files and anon_vmas.
  case keepsLinks
  /// The locks are let go of before the failed child is torn down.
  case unlocksEarly
  /// The child keeps what it does not inherit.
  case keepsLockedFlag

  /// The law that finds the defect.
  public var law: ForkLaw {
    switch self {
    case .closesTwice: .copiedClosedOnce
    case .closesUncopied: .othersUntouched
    case .changesParent: .parentUnchanged
    case .countsBeforeCopy: .mapCountEqualsRemoved
    case .unchargesTwice: .accountedPagesReturn
    case .keepsPageTables, .keepsTree, .keepsLinks: .nothingLeft
    case .unlocksEarly: .observersSeeOnlyLiveVmas
    case .keepsLockedFlag: .childEqualsParent
    }
  }
}

extension ForkDefect: ForkSpoiler {
  public func fork<Site: SpoilableForkSite<ConcreteDomain>>(
    _ site: Site, _ design: ForkDesignName
  ) throws(ForkError) {
    var defective = DefectiveForkSite(site) { $0 == self }
    try defective.fork(design)
  }

  public func exit<Site: SpoilableForkSite<ConcreteDomain>>(_ site: Site, _ design: ForkDesignName) {
    var defective = DefectiveForkSite(site) { $0 == self }
    defective.exit(design)
  }
}
