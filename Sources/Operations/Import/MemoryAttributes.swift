/// What two neighbouring areas must agree on to be one area.
///
/// The lower half are yes or no, the upper half numbers: the protection key, the name and the policy. Names and
/// policies are numbered by the reader of a log, in the order in which they appear; 0 stands for none.
public struct MemoryAttributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let readable = MemoryAttributes(rawValue: 1 << 0)
  public static let writable = MemoryAttributes(rawValue: 1 << 1)
  public static let executable = MemoryAttributes(rawValue: 1 << 2)
  public static let shared = MemoryAttributes(rawValue: 1 << 3)
  public static let noReserve = MemoryAttributes(rawValue: 1 << 4)
  public static let locked = MemoryAttributes(rawValue: 1 << 5)
  public static let growsDown = MemoryAttributes(rawValue: 1 << 6)
  public static let notInherited = MemoryAttributes(rawValue: 1 << 7)
  public static let wipedOnFork = MemoryAttributes(rawValue: 1 << 8)
  public static let notDumped = MemoryAttributes(rawValue: 1 << 9)
  public static let hugePages = MemoryAttributes(rawValue: 1 << 10)
  public static let noHugePages = MemoryAttributes(rawValue: 1 << 11)
  public static let mergeable = MemoryAttributes(rawValue: 1 << 12)
  public static let randomAccess = MemoryAttributes(rawValue: 1 << 13)
  public static let sequentialAccess = MemoryAttributes(rawValue: 1 << 14)
  /// Memory of the pool of huge pages, which is never joined with a neighbour. Kernel: `VM_HUGETLB`.
  public static let pooledHugePages = MemoryAttributes(rawValue: 1 << 15)

  // From here on an attribute does no more than set areas apart.

  /// Kernel: `VM_SEALED`.
  public static let sealed = MemoryAttributes(rawValue: 1 << 20)
  /// Kernel: `VM_LOCKONFAULT`.
  public static let lockedOnFault = MemoryAttributes(rawValue: 1 << 21)
  /// Kernel: `VM_SHADOW_STACK`.
  public static let shadowStack = MemoryAttributes(rawValue: 1 << 22)
  /// Kernel: `VM_DROPPABLE`.
  public static let droppable = MemoryAttributes(rawValue: 1 << 23)
  /// What `PROT_BTI`, `PROT_SAO` and `PROT_ADI` ask for, each on its architecture.
  public static let guarded = MemoryAttributes(rawValue: 1 << 24)
  /// Kernel: `VM_MTE`. Once set it stays.
  public static let tagged = MemoryAttributes(rawValue: 1 << 25)

  /// Those that are set apart from all that say what the memory does.
  public static let marks = MemoryAttributes(rawValue: ~0 << 20)
  /// What `mprotect` replaces.
  public static let protection: MemoryAttributes = [.readable, .writable, .executable, .guarded]
  /// What `mlock` replaces, and what a child does not inherit. Kernel: `VM_LOCKED_MASK`.
  public static let locks: MemoryAttributes = [.locked, .lockedOnFault]
  public static let protectionKeys = MemoryAttributes(rawValue: 0x1f << 32)
  public static let names = MemoryAttributes(rawValue: UInt64(greatestName) << 37)
  public static let policies = MemoryAttributes(rawValue: UInt64(greatestPolicy) << 52)

  static let greatestProtectionKey = 0x1f
  static let greatestName = 0x7fff
  static let greatestPolicy = 0xfff

  static func protectionKey(_ key: Int) -> MemoryAttributes { MemoryAttributes(rawValue: UInt64(key) << 32) }
  static func name(_ number: Int) -> MemoryAttributes { MemoryAttributes(rawValue: UInt64(number) << 37) }
  static func policy(_ number: Int) -> MemoryAttributes { MemoryAttributes(rawValue: UInt64(number) << 52) }
}

/// A change of attributes over a range: those to take away, then those to add. Kernel: `mprotect()` and `madvise()`.
public struct MemoryAttributeChange: Hashable, Sendable {
  public var removing: MemoryAttributes
  public var adding: MemoryAttributes

  init(removing: MemoryAttributes = [], adding: MemoryAttributes = []) {
    self.removing = removing
    self.adding = adding
  }

  func applied(to attributes: MemoryAttributes) -> MemoryAttributes {
    attributes.subtracting(removing).union(adding)
  }

  /// The change that an advice makes; nil for one that leaves the areas alone, such as `MADV_DONTNEED`.
  ///
  /// The numbers are the same on every architecture but for those of old HP-UX binaries, of which a log tells the name.
  static func advice(_ advice: StraceFlags) -> MemoryAttributeChange? {
    advices.first { advice.isOne($0.name, $0.number) }?.change
  }

  private static let advices: [(name: String, number: UInt64, change: MemoryAttributeChange)] = [
    ("MADV_NORMAL", 0, MemoryAttributeChange(removing: [.randomAccess, .sequentialAccess])),
    ("MADV_RANDOM", 1, MemoryAttributeChange(removing: .sequentialAccess, adding: .randomAccess)),
    ("MADV_SEQUENTIAL", 2, MemoryAttributeChange(removing: .randomAccess, adding: .sequentialAccess)),
    ("MADV_DONTFORK", 10, MemoryAttributeChange(adding: .notInherited)),
    ("MADV_DOFORK", 11, MemoryAttributeChange(removing: .notInherited)),
    ("MADV_MERGEABLE", 12, MemoryAttributeChange(adding: .mergeable)),
    ("MADV_UNMERGEABLE", 13, MemoryAttributeChange(removing: .mergeable)),
    ("MADV_HUGEPAGE", 14, MemoryAttributeChange(removing: .noHugePages, adding: .hugePages)),
    ("MADV_NOHUGEPAGE", 15, MemoryAttributeChange(removing: .hugePages, adding: .noHugePages)),
    ("MADV_DONTDUMP", 16, MemoryAttributeChange(adding: .notDumped)),
    ("MADV_DODUMP", 17, MemoryAttributeChange(removing: .notDumped)),
    ("MADV_WIPEONFORK", 18, MemoryAttributeChange(adding: .wipedOnFork)),
    ("MADV_KEEPONFORK", 19, MemoryAttributeChange(removing: .wipedOnFork)),
  ]
}
