import RangeMapCore

/// Names a vma for as long as its machine runs; never used again for another one.
public struct VmaIdentifier: Hashable, Sendable, Comparable {
  /// The place in the machine's table of vmas.
  public let place: Int

  @inlinable
  public init(place: Int) { self.place = place }

  /// The vma that an entry of a tree names; nil for an entry that cannot be one, such as the marker.
  @inlinable
  public init?(_ entry: Entry) {
    if entry.word & 0xfff != 0 { return nil }
    place = Int(entry.word >> 12) - 1
  }

  /// What trees hold for the vma: a word that looks like its address.
  @inlinable
  public var entry: Entry { Entry(nonNullWord: UInt64(place + 1) << 12) }

  @inlinable
  public static func < (left: VmaIdentifier, right: VmaIdentifier) -> Bool { left.place < right.place }
}

/// A vma's membership in an anon_vma. Kernel: `struct anon_vma_chain`.
public struct AnonLink: Hashable, Sendable {
  /// The anon_vma, by its number.
  public var anonVma: Int
  var token: ResourceToken
}

/// A memory policy that a vma holds a reference to.
public struct HeldPolicy: Hashable, Sendable {
  /// The policy, by its number.
  public var number: Int
  var token: ResourceToken
}

/// One virtual memory area. Kernel: `struct vm_area_struct`.
public struct Vma: Hashable, Sendable {
  /// The addresses in bytes, the last one included. Kernel: `vm_start` and `vm_end - 1`.
  public var range: KeyRange
  public var flags: VmaFlags
  /// The file that is mapped, by its number; nil for anonymous memory.
  public var file: Int?
  /// The page of the file that comes first. Private memory without a file takes its own addresses for a file's, those
  /// of before where it was moved after it was touched; what others share begins with 0. Kernel: `vm_pgoff`.
  public var filePage: UInt64 = 0
  /// Kernel: `vm_policy`.
  public var policy: HeldPolicy?
  /// The userfaultfd that watches it, by a number; nil for none. Kernel: `vm_userfaultfd_ctx`.
  public var watcher: Int?
  /// Where the vma's own anonymous pages belong. Kernel: `anon_vma`.
  public var anonVma: Int?
  /// The anon_vmas through which the vma can be found, the oldest first. Kernel: `anon_vma_chain`.
  public var anonChain: [AnonLink] = []
  /// The address space that the vma was made for. Kernel: `vm_mm`.
  public var owner: ResourceOwner
  /// The vma that fork or a split made it from.
  public var copiedFrom: VmaIdentifier?
  /// How often `vm_ops->open` was called.
  public var openCount = 0
  /// How often `vm_ops->close` was called.
  public var closeCount = 0
  /// Whether the tree of its address space holds it. Kernel: `vma_mark_attached()`, `vma_mark_detached()`.
  public var isAttached = false
  /// Its place in its file's tree of mappings, if it is there. Kernel: `i_mmap`.
  var fileLink: ResourceToken?
  /// Its reference to its file, if it holds one.
  var fileReference: ResourceToken?
  /// Its memory.
  var memory: ResourceToken
  /// Whether its memory was given back.
  public var isFreed = false

  init(range: KeyRange, flags: VmaFlags, owner: ResourceOwner, memory: ResourceToken) {
    self.range = range
    self.flags = flags
    self.owner = owner
    self.memory = memory
  }

  /// Whether its file's tree of mappings holds it.
  public var isLinkedToFile: Bool { fileLink != nil }

  /// Its size in pages.
  public var pageCount: UInt64 { (range.countLessOne >> AddressLayout.pageShift) + 1 }

  /// The pages it is charged for.
  public var accountedPages: UInt64 { flags.contains(.accounted) ? pageCount : 0 }

  /// The pages it keeps in memory.
  public var lockedPages: UInt64 { flags.contains(.locked) ? pageCount : 0 }

  /// The address behind it; 0 for the top. Kernel: `vm_end`.
  public var end: UInt64 { range.last &+ 1 }

  /// Whether a child needs its page-table entries: a fault could not bring the pages anew. Kernel: `vma_needs_copy()`.
  var needsPages: Bool { anonVma != nil || !flags.isDisjoint(with: [.special, .hugePage]) }

  /// Whether it is private memory without a file. Kernel: `vma_is_anonymous()`.
  var isAnonymous: Bool { file == nil && !flags.contains(.shared) }

  /// The page of the file that is mapped at an address of the vma.
  func filePage(at address: UInt64) -> UInt64 { filePage &+ (address - range.first) >> AddressLayout.pageShift }
}

/// The sizes of the machine that is modelled.
public enum AddressLayout {
  public static let pageShift: UInt64 = 12
  /// Bytes of a page.
  public static let pageSize: UInt64 = 1 << pageShift
  /// The first address that no process may map. Kernel: `TASK_SIZE`.
  public static let userEnd: UInt64 = 0x7fff_ffff_f000
}
