/// What is true of all pages of a vma. Kernel: `vm_flags`; two vmas are joined only if they agree in all of them.
public struct VmaFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64

  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let readable = VmaFlags(rawValue: 1 << 0)
  public static let writable = VmaFlags(rawValue: 1 << 1)
  public static let executable = VmaFlags(rawValue: 1 << 2)
  /// Writes go to the object that is mapped, not to copies of its pages. Kernel: `VM_SHARED`.
  public static let shared = VmaFlags(rawValue: 1 << 3)
  /// A child does not inherit the vma. Kernel: `VM_DONTCOPY`.
  public static let dontCopy = VmaFlags(rawValue: 1 << 4)
  /// The pages are charged against the commit limit. Kernel: `VM_ACCOUNT`.
  public static let accounted = VmaFlags(rawValue: 1 << 5)
  /// A child inherits the vma without its pages. Kernel: `VM_WIPEONFORK`.
  public static let wipeOnFork = VmaFlags(rawValue: 1 << 6)
  /// A stack. Kernel: `VM_GROWSDOWN`.
  public static let growsDown = VmaFlags(rawValue: 1 << 7)
  /// The vma's page tables are freed on their own, never together with a neighbour's. Kernel: `VM_HUGETLB`.
  public static let hugePage = VmaFlags(rawValue: 1 << 8)
  /// A driver's pages: never joined with a neighbour. Kernel: `VM_SPECIAL`.
  public static let special = VmaFlags(rawValue: 1 << 9)
  /// The pages stay in memory; a child does not inherit that. Kernel: `VM_LOCKED`.
  public static let locked = VmaFlags(rawValue: 1 << 10)
  /// The pages are never charged. Kernel: `VM_NORESERVE`.
  public static let noReserve = VmaFlags(rawValue: 1 << 11)
  public static let notDumped = VmaFlags(rawValue: 1 << 12)
  public static let hugePagesAdvised = VmaFlags(rawValue: 1 << 13)
  public static let hugePagesRefused = VmaFlags(rawValue: 1 << 14)
  public static let mergeable = VmaFlags(rawValue: 1 << 15)
  public static let randomAccess = VmaFlags(rawValue: 1 << 16)
  public static let sequentialAccess = VmaFlags(rawValue: 1 << 17)
  /// A fork makes a userfaultfd context for the child. Kernel: `UFFD_FEATURE_EVENT_FORK`.
  public static let userfault = VmaFlags(rawValue: 1 << 18)

  /// The pages are locked as they are touched; a child does not inherit that. Kernel: `VM_LOCKONFAULT`.
  public static let lockedOnFault = VmaFlags(rawValue: 1 << 21)
  /// What a child does not inherit. Kernel: `VM_LOCKED_MASK`.
  public static let locks: VmaFlags = [.locked, .lockedOnFault]
  /// What sets vmas of imported logs apart and does nothing else: protection keys, names, policies and the like.
  /// Scripts have no names for them.
  public static let marks = VmaFlags(rawValue: ~0 << 20)

  /// What `mprotect` sets.
  public static let protection: VmaFlags = [.readable, .writable, .executable]

  /// The flags by name, in the order of their bits.
  public static let names: [(name: String, flag: VmaFlags)] = [
    ("read", .readable), ("write", .writable), ("execute", .executable), ("shared", .shared), ("dont-copy", .dontCopy),
    ("accounted", .accounted), ("wipe-on-fork", .wipeOnFork), ("grows-down", .growsDown), ("huge-page", .hugePage),
    ("special", .special), ("locked", .locked), ("no-reserve", .noReserve), ("not-dumped", .notDumped),
    ("huge-pages-advised", .hugePagesAdvised), ("huge-pages-refused", .hugePagesRefused), ("mergeable", .mergeable),
    ("random-access", .randomAccess), ("sequential-access", .sequentialAccess), ("userfault", .userfault),
  ]

  /// Whether pages with these flags are charged when they are mapped: private, writable, and not exempt.
  /// Kernel: `accountable_mapping()`.
  var isAccountable: Bool { contains(.writable) && isDisjoint(with: [.shared, .noReserve, .hugePage]) }
}

extension VmaFlags: CustomStringConvertible {
  /// The names of the flags that are set, with blanks between them.
  public var description: String {
    VmaFlags.names.filter { contains($0.flag) }.map(\.name).joined(separator: " ")
  }
}
