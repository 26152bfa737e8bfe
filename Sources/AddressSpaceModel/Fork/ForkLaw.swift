/// What must hold after a fork, whether it succeeded or failed, by name.
public enum ForkLaw: String, CaseIterable, Codable, Hashable, Sendable {
  /// Each vma that was copied for the child is opened once and closed once.
  case copiedClosedOnce = "copied-closed-once"
  /// No driver is called, and no memory given back, for a vma that is not the child's.
  case othersUntouched = "others-untouched"
  /// The parent is bit for bit as it was, but for pages that became write-protected.
  case parentUnchanged = "parent-unchanged"
  /// The teardown removed as many vmas as the child counted.
  case mapCountEqualsRemoved = "map-count-equals-removed"
  /// The pages charged against the commit limit are those of before.
  case accountedPagesReturn = "accounted-pages-return"
  /// No page table, folio reference, anon_vma, policy, file reference or tree node of the child is left.
  case nothingLeft = "nothing-left"
  /// No observer sees an entry that is not a live vma of the child.
  case observersSeeOnlyLiveVmas = "observers-see-only-live-vmas"
  /// After a success the child equals the parent less what its flags say.
  case childEqualsParent = "child-equals-parent"
  /// Each userfaultfd that watches the parent tells of the child, and none of a child that does not live. The model has
  /// nobody who listens.
  case onlyChildrenAreTold = "only-children-are-told"
  /// The kernel's own checks say nothing. The model has none.
  case kernelIsSilent = "kernel-is-silent"
  /// The model and a kernel side by side make the same steps, and come to the same.
  case modelEqualsKernel = "model-equals-kernel"

  /// The law in a sentence.
  public var message: String {
    switch self {
    case .copiedClosedOnce: "each vma that was copied is closed exactly once"
    case .othersUntouched: "a vma that was not copied is never closed or freed"
    case .parentUnchanged: "the parent is unchanged"
    case .mapCountEqualsRemoved: "as many vmas are removed as were counted"
    case .accountedPagesReturn: "the accounted pages return to the value before"
    case .nothingLeft: "nothing of the child is left"
    case .observersSeeOnlyLiveVmas: "no observer sees an entry that is not a live vma of the child"
    case .childEqualsParent: "the child equals the parent less what its flags say"
    case .onlyChildrenAreTold: "each userfaultfd tells of the child, and none of a child that does not live"
    case .kernelIsSilent: "the kernel's own checks say nothing"
    case .modelEqualsKernel: "the model makes the kernel's steps, and comes to the same"
    }
  }
}

/// A law that a fork broke.
public struct ForkViolation: Error, Codable, Hashable, Sendable {
  public let law: ForkLaw
  /// What was found instead.
  public let detail: String

  public init(_ law: ForkLaw, _ detail: String) {
    self.law = law
    self.detail = detail
  }
}

extension ForkViolation: CustomStringConvertible {
  public var description: String { "\(law.rawValue): \(detail)" }
}
