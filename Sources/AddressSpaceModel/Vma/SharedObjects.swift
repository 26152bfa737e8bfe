/// A file that is mapped somewhere. Kernel: `struct file` and its `struct address_space`.
public struct MappedFile: Hashable, Sendable {
  /// References that vmas hold.
  public var references = 0
  /// Vmas in its tree of mappings. Kernel: `i_mmap`.
  public var links = 0
  /// Those of them that are shared and writable. Kernel: `i_mmap_writable`.
  public var writableLinks = 0
}

/// What finds the vmas that may map an anonymous page. Kernel: `struct anon_vma`.
public struct AnonVma: Hashable, Sendable {
  /// The anon_vma of the process that was forked from; itself for the first.
  public var parent: Int
  /// The oldest ancestor, whose lock protects all.
  public var root: Int
  /// Anon_vmas whose parent it is; the first counts itself. Kernel: `num_children`.
  public var children = 0
  /// Vmas whose own anon_vma it is. Kernel: `num_active_vmas`.
  public var activeVmas = 0
  /// Links of chains: vmas that can be found through it.
  public var links = 0
  public var isFreed = false
}
