import RangeMapCore

@testable import AddressSpaceModel

/// The laws that hold two page tables beside each other.
extension PageTableLaw {
  /// Whether the child reads in a range what the parent reads, right after a copy of it that did not fail.
  static func readViolations(parent: PageTable, child: PageTable, range: KeyRange) -> [PageTableViolation] {
    var found: [PageTableViolation] = []
    func compare(_ address: UInt64) {
      let old = parent.entry(at: address)
      let new = child.entry(at: address)
      guard !sameContents(old, new, parent.folios, child.folios) else { return }
      found.append(
        PageTableViolation(
          law: .childReadsWhatParentHad,
          message: "at 0x\(String(address, radix: 16)) the parent has \(old), the child \(new)"))
    }
    parent.forEachEntry(in: range) { address, _ in compare(address) }
    child.forEachEntry(in: range) { address, _ in if parent.entry(at: address).isNone { compare(address) } }
    return found
  }

  /// Where two forks of equal parents, one by one and in batches, ended in another way.
  ///
  /// What may differ, beside the counted steps: which frame an early copy is in; whether blocks are still together;
  /// soft-dirty marks where nobody tracks them; and in a shared mapping which of the child's entries may write, since a
  /// batch gives the whole run what one of its pages had. Counters are held against a walk by a law of their own.
  static func differences(
    oneByOne: (parent: PageTable, child: PageTable), batched: (parent: PageTable, child: PageTable),
    mapping: CopiedMapping
  ) -> [PageTableViolation] {
    var ignored: PageTableEntry.Marks = .contiguous
    if !mapping.tracksSoftDirty { ignored.insert(.softDirty) }
    var found = differences(oneByOne.parent, batched.parent, ignored)
    if mapping.isShared { ignored.insert(.writable) }
    found += differences(oneByOne.child, batched.child, ignored)
    return found
  }

  private static func differences(
    _ single: PageTable, _ batched: PageTable, _ ignored: PageTableEntry.Marks
  ) -> [PageTableViolation] {
    var messages: [String] = []
    if single.reachableTables() != batched.reachableTables() { messages.append("the tables are not the same") }
    var left: [(UInt64, PageTableEntry)] = []
    var right: [(UInt64, PageTableEntry)] = []
    single.forEachEntry { left.append(($0, $1)) }
    batched.forEachEntry { right.append(($0, $1)) }
    if left.count != right.count { messages.append("\(left.count) entries one by one, \(right.count) in batches") }
    for (one, other) in zip(left, right) where one.0 != other.0 || !same(one.1, single, other.1, batched, ignored) {
      messages.append("at 0x\(String(one.0, radix: 16)): \(one.1) one by one, \(other.1) in batches")
    }
    return messages.map {
      PageTableViolation(law: .batchEqualsOneByOne, message: "\(single.owner): \($0)")
    }
  }

  private static func same(
    _ one: PageTableEntry, _ single: PageTable, _ other: PageTableEntry, _ batched: PageTable,
    _ ignored: PageTableEntry.Marks
  ) -> Bool {
    guard one.marks.subtracting(ignored) == other.marks.subtracting(ignored), one.origin == other.origin,
      sameContents(one, other, single.folios, batched.folios)
    else { return false }
    guard one.kind == .page else { return true }
    let folio = single.folios[single.folios.folio(at: one.frame)]
    let otherFolio = batched.folios[batched.folios.folio(at: other.frame)]
    return (one.frame == other.frame || one.origin == .earlyCopy) && folio.references == otherFolio.references
      && folio.mappings == otherFolio.mappings
      && single.folios.mappings(of: one.frame) == batched.folios.mappings(of: other.frame)
      && single.folios.isExclusive(one.frame) == batched.folios.isExclusive(other.frame)
  }

  private static func sameContents(
    _ one: PageTableEntry, _ other: PageTableEntry, _ pool: FolioPool, _ otherPool: FolioPool
  ) -> Bool {
    guard one.kind == other.kind else { return false }
    return switch one.kind {
    case .none: true
    case .page: pool.contents(of: one.frame) == otherPool.contents(of: other.frame)
    case .swap: one.swapSlot == other.swapSlot
    case .special: one.frame == other.frame
    }
  }
}
