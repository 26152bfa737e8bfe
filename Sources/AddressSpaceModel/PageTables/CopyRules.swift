/// What fork needs to know of a mapping to copy its page-table range.
public struct CopiedMapping: Hashable, Sendable {
  /// The parent and the child share what they write. Kernel: `VM_SHARED`.
  public var isShared: Bool
  /// The mapping may be written now. Kernel: `VM_WRITE`.
  public var isWritable: Bool
  /// Private, and may be writable some day: both sides lose the right to write to a page they share.
  /// Kernel: `is_cow_mapping()`.
  public var isCopyOnWrite: Bool
  /// The child's mapping is registered for write protection by userfaultfd. Kernel: `userfaultfd_wp()`.
  public var keepsUserfaultProtection: Bool
  /// Soft-dirty marks are in use. Kernel: `vma_soft_dirty_enabled()`.
  public var tracksSoftDirty: Bool

  public init(
    isShared: Bool, isWritable: Bool, isCopyOnWrite: Bool, keepsUserfaultProtection: Bool = false,
    tracksSoftDirty: Bool = false
  ) {
    self.isShared = isShared
    self.isWritable = isWritable
    self.isCopyOnWrite = isCopyOnWrite
    self.keepsUserfaultProtection = keepsUserfaultProtection
    self.tracksSoftDirty = tracksSoftDirty
  }

  /// Memory such as a heap's.
  public static let privateWritable = CopiedMapping(isShared: false, isWritable: true, isCopyOnWrite: true)
  /// Memory shared for reading and writing.
  public static let sharedWritable = CopiedMapping(isShared: true, isWritable: true, isCopyOnWrite: false)

  /// The marks that two entries of one run may differ in.
  var ignoredInRuns: PageTableEntry.Marks {
    var ignored: PageTableEntry.Marks = [.writable, .accessed, .contiguous]
    if isShared { ignored.insert(.dirty) }
    if !tracksSoftDirty { ignored.insert(.softDirty) }
    return ignored
  }
}

/// What a batch does when it meets a page that may be pinned.
public enum PinnedPageRule: CaseIterable, Hashable, Sendable {
  /// The batch ends before the page; the page is the first of the next batch and is copied. The rule of the first
  /// draft.
  case stopsBefore
  /// The whole batch is refused and its first page is handled alone, with a spare page in hand. Kernel 6.12:
  /// `folio_try_dup_anon_rmap_ptes()`.
  case refusesBatch
}

/// What a copy has done, counted; a measure of its cost that is the same on every machine.
public struct CopyCounters: Hashable, Sendable {
  /// Entries looked at, empty ones too.
  public var entries = 0
  /// Runs of present pages that were handled as one, those of one page too.
  public var runs = 0
  /// The longest run.
  public var longestRun = 0
  /// Changes of a folio's count of references, whatever the amount.
  public var referenceUpdates = 0
  /// Changes of the resident counters, whatever the amount.
  public var residentUpdates = 0
  /// Calls that write entries of the child.
  public var entryWrites = 0
  /// Calls that take the right to write away in the parent.
  public var protections = 0
  /// Times that the table's lock was taken.
  public var lockings = 0
  /// Spare pages asked for.
  public var sparesRequested = 0
  /// Spare pages that were not needed in the end.
  public var sparesUnused = 0
  /// Pages that the child got a copy of.
  public var earlyCopies = 0
  /// Runs refused because a page of them may be pinned.
  public var refusedRuns = 0
  /// Units of work as the kernel weighs them: 1 for an empty entry, 8 for another.
  public var workUnits = 0

  public init() {}

  /// The updates that a batch does once and one by one does for each page.
  public var updates: Int { referenceUpdates + residentUpdates + entryWrites + protections }
}

/// Where a copy is, when it lets an observer look.
public enum CopyMoment: Hashable, Sendable {
  /// References of a run were added.
  case referencesAdded
  /// A run of pages is mapped once more, no entry leads there yet.
  case mappingsAdded
  /// A run was refused, and its references are dropped.
  case runRefused
  /// The entries of a run are written: all laws hold.
  case runFinished
  /// The copy ended, well or not.
  case finished
}

/// Somebody who looks at the tables while they are copied.
public protocol CopyObserver {
  mutating func observe(_ moment: CopyMoment, parent: PageTable, child: PageTable)
}

/// Nobody looks.
public struct NoCopyObserver: CopyObserver {
  public init() {}
  public func observe(_ moment: CopyMoment, parent: PageTable, child: PageTable) {}
}

/// Faults that a hand could put into the copy. They exist so that the tests can show that a law sees them.
enum CopyDefect: CaseIterable {
  /// Mappings are counted first and references after.
  case addsMappingsBeforeReferences
  /// Pages that are shared keep their exclusive marks.
  case keepsExclusiveMarks
  /// Nobody asks whether a page may be pinned.
  case sharesPinnedPages
  /// The parent may go on writing to what the child sees.
  case leavesParentWritable
  /// A run counts as one resident page.
  case countsRunOnce
  /// A part of a block loses the right to write while the block stays together.
  case protectsWithoutUnfolding
  /// A run takes in pages that are marked in another way.
  case mixesMarksInRuns
  /// The page that replaces a pinned one does not get its contents.
  case leavesEarlyCopyEmpty
}
