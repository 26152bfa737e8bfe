import RangeMapCore
import Testing

@testable import AddressSpaceModel

/// One row of the table of worked examples: an area, its neighbours, and what of its tables must be left.
struct FreeingVector: CustomTestStringConvertible, Sendable {
  let name: String
  let first: UInt64
  let end: UInt64
  let floor: UInt64
  let ceiling: UInt64
  /// The tables that stay: level, first address.
  let kept: [[UInt64]]

  var testDescription: String { name }

  static let all: [FreeingVector] = [
    vector("V1", 0x400000, 0x401000, 0, 0, []),
    vector("V2", 0x400000, 0x401000, 0, 0x500000, [[2, 0], [1, 0], [0, 0x400000]]),
    vector("V3", 0x400000, 0x401000, 0, 0x600000, [[2, 0], [1, 0]]),
    vector("V4", 0x400000, 0x401000, 0, 0x4000_0000, [[2, 0]]),
    vector("V5", 0x400000, 0x401000, 0, 0x8000_0000, [[2, 0]]),
    vector("V6", 0x400000, 0x401000, 0, 0x80_0000_0000, []),
    vector("V8", 0x400000, 0x401000, 0x3ff000, 0, [[2, 0], [1, 0]]),
    vector("V9", 0x400000, 0x401000, 0x400000, 0, [[2, 0], [1, 0]]),
    vector("V11", 0x5ff000, 0x601000, 0, 0, []),
    vector("V12", 0x5ff000, 0x601000, 0, 0x700000, [[2, 0], [1, 0], [0, 0x600000]]),
    vector("V13", 0x5ff000, 0x601000, 0x5fe000, 0x700000, [[2, 0], [1, 0], [0, 0x400000], [0, 0x600000]]),
    vector("V14", 0x3fff_f000, 0x4000_1000, 0, 0, []),
    vector("V15", 0x3fff_f000, 0x4000_1000, 0, 0x8000_0000, [[2, 0]]),
    vector("V16", 0x3fff_f000, 0x4000_1000, 0x1000, 0x80_0000_0000, [[2, 0], [1, 0]]),
    vector("V17", 0x1000, 0x2000, 0, 0x1ff000, [[2, 0], [1, 0], [0, 0]]),
  ]

  private static func vector(
    _ name: String, _ first: UInt64, _ end: UInt64, _ floor: UInt64, _ ceiling: UInt64, _ kept: [[UInt64]]
  ) -> FreeingVector {
    FreeingVector(name: name, first: first, end: end, floor: floor, ceiling: ceiling, kept: kept)
  }
}

@Suite("Freeing tables: the worked examples")
struct TableFreeingVectorTests {
  @Test("each example keeps what it must keep and frees the rest", arguments: FreeingVector.all)
  func vector(_ vector: FreeingVector) throws {
    let table = TableBench(.x86_64).parent
    try table.makeTables(for: KeyRange(vector.first, vector.end - 1))
    table.freeRange(address: vector.first, end: vector.end, floor: vector.floor, ceiling: vector.ceiling)
    #expect(table.reachableTables().map { [UInt64($0.level), $0.address] } == vector.kept)
    #expect(table.tablePages == vector.kept.count)
    #expect(PageTableLaw.violations([table]).isEmpty)
  }

  @Test("the start of a mapping that was never copied is no ceiling: in its table's span, tables leak")
  func rejectedCeilingLeaks() throws {
    let table = TableBench(.x86_64).parent
    try table.makeTables(for: KeyRange(0x400000, 0x400fff))
    table.freeTables(of: [KeyRange(0x400000, 0x400fff)], floor: 0, ceiling: 0x500000)
    #expect(PageTableLaw.teardownViolations(table).contains { $0.law == .nothingLeftAfterTeardown })
    table.freeTables(of: [KeyRange(0x400000, 0x400fff)], floor: 0, ceiling: 0)
    #expect(PageTableLaw.teardownViolations(table).isEmpty)
  }

  @Test("the tables of a page are a resource of their owner, by address")
  func ledgerNamesTables() throws {
    let bench = TableBench(.x86_64)
    try bench.parent.makeTables(for: KeyRange(0x4020_1000, 0x4020_1fff))
    let held = bench.ledger.outstanding(owner: .parent)
    #expect(held.map(\.address) == [0, 0x4000_0000, 0x4020_0000])
    #expect(held.last?.description == "1 page table page of parent, taken by page table for 0x40200000")
  }
}
