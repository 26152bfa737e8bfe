import RangeMapCore

/// The resident pages of an address space, as the kernel counts them. Kernel: `mm->rss_stat`.
public struct ResidentCounters: Hashable, Sendable {
  /// Pages of anonymous folios. Kernel: `MM_ANONPAGES`.
  public var anonymous = 0
  /// Pages of file folios. Kernel: `MM_FILEPAGES`.
  public var file = 0
  /// Entries that lead to swap. Kernel: `MM_SWAPENTS`.
  public var swap = 0

  public init() {}
}

/// The page table of one address space: tables of entries, a level above the other, made as pages are touched.
///
/// The highest table always exists and is counted nowhere, as in the kernel. A table of any other level is one
/// `.pageTablePage` of the owner in the ledger. Addresses are in bytes.
public final class PageTable {
  public let geometry: PageTableGeometry
  public let ledger: ResourceLedger
  public let owner: ResourceOwner
  public let folios: FolioPool

  /// All tables, one after another; table 0 is the highest. An entry of an upper table is the number of the table
  /// below, or 0; an entry of a lowest table is a `PageTableEntry`.
  @exclusivity(unchecked) var slots: [UInt64]
  private var tokens: [ResourceToken?] = [nil]
  private var freeNumbers: [Int] = []
  private var pageTallies: [ResourceToken?]
  private var swapTally: ResourceToken?

  /// The tables of each level below the highest, level 0 first.
  public internal(set) var tablePagesByLevel: [Int]
  /// The resident pages.
  public internal(set) var resident = ResidentCounters()
  /// Blocks that had to be taken apart because a part of them changed.
  public internal(set) var unfoldedBlocks = 0
  /// Blocks that were put together.
  public internal(set) var foldedBlocks = 0

  /// An empty page table. All tables that share pages, as after a fork, need one pool and one ledger.
  public init(
    geometry: PageTableGeometry = .x86_64, ledger: ResourceLedger, owner: ResourceOwner, folios: FolioPool
  ) {
    self.geometry = geometry
    self.ledger = ledger
    self.owner = owner
    self.folios = folios
    slots = Array(repeating: 0, count: geometry.entries)
    pageTallies = Array(repeating: nil, count: PageTableEntry.Origin.allCases.count)
    tablePagesByLevel = Array(repeating: 0, count: geometry.levels - 1)
  }

  /// The tables below the highest, as counted. Kernel: `mm_pgtables_bytes()`, in pages.
  public var tablePages: Int { tablePagesByLevel.reduce(0, +) }

  /// Whether no table but the highest is left, and nothing is resident, as after a complete teardown.
  public var isEmpty: Bool { tablePages == 0 && resident == ResidentCounters() }

  /// The place of an entry in `slots`.
  @inline(__always)
  func place(_ table: Int, _ slot: Int) -> Int { table << geometry.entryBits | slot }

  /// The lowest table that holds an address's entry, if there is one.
  func lowestTable(of address: UInt64) -> Int? {
    var table = 0
    for level in stride(from: geometry.levels - 1, to: 0, by: -1) {
      table = Int(slots[place(table, geometry.slot(of: address, level: level))])
      if table == 0 { return nil }
    }
    return table
  }

  /// Makes the table below an upper table's entry, unless it is there. `level` is that of the table made.
  func makeTable(
    below table: Int, slot: Int, level: Int, address: UInt64, failures: inout FailurePlan
  ) throws(OutOfMemory) -> Int {
    let present = Int(slots[place(table, slot)])
    if present != 0 { return present }
    if failures.step(.pageTablePage) { throw OutOfMemory(.pageTablePage) }
    let number = freeNumbers.popLast() ?? tokens.count
    let first = number << geometry.entryBits
    let token = ledger.take(
      .pageTablePage, owner: owner, at: "page table",
      address: PageTableGeometry.roundDown(address, to: geometry.tableSpan(level)))
    if number == tokens.count {
      tokens.append(token)
      slots.append(contentsOf: repeatElement(0, count: geometry.entries))
    } else {
      tokens[number] = token
      for index in first..<first + geometry.entries { slots[index] = 0 }
    }
    tablePagesByLevel[level] += 1
    slots[place(table, slot)] = UInt64(number)
    return number
  }

  /// Frees the table below an upper table's entry. `level` is that of the table freed.
  func releaseTable(below table: Int, slot: Int, level: Int, counts: Bool = true) {
    let number = Int(slots[place(table, slot)])
    slots[place(table, slot)] = 0
    if let token = tokens[number] { ledger.release(token) }
    tokens[number] = nil
    freeNumbers.append(number)
    if counts { tablePagesByLevel[level] -= 1 }
  }

  /// Makes all tables that lead to an address, the lowest included. What was made before a failure stays.
  func makeLowestTable(of address: UInt64, failures: inout FailurePlan) throws(OutOfMemory) -> Int {
    var table = 0
    for level in stride(from: geometry.levels - 1, to: 0, by: -1) {
      table = try makeTable(
        below: table, slot: geometry.slot(of: address, level: level), level: level - 1, address: address,
        failures: &failures)
    }
    return table
  }

  /// Notes that the step took references of pages.
  func countReferences(_ count: Int, of origin: PageTableEntry.Origin) {
    let index = Int(origin.rawValue)
    let tally = pageTallies[index] ?? ledger.openTally(.folioReference, owner: owner, at: origin.place)
    pageTallies[index] = tally
    ledger.add(UInt64(count), to: tally)
  }

  /// Notes that references of pages were given back.
  func uncountReferences(_ count: Int, of origin: PageTableEntry.Origin) {
    guard count > 0, let tally = pageTallies[Int(origin.rawValue)] else { return }
    ledger.subtract(UInt64(count), from: tally)
  }

  /// Notes one more user of a swap slot, and `uncountSwap(_:)` that some are gone.
  func countSwap() {
    let tally = swapTally ?? ledger.openTally(.swapEntry, owner: owner, at: "page table")
    swapTally = tally
    ledger.add(1, to: tally)
    resident.swap += 1
  }

  func uncountSwap(_ count: Int) {
    guard count > 0, let tally = swapTally else { return }
    ledger.subtract(UInt64(count), from: tally)
    resident.swap -= count
  }

  /// Counts resident pages of a folio's kind.
  func countResident(_ count: Int, _ contents: FolioContents) {
    switch contents {
    case .anonymous: resident.anonymous += count
    case .file: resident.file += count
    }
  }
}
