import RangeMapCore
import Testing

@testable import AddressSpaceModel

/// Two page tables of one machine, before a fork.
struct TableBench {
  let ledger = ResourceLedger()
  let folios: FolioPool
  let parent: PageTable
  let child: PageTable

  init(_ geometry: PageTableGeometry, swapCountLimit: Int = 62) {
    folios = FolioPool(swapCountLimit: swapCountLimit)
    parent = PageTable(geometry: geometry, ledger: ledger, owner: .parent, folios: folios)
    child = PageTable(geometry: geometry, ledger: ledger, owner: .child, folios: folios)
  }

  var pageSize: UInt64 { parent.geometry.pageSize }

  /// The address of a page, by its number.
  func address(_ page: Int) -> UInt64 { UInt64(page) * pageSize }

  /// A range of pages, by their numbers.
  func pages(_ range: Range<Int>) -> KeyRange { KeyRange(address(range.lowerBound), address(range.upperBound) - 1) }

  /// Clears all and frees all tables of both sides.
  func tearDown() {
    for table in [child, parent] {
      table.clear(.all)
      table.freeTables(of: [KeyRange(0, table.geometry.addressLimit - 1)], floor: 0, ceiling: 0)
    }
  }

  /// What is wrong with both sides, and after a teardown of both.
  func violationsThenTeardown() -> [PageTableViolation] {
    var found = PageTableLaw.violations([parent, child])
    tearDown()
    found += PageTableLaw.teardownViolations(child) + PageTableLaw.teardownViolations(parent)
    if folios.liveFolios != 0 {
      found.append(
        PageTableViolation(law: .nothingLeftAfterTeardown, message: "\(folios.liveFolios) folios are left"))
    }
    return found
  }
}

extension PageTable {
  /// Makes the tables for all pages of a range, with nothing in them.
  func makeTables(for range: KeyRange) throws {
    var failures = FailurePlan.none
    var address = range.first
    while address <= range.last {
      _ = try makeLowestTable(of: address, failures: &failures)
      address = PageTableGeometry.roundDown(address, to: geometry.tableSpan(0)) + geometry.tableSpan(0)
    }
  }
}

/// Which tables a set of mappings needs: those whose span one of them touches. The model that freeing is held against.
func neededTables(_ mappings: [KeyRange], _ geometry: PageTableGeometry) -> Set<PageTable.VisitedTable> {
  var needed: Set<PageTable.VisitedTable> = []
  for mapping in mappings {
    for level in 0..<geometry.levels - 1 {
      let span = geometry.tableSpan(level)
      for table in mapping.first / span...mapping.last / span {
        needed.insert(PageTable.VisitedTable(level: level, address: table * span))
      }
    }
  }
  return needed
}
