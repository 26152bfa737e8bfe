import RangeMapCore

/// What must hold of page tables and of the pages they map, each law by its name.
public enum PageTableLaw: CaseIterable, Hashable, Sendable {
  /// At every instant a folio has as many references as mappings, or more.
  case referencesCoverMappings
  /// The counters of residents, mappings and swap users are what a walk of all tables counts.
  case countersMatchWalk
  /// In a contiguous block all entries have the mark, or none; and if they have it, their pages follow one another.
  case contiguousBlocksWhole
  /// A page that more than one entry maps is not marked exclusive.
  case exclusiveMarkClearedOnShare
  /// A pinned page of anonymous memory is mapped once, and is still exclusive.
  case pinnedPageNeverShared
  /// An entry that may write to a page of anonymous memory is the only one that maps it.
  case writableOnlyIfAlone
  /// The count of table pages is that of the tables that can be reached, level by level, and the ledger agrees.
  case tablePagesMatchReachable
  /// After a teardown there is no table, resident page or ledger entry left.
  case nothingLeftAfterTeardown
  /// A batch ends with what one by one ends with, but for the counted steps.
  case batchEqualsOneByOne
  /// The child reads what the parent had when it forked.
  case childReadsWhatParentHad
}

/// A law that does not hold, and where.
public struct PageTableViolation: Error, Hashable, Sendable {
  public let law: PageTableLaw
  public let message: String
}

extension PageTableViolation: CustomStringConvertible {
  public var description: String { "\(law): \(message)" }
}

extension PageTableLaw {
  /// The law that must hold at every instant, in the middle of a step too.
  ///
  /// - Complexity: O(folios).
  public static func instantViolations(_ folios: FolioPool) -> [PageTableViolation] {
    folios.liveFolioList().filter { $0.references < $0.mappings }.map { folio in
      PageTableViolation(
        law: .referencesCoverMappings,
        message: "folio \(folio.identifier.number) has \(folio.references) references and \(folio.mappings) mappings")
    }
  }

  /// The laws that hold whenever no step is half done.
  ///
  /// - Parameter tables: All page tables whose entries map pages of their one pool.
  /// - Complexity: O(tables + entries + frames).
  public static func violations(_ tables: [PageTable]) -> [PageTableViolation] {
    guard let folios = tables.first?.folios else { return [] }
    let mapped = MappedPages(tables)
    var found = instantViolations(folios)
    found += mapped.violations(folios)
    for table in tables {
      found += table.residentViolations() + table.blockViolations() + table.tableCountViolations()
    }
    found += folios.faults.map { PageTableViolation(law: .countersMatchWalk, message: "\($0)") }
    let faults = tables[0].ledger.faults
    return found + faults.map { PageTableViolation(law: .countersMatchWalk, message: "\($0)") }
  }

  /// The law of a page table that was torn down.
  public static func teardownViolations(_ table: PageTable) -> [PageTableViolation] {
    var messages = table.reachableTables().map {
      "a table of level \($0.level) at 0x\(String($0.address, radix: 16)) is left"
    }
    if table.tablePages != 0 { messages.append("\(table.tablePages) table pages are counted") }
    if table.resident != ResidentCounters() { messages.append("\(table.resident) is resident") }
    let kinds: [ResourceKind] = [.pageTablePage, .folioReference, .swapEntry]
    messages += table.ledger.outstanding(owner: table.owner).filter { kinds.contains($0.kind) }.map { "\($0)" }
    return messages.map { PageTableViolation(law: .nothingLeftAfterTeardown, message: $0) }
  }
}

/// How often the entries of some page tables map each frame.
private struct MappedPages {
  private var counts: [UInt64: Int] = [:]
  private var swapUsers: [UInt64: Int] = [:]
  private var writable: Set<UInt64> = []

  init(_ tables: [PageTable]) {
    for table in tables {
      table.forEachEntry { _, entry in
        switch entry.kind {
        case .page:
          counts[entry.frame.number, default: 0] += 1
          if entry.isWritable { writable.insert(entry.frame.number) }
        case .swap: swapUsers[entry.swapSlot, default: 0] += 1
        case .none, .special: break
        }
      }
    }
  }

