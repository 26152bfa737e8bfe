import RangeMapCore

extension PageTable {
  /// The entry of the page that `address` is in; `.none` where no table leads there.
  public func entry(at address: UInt64) -> PageTableEntry {
    guard address < geometry.addressLimit, let table = lowestTable(of: address) else { return .none }
    return PageTableEntry(word: slots[place(table, geometry.slot(of: address, level: 0))])
  }

  /// Sets the entry of the page that `address` is in, and makes the tables that lead to it. What the entry was is
  /// dropped.
  ///
  /// A page entry takes a reference of its folio, maps it once more and is counted as resident; with `exclusive`, a
  /// page of anonymous memory gets the exclusive mark, which is right for its first mapping. A swap entry counts as a
  /// user of its slot. The entry's contiguous mark is ignored: blocks are put together where they can be.
  /// - Throws: `OutOfMemory` when a table page is refused. The tables made so far stay, the entry is as it was.
  /// - Precondition: The address is below the geometry's limit; the folio of a page entry has a reference.
  public func populate(
    page address: UInt64, entry: PageTableEntry, exclusive: Bool = true, failures: inout FailurePlan
  ) throws(OutOfMemory) {
    precondition(address < geometry.addressLimit, "the address is within the address space")
    let table = try makeLowestTable(of: address, failures: &failures)
    setEntry(entry, exclusive: exclusive, table: table, slot: geometry.slot(of: address, level: 0))
  }

  /// Touches pages: makes the tables, allocates one folio of 2 to the power of `order` pages, and maps its pages in
  /// order from `address` on, with no reference kept but those of the entries.
  /// - Parameter pages: How many of its pages to map; nil means all.
  /// - Throws: `OutOfMemory` when a table page or the folio is refused; then no entry has changed.
  @discardableResult
  public func touch(
    page address: UInt64, contents: FolioContents = .anonymous, order: Int = 0, pages: Int? = nil,
    marks: PageTableEntry.Marks = [.writable, .dirty, .accessed], failures: inout FailurePlan
  ) throws(OutOfMemory) -> FolioIdentifier {
    let address = PageTableGeometry.roundDown(address, to: geometry.pageSize)
    let count = min(pages ?? 1 << order, 1 << order)
    precondition(
      address < geometry.addressLimit && UInt64(count) <= (geometry.addressLimit - address) / geometry.pageSize,
      "the pages are within the address space")
    var page = address
    for _ in 0..<count {
      _ = try makeLowestTable(of: page, failures: &failures)
      page += geometry.pageSize
    }
    if failures.step(.folio) { throw OutOfMemory(.folio) }
    let folio = folios.allocate(contents, order: order)
    let frame = folios[folio].frame
    for index in 0..<count {
      let page = address + UInt64(index) * geometry.pageSize
      if let table = lowestTable(of: page) {
        setEntry(
          .page(frame.advanced(by: index), marks: marks), exclusive: true, table: table,
          slot: geometry.slot(of: page, level: 0))
      }
    }
    folios.dropReferences(1, of: folio)
    return folio
  }

  private func setEntry(_ entry: PageTableEntry, exclusive: Bool, table: Int, slot: Int) {
    // References of the new entry come first: the old one may be the same page.
    var new = entry.removing(.contiguous)
    new.origin = .populate
    switch new.kind {
    case .page:
      let folio = folios.folio(at: new.frame)
      precondition(folios.isLive(folio), "the entry is of a folio that somebody holds")
      let contents = folios[folio].contents
      folios.addReferences(1, to: folio)
      countReferences(1, of: .populate)
      folios.addMappings(1, from: new.frame, exclusive: exclusive && contents == .anonymous)
      countResident(1, contents)
    case .swap:
      folios.addSwapUser(of: new.swapSlot)
      countSwap()
    case .none, .special:
      break
    }
    unfoldPartly(table, slot..<slot + 1)
    drop(PageTableEntry(word: slots[place(table, slot)]))
    writeRun(new, count: 1, table: table, slot: slot)
  }

  /// Gives back what one entry holds. The mapping goes before the reference: there are never fewer references.
  func drop(_ entry: PageTableEntry) {
    switch entry.kind {
    case .page:
      let folio = folios.folio(at: entry.frame)
      countResident(-1, folios[folio].contents)
      folios.removeMapping(of: entry.frame)
      folios.dropReferences(1, of: folio)
      uncountReferences(1, of: entry.origin)
    case .swap:
      folios.removeSwapUser(of: entry.swapSlot)
      uncountSwap(1)
    case .none, .special:
      break
    }
  }
}
