import AddressSpaceModel

extension FailureKind {
  /// The kind as scripts write it.
  public var word: String {
    switch self {
    case .lock: "lock"
    case .signal: "signal"
    case .treeNode: "tree"
    case .charge: "charge"
    case .vma: "vma"
    case .policy: "policy"
    case .userfaultContext: "userfault"
    case .anonVma: "anon-vma"
    case .hook: "hook"
    case .pageTablePage: "page-table"
    case .folio: "folio"
    case .pageContents: "page-contents"
    case .swapContinuation: "swap-continuation"
    }
  }
}
