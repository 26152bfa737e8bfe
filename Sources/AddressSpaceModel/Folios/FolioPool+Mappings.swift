/// Counts of mappings, a page at a time and a run at a time. Kernel: `include/linux/rmap.h`.
extension FolioPool {
  /// The entries of lowest tables that map the page. Kernel: `page->_mapcount`, plus 1.
  public func mappings(of frame: FrameNumber) -> Int { frames[Int(frame.number)].mappings }

  /// Whether only one address space can see the page. Kernel: `PageAnonExclusive()`.
  public func isExclusive(_ frame: FrameNumber) -> Bool { frames[Int(frame.number)].exclusive }

  /// Whether the page is pinned: its frame must stay the one that its owner's address leads to.
  public func isPinned(_ frame: FrameNumber) -> Bool { frames[Int(frame.number)].pinned }

  /// Pins a page, which must be of a file or exclusive. A reference is taken with it. False when the page is shared
  /// anonymous memory, of which no page may be pinned. Kernel: `pin_user_pages()`, without its unsharing.
  public func pin(_ frame: FrameNumber) -> Bool {
    let folio = self.folio(at: frame)
    guard !isPinned(frame), isExclusive(frame) || self[folio].contents == .file else { return false }
    addReferences(1, to: folio)
    frames[Int(frame.number)].pinned = true
    folios[folio.number].maybePinned = true
    return true
  }

  /// Ends the pin of a page. Kernel: `unpin_user_page()`.
  public func unpin(_ frame: FrameNumber) {
    guard isPinned(frame) else { return }
    let folio = self.folio(at: frame)
    frames[Int(frame.number)].pinned = false
    let first = Int(self[folio].frame.number)
    folios[folio.number].maybePinned = frames[first..<first + self[folio].pageCount].contains { $0.pinned }
    dropReferences(1, of: folio)
  }

  /// A run of pages of one folio is mapped once more. Kernel: `folio_add_anon_rmap_ptes()`,
  /// `folio_add_file_rmap_ptes()`.
  func addMappings(_ count: Int, from frame: FrameNumber, exclusive: Bool) {
    let first = Int(frame.number)
    for index in first..<first + count {
      frames[index].mappings += 1
      if exclusive { frames[index].exclusive = true }
    }
    folios[frames[first].folio].mappings += count
  }

  /// One mapping of a page goes. Kernel: `folio_remove_rmap_ptes()`.
  func removeMapping(of frame: FrameNumber) {
    let index = Int(frame.number)
    guard frames[index].mappings > 0 else {
      report(FolioFault(reason: .moreMappingsRemovedThanHeld, folio: folio(at: frame)))
      return
    }
    frames[index].mappings -= 1
    if frames[index].mappings == 0 { frames[index].exclusive = false }
    folios[frames[index].folio].mappings -= 1
  }

  /// Whether one of a run's pages is exclusive.
  func hasExclusive(_ count: Int, from frame: FrameNumber) -> Bool {
    frames[Int(frame.number)..<Int(frame.number) + count].contains { $0.exclusive }
  }

  /// Only one address space sees the page from now on. Kernel: `SetPageAnonExclusive()`.
  func markExclusive(_ frame: FrameNumber) { frames[Int(frame.number)].exclusive = true }

  /// The exclusive marks of a run go: from now on more than one address space sees its pages.
  func clearExclusive(_ count: Int, from frame: FrameNumber) {
    for index in Int(frame.number)..<Int(frame.number) + count { frames[index].exclusive = false }
  }
}

/// Swap slots: how many entries lead to each.
extension FolioPool {
  /// A new swap slot with no user.
  public func makeSwapSlot() -> UInt64 {
    swapCounts.append(0)
    return UInt64(swapCounts.count - 1)
  }

  /// How many entries lead to the slot.
  public func swapUsers(of slot: UInt64) -> Int { swapCounts[Int(slot)] }

  /// The number of swap slots made so far.
  public var swapSlots: Int { swapCounts.count }

  /// Whether one more user needs a further page to count on.
  func swapNeedsContinuation(_ slot: UInt64) -> Bool {
    let count = swapCounts[Int(slot)]
    return count > 0 && count % swapCountLimit == 0
  }

  /// One more entry leads to the slot. Kernel: `swap_duplicate()`.
  func addSwapUser(of slot: UInt64) { swapCounts[Int(slot)] += 1 }

  /// An entry that led to the slot is gone. Kernel: `free_swap_and_cache()`.
  func removeSwapUser(of slot: UInt64) {
    guard swapCounts[Int(slot)] > 0 else {
      report(FolioFault(reason: .swapUsedLessThanReleased, folio: nil))
      return
    }
    swapCounts[Int(slot)] -= 1
  }
}
