import RangeMapCore

/// What an address space counts of its vmas. Kernel: fields of `struct mm_struct`.
public struct AddressSpaceCounters: Hashable, Sendable {
  /// Vmas in the tree. Kernel: `map_count`.
  public var mapCount = 0
  /// Pages of all vmas. Kernel: `total_vm`.
  public var totalPages: UInt64 = 0
  /// Kernel: `locked_vm`.
  public var lockedPages: UInt64 = 0
  /// Pages of all accounted vmas: what the address space has charged against the commit limit.
  public var accountedPages: UInt64 = 0

  public init() {}

  mutating func add(_ vma: Vma) {
    mapCount += 1
    addPages(of: vma)
  }

  mutating func remove(_ vma: Vma) {
    mapCount -= 1
    removePages(of: vma)
  }

  mutating func addPages(of vma: Vma) {
    totalPages &+= vma.pageCount
    lockedPages &+= vma.lockedPages
    accountedPages &+= vma.accountedPages
  }

  mutating func removePages(of vma: Vma) {
    totalPages &-= vma.pageCount
    lockedPages &-= vma.lockedPages
    accountedPages &-= vma.accountedPages
  }
}

/// Who may look at an address space. Kernel: the states of `mmap_lock`.
public enum LockState: UInt8, Hashable, Sendable {
  case open
  /// Held for reading: other readers may come in.
  case read
  case write
}

/// A process's memory: a tree of vmas, page tables, and counters. Kernel: `struct mm_struct`.
///
/// The tree's indices are addresses in bytes; it holds `VmaIdentifier.entry` over each vma's range.
public struct AddressSpace<Map: RangeMap & ~Copyable>: ~Copyable {
  public let machine: Machine
  public let owner: ResourceOwner
  /// Kernel: `mm_mt`.
  public internal(set) var tree: Map
  public internal(set) var counters = AddressSpaceCounters()
  public let pageTable: PageTable
  /// The end of the heap. Kernel: `brk`.
  public internal(set) var programBreak: UInt64 = 0
  public internal(set) var lock = LockState.open
  /// Tasks and others that keep the mappings in place. Kernel: `mm_users`.
  public internal(set) var users = 1
  /// The reaper must pass by. Kernel: `MMF_OOM_SKIP`.
  public internal(set) var isSkippedByReaper = false
  /// The mappings may be half built. Kernel: `MMF_UNSTABLE`.
  public internal(set) var isUnstable = false
  /// The most vmas it may have. Kernel: `sysctl_max_map_count`.
  public var mapCountLimit = 65_530
  /// Makes an empty map of the kind of the tree.
  let makeMap: (MapConfiguration) -> Map

  /// Makes an empty address space.
  /// - Parameter configuration: The kind of tree, which is that of an address space but for the size of its nodes.
  public init(
    machine: Machine, owner: ResourceOwner, geometry: PageTableGeometry = .x86_64,
    configuration: MapConfiguration = .addressSpaceTree, makeMap: @escaping (MapConfiguration) -> Map
  ) {
    self.machine = machine
    self.owner = owner
    self.makeMap = makeMap
    tree = makeMap(configuration)
    pageTable = PageTable(geometry: geometry, ledger: machine.ledger, owner: owner, folios: machine.folios)
  }
}

extension MapConfiguration {
  /// The tree of an address space. Kernel: `MM_MT_FLAGS`.
  public static let addressSpaceTree = MapConfiguration(
    tracksGaps: true, usesReadCopyUpdate: true, hasExternalLock: true)
}
