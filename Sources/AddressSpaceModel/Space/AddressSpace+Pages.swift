import RangeMapCore

/// A vma whose page tables are to be freed.
struct UnmappedVma: UnmappedArea {
  let vma: VmaIdentifier
  let range: KeyRange
  let hasHugePages: Bool
}

extension AddressSpace where Map: ~Copyable {
  /// Touches each page of a range that has none: its vma gets an anon_vma where it needs one, and the page a folio.
  /// Kernel: `handle_mm_fault()`.
  /// - Parameter order: Folios of 2 to this power of pages where they fit the vma.
  /// - Throws: `notMapped`, `outOfMemory`; pages below the one that failed stay touched.
  public mutating func touch(_ range: KeyRange, order: Int = 0) throws(AddressSpaceError) {
    var address = range.first & ~(AddressLayout.pageSize - 1)
    while address <= range.last {
      guard let vma = firstVma(endingAfter: address), machine[vma].range.contains(address) else { throw .notMapped }
      // Shared memory without a file is a file's too, one that has no name; of a private file, what is written is a
      // copy.
      let isAnonymous =
        !machine[vma].flags.contains(.shared)
        && (machine[vma].file == nil || machine[vma].flags.contains(.writable))
      if isAnonymous, !machine.prepareAnonVma(vma) { throw .outOfMemory }
      // Of others memory comes by single pages, and so it does if somebody watches: `alloc_anon_folio()`.
      let mayBeLarge = machine[vma].isAnonymous && !machine[vma].flags.contains(.userfault)
      let last = min(range.last, machine[vma].range.last)
      while address <= last {
        let size = AddressLayout.pageSize << UInt64(order)
        let fits =
          order > 0 && mayBeLarge && address % size == 0 && last - address >= size - 1
          && isEmpty(KeyRange(address, address + size - 1))
        let pages: UInt64 = fits ? 1 << UInt64(order) : 1
        let entry = pageTable.entry(at: address)
        if entry.isNone || entry.kind == .swap {
          do throws(OutOfMemory) {
            try pageTable.touch(
              page: address, contents: isAnonymous ? .anonymous : .file, order: fits ? order : 0,
              marks: machine[vma].flags.contains(.writable) ? [.writable, .dirty, .accessed] : .accessed,
              failures: &machine.failures)
          } catch {
            throw .outOfMemory
          }
        } else if entry.kind == .page, !entry.isWritable, machine[vma].flags.contains(.writable) {
          try write(page: address, of: vma)
        }
        address += pages << AddressLayout.pageShift
      }
    }
  }

  /// Writes to a page that may not be written to yet, in a vma that allows it. Kernel: `do_wp_page()`.
  private mutating func write(page address: UInt64, of vma: VmaIdentifier) throws(AddressSpaceError) {
    if machine[vma].flags.contains(.shared) {
      return pageTable.protect(.single(address), isWritable: true, isShared: true)
    }
    do throws(OutOfMemory) {
      _ = try pageTable.write(page: address, failures: &machine.failures)
    } catch {
      throw .outOfMemory
    }
  }

  private func isEmpty(_ range: KeyRange) -> Bool {
    var isEmpty = true
    pageTable.forEachEntry(in: range) { _, _ in isEmpty = false }
    return isEmpty
  }

  /// Takes all pages of some vmas out of the page table. Kernel: `unmap_vmas()`.
  func zap(_ vmas: [VmaIdentifier]) {
    for vma in vmas { pageTable.clear(machine[vma].range) }
  }

  /// Makes vmas unfindable through their pages, and frees the page tables that only they needed.
  ///
  /// - Parameters:
  ///   - floor: The end of the mapping below all; 0 where there is none.
  ///   - ceiling: The start of the mapping above all; 0 where there is none. Kernel: `free_pgtables()`.
  func freePageTables(of vmas: [VmaIdentifier], floor: UInt64, ceiling: UInt64) {
    guard let first = vmas.first else { return }
    var place = 0
    pageTable.freeTables(
      first: area(first), floor: floor, ceiling: ceiling,
      next: {
        place += 1
        return place < vmas.count ? area(vmas[place]) : nil
      })
  }

  private func area(_ vma: VmaIdentifier) -> UnmappedVma {
    UnmappedVma(vma: vma, range: machine[vma].range, hasHugePages: machine[vma].flags.contains(.hugePage))
  }

  /// Moves all pages of a range to where `target` begins; false without memory, and then all are back where they were.
  /// Kernel: `move_page_tables()`.
  func movePages(from old: KeyRange, to target: UInt64) -> Bool {
    var entries: [(address: UInt64, entry: PageTableEntry)] = []
    pageTable.forEachEntry(in: old) { entries.append(($0, $1)) }
    for (place, moved) in entries.enumerated() {
      guard setPage(target + (moved.address - old.first), moved.entry, &machine.failures) else {
        var none = FailurePlan.none
        for (address, entry) in entries[..<place] {
          // The old place has its tables still.
          _ = setPage(address, entry, &none)
          pageTable.clear(.single(target + (address - old.first)))
        }
        return false
      }
      pageTable.clear(.single(moved.address))
    }
    return true
  }

  private func setPage(_ address: UInt64, _ entry: PageTableEntry, _ failures: inout FailurePlan) -> Bool {
    let isExclusive = entry.kind == .page && machine.folios.isExclusive(entry.frame)
    do throws(OutOfMemory) {
      try pageTable.populate(page: address, entry: entry, exclusive: isExclusive, failures: &failures)
      return true
    } catch {
      return false
    }
  }
}

/// What a page table holds at one moment, but for what a fork may change: write protection, exclusive marks,
/// and whether blocks are folded.
public struct PageSnapshot: Hashable, Sendable {
  struct Page: Hashable, Sendable {
    var address: UInt64
    var word: UInt64
    var references: Int
    var mappings: Int
  }

  var pages: [Page] = []
  var tables: [PageTable.VisitedTable]
  var resident: ResidentCounters
}

extension AddressSpace where Map: ~Copyable {
  func pageSnapshot() -> PageSnapshot {
    var snapshot = PageSnapshot(tables: pageTable.reachableTables(), resident: pageTable.resident)
    let folios = machine.folios
    pageTable.forEachEntry { address, entry in
      var page = PageSnapshot.Page(
        address: address, word: entry.removing([.writable, .contiguous, .swapExclusive]).word, references: 0,
        mappings: 0)
      if entry.kind == .page {
        page.references = folios[folios.folio(at: entry.frame)].references
        page.mappings = folios.mappings(of: entry.frame)
      } else if entry.kind == .swap {
        page.references = folios.swapUsers(of: entry.swapSlot)
      }
      snapshot.pages.append(page)
    }
    return snapshot
  }
}
