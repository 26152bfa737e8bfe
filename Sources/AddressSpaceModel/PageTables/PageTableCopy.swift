import RangeMapCore

/// Fork's copying of page-table ranges.
public enum PageTableCopy {
  /// How many pages a batch may hold where nothing else is said: as many as the kernel takes, which is a whole table.
  public static let wholeTable = 512

  /// Copies a range of the parent's entries to the child, whose range must be empty.
  ///
  /// Pages are shared: both sides hold a reference, and in a private mapping both lose the right to write. An
  /// exclusive page of an anonymous folio that may be pinned is not shared: the child gets a copy at once. The child
  /// gets a table wherever the parent has one, be it empty.
  /// - Parameters:
  ///   - batch: The most pages handled as one; 1 is one by one.
  ///   - failures: Steps of the kinds `.pageTablePage`, `.folio`, `.pageContents` and `.swapContinuation`.
  ///   - counters: What is done is added to them.
  /// - Throws: `OutOfMemory`. What was copied before stays, and is undone by `clear(_:)` and the freeing of tables.
  /// - Precondition: Parent and child have one geometry and one pool of folios; `batch` is above 0.
  /// - Complexity: O(tables + entries) in the range. Kernel: `copy_page_range()`.
  public static func copyRange<Observer: CopyObserver>(
    from parent: PageTable, to child: PageTable, range: KeyRange, mapping: CopiedMapping = .privateWritable,
    batch: Int = wholeTable, pinned: PinnedPageRule = .refusesBatch, failures: inout FailurePlan,
    counters: inout CopyCounters, observer: inout Observer
  ) throws(OutOfMemory) {
    try copyRange(
      from: parent, to: child, range: range, mapping: mapping, batch: batch, pinned: pinned, failures: &failures,
      counters: &counters, observer: &observer, defect: nil)
  }

  /// As above, with nobody looking and nothing counted.
  public static func copyRange(
    from parent: PageTable, to child: PageTable, range: KeyRange, mapping: CopiedMapping = .privateWritable,
    batch: Int = wholeTable, pinned: PinnedPageRule = .refusesBatch, failures: inout FailurePlan
  ) throws(OutOfMemory) {
    var counters = CopyCounters()
    var observer = NoCopyObserver()
    try copyRange(
      from: parent, to: child, range: range, mapping: mapping, batch: batch, pinned: pinned, failures: &failures,
      counters: &counters, observer: &observer, defect: nil)
  }

  static func copyRange<Observer: CopyObserver>(
    from parent: PageTable, to child: PageTable, range: KeyRange, mapping: CopiedMapping, batch: Int,
    pinned: PinnedPageRule, failures: inout FailurePlan, counters: inout CopyCounters, observer: inout Observer,
    defect: CopyDefect?
  ) throws(OutOfMemory) {
    precondition(parent.geometry == child.geometry && parent.folios === child.folios, "the tables are of one machine")
    precondition(batch > 0, "a batch has a page")
    guard range.isValid, range.first < parent.geometry.addressLimit else { return }
    var copier = RangeCopier(
      parent: parent, child: child, mapping: mapping, batch: batch, pinned: pinned, defect: defect, observer: observer,
      failures: failures, counters: counters)
    defer {
      copier.dropSpare()
      copier.observer.observe(.finished, parent: parent, child: child)
      failures = copier.failures
      counters = copier.counters
      observer = copier.observer
    }
    try copier.copyTables(
      parentTable: 0, childTable: 0, level: parent.geometry.levels - 1,
      from: PageTableGeometry.roundDown(range.first, to: parent.geometry.pageSize),
      through: min(range.last, parent.geometry.addressLimit - 1))
  }
}

/// One copy of a range, at work.
struct RangeCopier<Observer: CopyObserver> {
  let parent: PageTable
  let child: PageTable
  let mapping: CopiedMapping
  let batch: Int
  let pinned: PinnedPageRule
  let defect: CopyDefect?
  var observer: Observer
  var failures: FailurePlan
  var counters: CopyCounters
  /// A page for an early copy, with one reference.
  var spare: FolioIdentifier?

