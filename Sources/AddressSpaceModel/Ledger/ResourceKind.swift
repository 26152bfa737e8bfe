/// What an address space can hold that somebody must give back.
public enum ResourceKind: Int, CaseIterable, Hashable, Sendable {
  /// A VMA object. Kernel: `vm_area_dup()` and `vm_area_free()`.
  case vma
  /// A reference to a memory policy. Kernel: `vma_dup_policy()` and `mpol_put()`.
  case policy
  /// A link between a VMA and an anon_vma. Kernel: `anon_vma_fork()` and `unlink_anon_vmas()`.
  case anonVmaLink
  /// A reference to an open file. Kernel: `get_file()` and `fput()`.
  case fileReference
  /// A VMA's place in its file's tree of mappings. Kernel: `vma_interval_tree_insert_after()` on `i_mmap`.
  case fileMapping
  /// Pages charged against the commit limit; the amount is a number of pages. Kernel: `vm_acct_memory()`.
  case accountedPages
  /// A page that holds a page table, the top one excepted. Kernel: what `pgtables_bytes` counts.
  case pageTablePage
  /// A folio reference that a page table entry holds. Kernel: `folio_ref_add()`.
  case folioReference
  /// A swap count that a page table entry holds. Kernel: `swap_duplicate()`.
  case swapEntry
  /// A userfaultfd context of a fork that is not complete yet. Kernel: `dup_userfaultfd()`.
  case userfaultContext
}

extension ResourceKind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .vma: "vma"
    case .policy: "policy"
    case .anonVmaLink: "anon_vma link"
    case .fileReference: "file reference"
    case .fileMapping: "file mapping"
    case .accountedPages: "accounted pages"
    case .pageTablePage: "page table page"
    case .folioReference: "folio reference"
    case .swapEntry: "swap entry"
    case .userfaultContext: "userfault context"
    }
  }
}
