import RangeMapCore

/// A call that succeeded, as far as it matters to address spaces. Ranges are page numbers.
enum StraceCall: Hashable, Sendable {
  /// `brk`: addresses in bytes; a request of 0 asks only.
  case setBreak(request: UInt64, result: UInt64)
  /// `mmap`, `shmat`, `map_shadow_stack`: the first page of the file, nil for private memory without one.
  case map(KeyRange, MemoryAttributes, filePage: UInt64?)
  case unmap(KeyRange)
  /// `shmdt`: the first page of what `shmat` mapped.
  case detach(UInt64)
  /// All calls that change what areas are. With `reachesDown` the range begins where the area of its first page does.
  case change(KeyRange, MemoryAttributeChange, reachesDown: Bool)
  /// `mlockall`, `munlockall`: how mapped memory changes, if it does, and what memory that is mapped later gets.
  case changeAll(MemoryAttributeChange?, later: MemoryAttributes)
  /// `remap_file_pages`: another page of the same file.
  case mapAgain(KeyRange, filePage: UInt64)
  case remap(from: UInt64, oldCount: UInt64, to: UInt64, newCount: UInt64, keepsOld: Bool)
  /// `clone`, `clone3`, `fork`, `vfork`; `waits` if the call returns only after the child has memory of its own, or
  /// none.
  case createTask(UInt32, sharesMemory: Bool, isThread: Bool, waits: Bool)
  case execute
  /// `exit_group`.
  case exit
}

extension StraceCall {
  /// What a call is read as, by what strace calls it on any architecture; nil for one that is passed over.
  static func kind(of name: String) -> String? {
    switch name {
    case "mmap2", "old_mmap", "mmap_pgoff": "mmap"
    case "osf_shmat": "shmat"
    case "clone2": "clone"
    case "execv", "execveat": "execve"
    case "munlock", "mlock2": "mlock"
    case "pkey_mprotect": "mprotect"
    // As versions before 6.10 write it: the number is the same wherever they lack the name.
    case "syscall_0x1ce": "mseal"
    default: kinds.contains(name) || name.hasPrefix("syscall_") ? name : nil
    }
  }

  private static let kinds: Set<String> = [
    "brk", "mmap", "munmap", "mprotect", "mremap", "madvise", "clone", "clone3", "fork", "vfork", "execve",
    "exit_group",
    "mlock", "mlockall", "munlockall", "mseal", "mbind", "prctl", "shmget", "shmat", "shmdt", "remap_file_pages",
    "map_shadow_stack", "process_madvise", "arch_prctl", "personality", "ioctl", "io_setup", "io_destroy", "uselib",
    "ipc", "subpage_prot", "set_mempolicy_home_node",
  ]

  /// Whether the call takes effect where it begins in the log. A place is free for others from some moment
  /// before `munmap` returns, and a child may run before `clone` does.
  static func takesEffectEarly(_ name: String) -> Bool {
    switch kind(of: name) {
    case "munmap", "shmdt", "clone", "clone3", "fork", "vfork": true
    default: false
    }
  }

  /// Whether the call changes what comes first of its range, and fails at a page that is not mapped.
  static func stopsHalfway(_ name: String) -> Bool {
    switch kind(of: name) {
    case "mprotect", "madvise", "mlock": true
    default: false
    }
  }
}