  init(
    parent: PageTable, child: PageTable, mapping: CopiedMapping, batch: Int, pinned: PinnedPageRule,
    defect: CopyDefect?, observer: Observer, failures: FailurePlan, counters: CopyCounters
  ) {
    self.parent = parent
    self.child = child
    self.mapping = mapping
    self.batch = batch
    self.pinned = pinned
    self.defect = defect
    self.observer = observer
    self.failures = failures
    self.counters = counters
  }

  /// Copies what is below one upper table. Kernel: `copy_p4d_range()`, `copy_pud_range()`, `copy_pmd_range()`.
  mutating func copyTables(
    parentTable: Int, childTable: Int, level: Int, from address: UInt64, through last: UInt64
  ) throws(OutOfMemory) {
    let span = parent.geometry.entrySpan(level)
    var piece = address
    while true {
      let pieceLast = min(last, PageTableGeometry.roundDown(piece, to: span) + (span - 1))
      let slot = parent.geometry.slot(of: piece, level: level)
      let below = Int(parent.slots[parent.place(parentTable, slot)])
      if below != 0 {
        let made = try child.makeTable(
          below: childTable, slot: slot, level: level - 1, address: piece, failures: &failures)
        if level > 1 {
          try copyTables(parentTable: below, childTable: made, level: level - 1, from: piece, through: pieceLast)
        } else {
          let first = parent.geometry.slot(of: piece, level: 0)
          let end = parent.geometry.slot(of: pieceLast, level: 0) + 1
          try copyEntries(parentTable: below, childTable: made, slots: first..<end)
        }
      }
      if pieceLast == last { return }
      piece = pieceLast + 1
    }
  }

  /// Copies entries of one lowest table. Kernel: `copy_pte_range()`.
  private mutating func copyEntries(
    parentTable: Int, childTable: Int, slots: Range<Int>
  ) throws(OutOfMemory) {
    counters.lockings += 1
    var slot = slots.lowerBound
    while slot < slots.upperBound {
      let entry = PageTableEntry(word: parent.slots[parent.place(parentTable, slot)])
      let place = EntryPlace(parentTable: parentTable, childTable: childTable, slot: slot)
      switch entry.kind {
      case .none:
        finish(1, work: 1)
        slot += 1
      case .swap:
        try copySwap(entry, at: place)
        finish(1, work: 8)
        slot += 1
      case .special:
        writeBoth(entry, count: 1, at: place)
        finish(1, work: 8)
        slot += 1
      case .page:
        guard let count = try copyPages(entry, limit: slots.upperBound - slot, at: place) else {
          try prepareSpare()
          continue
        }
        dropSpare()
        counters.runs += 1
        counters.longestRun = max(counters.longestRun, count)
        finish(count, work: 8 * count)
        observer.observe(.runFinished, parent: parent, child: child)
        slot += count
      }
    }
  }

  private mutating func finish(_ count: Int, work: Int) {
    counters.entries += count
    counters.workUnits += work
  }

  /// Allocates the page that an early copy needs, which is not possible under the table's lock.
  private mutating func prepareSpare() throws(OutOfMemory) {
    counters.sparesRequested += 1
    if failures.step(.folio) { throw OutOfMemory(.folio) }
    spare = parent.folios.allocate(.anonymous)
    counters.lockings += 1
  }

  /// Gives the spare page back if it was not used.
  mutating func dropSpare() {
    guard let unused = spare else { return }
    parent.folios.dropReferences(1, of: unused)
    counters.sparesUnused += 1
    spare = nil
  }

  /// Kernel: `copy_nonpresent_pte()`.
  private mutating func copySwap(_ entry: PageTableEntry, at place: EntryPlace) throws(OutOfMemory) {
    if parent.folios.swapNeedsContinuation(entry.swapSlot) {
      if failures.step(.swapContinuation) { throw OutOfMemory(.swapContinuation) }
      counters.lockings += 1
    }
    parent.folios.addSwapUser(of: entry.swapSlot)
    child.countSwap()
    let shared = entry.removing(.swapExclusive)
    if shared != entry { parent.slots[parent.place(place.parentTable, place.slot)] = shared.word }
    var copied = shared
    if !mapping.keepsUserfaultProtection { copied = copied.removing(.userfaultProtected) }
    child.writeRun(copied, count: 1, table: place.childTable, slot: place.slot)
    counters.entryWrites += 1
  }
}

/// Where a run of entries begins, in both page tables.
struct EntryPlace {
  let parentTable: Int
  let childTable: Int
  let slot: Int
}
