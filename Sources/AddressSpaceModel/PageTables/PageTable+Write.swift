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

  /// Whether no other entry maps the page, and nobody holds a reference of its folio but entries.
  private func isOnlyUser(of frame: FrameNumber, _ folio: Folio) -> Bool {
    folio.contents == .anonymous
      && (folios.isExclusive(frame) || (folios.mappings(of: frame) == 1 && folio.references == folio.mappings))
  }
}