  func violations(_ folios: FolioPool) -> [PageTableViolation] {
    var found: [PageTableViolation] = []
    for folio in folios.liveFolioList() {
      var total = 0
      for index in 0..<folio.pageCount {
        let frame = folio.frame.advanced(by: index)
        total += counts[frame.number, default: 0]
        found += pageViolations(frame, of: folio, folios)
      }
      if folio.mappings != total {
        found.append(
          PageTableViolation(
            law: .countersMatchWalk,
            message: "folio \(folio.identifier.number) counts \(folio.mappings) mappings, the entries \(total)"))
      }
    }
    for slot in 0..<folios.swapSlots where folios.swapUsers(of: UInt64(slot)) != swapUsers[UInt64(slot), default: 0] {
      found.append(
        PageTableViolation(
          law: .countersMatchWalk,
          message: "swap slot \(slot) counts \(folios.swapUsers(of: UInt64(slot))) users, the entries "
            + "\(swapUsers[UInt64(slot), default: 0])"))
    }
    return found
  }

  private func pageViolations(_ frame: FrameNumber, of folio: Folio, _ folios: FolioPool) -> [PageTableViolation] {
    var found: [PageTableViolation] = []
    func report(_ law: PageTableLaw, _ message: String) {
      found.append(PageTableViolation(law: law, message: "page \(frame.number) \(message)"))
    }
    let mappings = counts[frame.number, default: 0]
    if folios.mappings(of: frame) != mappings {
      report(.countersMatchWalk, "counts \(folios.mappings(of: frame)) mappings, the entries \(mappings)")
    }
    guard folio.contents == .anonymous else { return found }
    let exclusive = folios.isExclusive(frame)
    if exclusive, mappings > 1 { report(.exclusiveMarkClearedOnShare, "is exclusive and mapped \(mappings) times") }
    if folios.isPinned(frame), mappings > 1 || (mappings == 1 && !exclusive) {
      report(.pinnedPageNeverShared, "is pinned, mapped \(mappings) times, \(exclusive ? "" : "not ")exclusive")
    }
    if mappings > 1, writable.contains(frame.number) {
      report(.writableOnlyIfAlone, "is mapped \(mappings) times and writable")
    }
    return found
  }
}

extension PageTable {
  fileprivate func residentViolations() -> [PageTableViolation] {
    let walked = walkedResident()
    guard walked != resident else { return [] }
    return [
      PageTableViolation(law: .countersMatchWalk, message: "\(owner) counts \(resident), the entries \(walked)")
    ]
  }

  fileprivate func blockViolations() -> [PageTableViolation] {
    guard geometry.blockBits > 0 else { return [] }
    var found: [PageTableViolation] = []
    forEachEntry { address, entry in
      guard entry.isContiguous else { return }
      let block = PageTableGeometry.roundDown(address, to: geometry.pageSize << UInt64(geometry.blockBits))
      let head = self.entry(at: block)
      let distance = Int((address - block) / geometry.pageSize)
      let whole = (0..<geometry.blockEntries).allSatisfy {
        self.entry(at: block + UInt64($0) * geometry.pageSize).isContiguous
      }
      let aligned = head.frame.number & UInt64(geometry.blockEntries - 1) == 0
      guard head.kind == .page, aligned, whole, entry.continues(head, by: distance) else {
        found.append(
          PageTableViolation(
            law: .contiguousBlocksWhole, message: "\(owner) at 0x\(String(address, radix: 16)): \(entry)"))
        return
      }
    }
    return found
  }

  fileprivate func tableCountViolations() -> [PageTableViolation] {
    var reachable = Array(repeating: 0, count: geometry.levels - 1)
    for table in reachableTables() { reachable[table.level] += 1 }
    let taken = ledger.amount(.pageTablePage, owner: owner)
    guard reachable != tablePagesByLevel || taken != UInt64(tablePages) else { return [] }
    return [
      PageTableViolation(
        law: .tablePagesMatchReachable,
        message: "\(owner) counts \(tablePagesByLevel) tables by level, can reach \(reachable), the ledger has \(taken)"
      )
    ]
  }
}
