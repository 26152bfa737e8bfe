import RangeMapCore

extension PageTable {
  /// What a write to a page came to.
  public enum WriteOutcome: Hashable, Sendable {
    /// The entry allowed it, or does now: nobody else sees the page.
    case inPlace
    /// The page was shared: the entry leads to a copy from now on.
    case copied
    /// There is no page to write to.
    case nothingThere
  }

  /// Writes to the page that `address` is in, in a private mapping that allows it. A page that somebody else may see is
  /// copied first.
  ///
  /// - Throws: `OutOfMemory` when there is no page for the copy; nothing has changed then. Kernel: `do_wp_page()`.
  public func write(page address: UInt64, failures: inout FailurePlan) throws(OutOfMemory) -> WriteOutcome {
    guard address < geometry.addressLimit, let table = lowestTable(of: address) else { return .nothingThere }
    let slot = geometry.slot(of: address, level: 0)
    let entry = PageTableEntry(word: slots[place(table, slot)])
    guard entry.kind == .page else { return .nothingThere }
    let folio = folios[folios.folio(at: entry.frame)]
    let written = entry.adding([.writable, .dirty, .accessed]).removing(.contiguous)
    if entry.isWritable || isOnlyUser(of: entry.frame, folio) {
      if folio.contents == .anonymous { folios.markExclusive(entry.frame) }
      writeRun(written, count: 1, table: table, slot: slot)
      folios.write(to: entry.frame)
      return .inPlace
    }
    if failures.step(.folio) { throw OutOfMemory(.folio) }
    let copy = folios.allocate(.anonymous)
    let frame = folios[copy].frame
    folios.addMappings(1, from: frame, exclusive: true)
    countReferences(1, of: .populate)
    countResident(1, .anonymous)
    drop(entry)
    writeRun(.page(frame, marks: written.marks), count: 1, table: table, slot: slot)
    return .copied
  }

  /// Gives the right to write to the pages of a range, or takes it away. Kernel: `change_protection()`.
  ///
  /// Memory that only this table maps may be written to at once, and a page of shared memory. Any other page is copied
  /// first: `can_change_pte_writable()`.
  public func protect(_ range: KeyRange, isWritable: Bool, isShared: Bool) {
    var changed: [(address: UInt64, entry: PageTableEntry)] = []
    forEachEntry(in: range) { address, entry in
      guard entry.kind == .page else { return }
      let isOwn = folios[folios.folio(at: entry.frame)].contents == .anonymous && folios.isExclusive(entry.frame)
      let new = isWritable && (isShared || isOwn) ? entry.adding(.writable) : entry.removing(.writable)
      if new != entry { changed.append((address, new)) }
    }
    for (address, entry) in changed {
      guard let table = lowestTable(of: address) else { continue }
      writeRun(entry.removing(.contiguous), count: 1, table: table, slot: geometry.slot(of: address, level: 0))
    }
  }

  /// The entries that are not empty, as a fork may change them.
  public func entriesBeforeFork() -> [EntryBeforeFork] {
    var entries: [EntryBeforeFork] = []
    forEachEntry { address, entry in
      let isExclusive = entry.kind == .page && folios.isExclusive(entry.frame)
      entries.append(EntryBeforeFork(address: address, entry: entry, isExclusive: isExclusive))
    }
    return entries
  }

  /// Gives entries back what forks took from them, when all children are gone.
  public func restore(_ entries: [EntryBeforeFork]) {
    for old in entries where entry(at: old.address).isSamePage(as: old.entry) {
      guard let table = lowestTable(of: old.address) else { continue }
      if old.isExclusive { folios.markExclusive(old.entry.frame) }
      writeRun(
        old.entry.removing(.contiguous), count: 1, table: table, slot: geometry.slot(of: old.address, level: 0))
    }
  }

  /// Whether no other entry maps the page, and nobody holds a reference of its folio but entries.
  private func isOnlyUser(of frame: FrameNumber, _ folio: Folio) -> Bool {
    folio.contents == .anonymous
      && (folios.isExclusive(frame) || (folios.mappings(of: frame) == 1 && folio.references == folio.mappings))
  }
}

/// An entry, and whether nobody else sees its page.
public struct EntryBeforeFork: Hashable, Sendable {
  let address: UInt64
  let entry: PageTableEntry
  let isExclusive: Bool
}

extension PageTableEntry {
  fileprivate func isSamePage(as other: PageTableEntry) -> Bool {
    guard kind == other.kind else { return false }
    switch kind {
    case .page: return frame == other.frame
    case .swap: return swapSlot == other.swapSlot
    case .none, .special: return false
    }
  }
}
