extension RangeCopier {
  /// Copies the entry of a page, and with it as many after it as one batch takes.
  ///
  /// - Returns: How many entries were copied; nil when a spare page is needed first.
  /// Kernel: `copy_present_ptes()`.
  mutating func copyPages(
    _ entry: PageTableEntry, limit: Int, at place: EntryPlace
  ) throws(OutOfMemory) -> Int? {
    let folio = parent.folios[parent.folios.folio(at: entry.frame)]
    var run = Run(count: 1, isWritable: entry.isWritable)
    let most = min(limit, batch)
    if spare == nil, folio.order > 0, most > 1 {
      run = self.run(from: entry, of: folio, limit: most, at: place)
    }
    if !isPinned(run.count, from: entry, of: folio) {
      share(run, from: entry, of: folio, at: place)
      return run.count
    }
    if pinned == .stopsBefore, run.count > 1 {
      let shared = countBeforePinned(run.count, from: entry.frame)
      if shared > 0 {
        share(self.run(from: entry, of: folio, limit: shared, at: place), from: entry, of: folio, at: place)
        return shared
      }
    }
    refuse(run.count, of: folio)
    guard run.count == 1, spare != nil else { return nil }
    try copyEarly(entry, at: place)
    return 1
  }

  /// A run of entries that map consecutive pages of one folio.
  struct Run {
    var count: Int
    /// Whether one of them may be written.
    var isWritable: Bool
  }

  /// How many entries from here on can be handled as one. Kernel: `folio_pte_batch()`.
  private func run(from entry: PageTableEntry, of folio: Folio, limit: Int, at place: EntryPlace) -> Run {
    let ignored =
      defect == .mixesMarksInRuns
      ? PageTableEntry.Marks.all.rawValue : mapping.ignoredInRuns.rawValue
    // The origin of an entry says nothing about its page.
    let compared = ~(ignored | 3 << 9)
    let pagesLeft = folio.pageCount - Int(entry.frame.number - folio.frame.number)
    let first = parent.place(place.parentTable, place.slot)
    var run = Run(count: 1, isWritable: entry.isWritable)
    while run.count < min(limit, pagesLeft) {
      let next = PageTableEntry(word: parent.slots[first + run.count])
      guard (next.word ^ entry.advanced(by: run.count).word) & compared == 0 else { break }
      run.isWritable = run.isWritable || next.isWritable
      run.count += 1
    }
    return run
  }

  /// Whether a page of the run must not be shared: it is exclusive, and of a folio that may be pinned.
  private func isPinned(_ count: Int, from entry: PageTableEntry, of folio: Folio) -> Bool {
    folio.contents == .anonymous && folio.maybePinned && defect != .sharesPinnedPages
      && parent.folios.hasExclusive(count, from: entry.frame)
  }

  private func countBeforePinned(_ count: Int, from frame: FrameNumber) -> Int {
    (0..<count).first { parent.folios.isExclusive(frame.advanced(by: $0)) } ?? count
  }

  /// The references of a run are taken before anybody knows whether it can be shared, and dropped again if not.
  private mutating func refuse(_ count: Int, of folio: Folio) {
    parent.folios.addReferences(count, to: folio.identifier)
    observer.observe(.referencesAdded, parent: parent, child: child)
    parent.folios.dropReferences(count, of: folio.identifier)
    counters.referenceUpdates += 2
    counters.refusedRuns += 1
    observer.observe(.runRefused, parent: parent, child: child)
  }

  /// Both sides see the run from now on.
  private mutating func share(_ run: Run, from entry: PageTableEntry, of folio: Folio, at place: EntryPlace) {
    let folios = parent.folios
    // References first: at no moment may a folio have more mappings than references.
    if defect != .addsMappingsBeforeReferences {
      folios.addReferences(run.count, to: folio.identifier)
      observer.observe(.referencesAdded, parent: parent, child: child)
    }
    if folio.contents == .anonymous, defect != .keepsExclusiveMarks {
      folios.clearExclusive(run.count, from: entry.frame)
    }
    folios.addMappings(run.count, from: entry.frame, exclusive: false)
    observer.observe(.mappingsAdded, parent: parent, child: child)
    if defect == .addsMappingsBeforeReferences {
      folios.addReferences(run.count, to: folio.identifier)
      observer.observe(.referencesAdded, parent: parent, child: child)
    }
    child.countReferences(run.count, of: .share)
    child.countResident(defect == .countsRunOnce ? 1 : run.count, folio.contents)
    counters.referenceUpdates += 1
    counters.residentUpdates += 1
    writeBoth(run.isWritable ? entry.adding(.writable) : entry, count: run.count, at: place)
  }

  /// Protects the parent's run if need be, and writes the child's. Kernel: `__copy_present_ptes()`.
  mutating func writeBoth(_ entry: PageTableEntry, count: Int, at place: EntryPlace) {
    var copied = entry.removing([.accessed, .contiguous])
    if mapping.isCopyOnWrite, entry.isWritable {
      if defect != .leavesParentWritable {
        parent.protectRun(
          count: count, table: place.parentTable, slot: place.slot, unfolds: defect != .protectsWithoutUnfolding)
        counters.protections += 1
      }
      copied = copied.removing(.writable)
    }
    if mapping.isShared { copied = copied.removing(.dirty) }
    if !mapping.keepsUserfaultProtection { copied = copied.removing(.userfaultProtected) }
    copied.origin = .share
    child.writeRun(copied, count: count, table: place.childTable, slot: place.slot)
    counters.entryWrites += 1
  }

  /// The child gets a copy of the page in the spare one. Kernel: `copy_present_page()`.
  private mutating func copyEarly(_ entry: PageTableEntry, at place: EntryPlace) throws(OutOfMemory) {
    guard let copy = spare else { return }
    if failures.step(.pageContents) { throw OutOfMemory(.pageContents) }
    let folios = parent.folios
    let frame = folios[copy].frame
    if defect != .leavesEarlyCopyEmpty { folios.copyContents(from: entry.frame, to: frame) }
    // The reference of the spare page is the entry's from now on.
    spare = nil
    folios.addMappings(1, from: frame, exclusive: true)
    child.countReferences(1, of: .earlyCopy)
    child.countResident(1, .anonymous)
    var marks: PageTableEntry.Marks = mapping.isWritable ? [.writable, .dirty] : .dirty
    if mapping.keepsUserfaultProtection, entry.marks.contains(.userfaultProtected) { marks.insert(.userfaultProtected) }
    var copied = PageTableEntry.page(frame, marks: marks)
    copied.origin = .earlyCopy
    child.writeRun(copied, count: 1, table: place.childTable, slot: place.slot)
    counters.residentUpdates += 1
    counters.entryWrites += 1
    counters.earlyCopies += 1
  }
}
