/// The shape of a page table: how many levels, how many entries a table, how many bytes a page.
///
/// Level 0 holds the entries of pages; the highest level is the table that an address space always has.
/// Kernel, from level 0 up, with four levels: PTE, PMD, PUD, PGD.
public struct PageTableGeometry: Hashable, Sendable {
  /// The number of levels.
  public let levels: Int
  /// The base-2 logarithm of the number of entries of a table.
  public let entryBits: Int
  /// The base-2 logarithm of the number of bytes of a page.
  public let pageShift: Int
  /// The base-2 logarithm of the number of entries of a contiguous block, 0 where there are no blocks.
  public let blockBits: Int

  /// - Precondition: the address space has between 1 page and 2 to the power of 63 bytes, and a block fits a table.
  public init(levels: Int, entryBits: Int, pageShift: Int = 12, blockBits: Int = 0) {
    precondition(levels >= 2 && entryBits >= 1 && pageShift >= 1, "two levels, two entries and two bytes at least")
    precondition(levels * entryBits + pageShift <= 63 && blockBits <= entryBits, "the shape fits an address")
    self.levels = levels
    self.entryBits = entryBits
    self.pageShift = pageShift
    self.blockBits = blockBits
  }

  /// Four levels of 512 entries, pages of 4 KiB, no blocks.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let x86_64 = PageTableGeometry(levels: 4, entryBits: 9)
  /// As `x86_64`, with contiguous blocks of 16 entries.
  public static let arm64 = PageTableGeometry(levels: 4, entryBits: 9, blockBits: 4)
  /// Four levels of 4 entries, blocks of 2: 256 pages in all.
  public static let tiny = PageTableGeometry(levels: 4, entryBits: 2, blockBits: 1)
  /// Four levels of 2 entries: 16 pages in all, few enough to try everything.
  public static let smallest = PageTableGeometry(levels: 4, entryBits: 1)

  /// The number of entries of a table.
  public var entries: Int { 1 << entryBits }
  /// The number of entries of a contiguous block; 1 where there are no blocks.
  public var blockEntries: Int { 1 << blockBits }
  /// The number of bytes of a page.
  public var pageSize: UInt64 { 1 << UInt64(pageShift) }
  /// The first address that is above the address space.
  public var addressLimit: UInt64 { 1 << UInt64(pageShift + levels * entryBits) }

  /// The number of bytes that one entry of a level covers.
  public func entrySpan(_ level: Int) -> UInt64 { 1 << UInt64(pageShift + level * entryBits) }

  /// The number of bytes that one table of a level covers: one entry of the level above.
  public func tableSpan(_ level: Int) -> UInt64 { entrySpan(level + 1) }

  /// The place of an address in its table of a level.
  func slot(of address: UInt64, level: Int) -> Int {
    Int((address >> UInt64(pageShift + level * entryBits)) & UInt64(entries - 1))
  }

  /// The address rounded down to a multiple of `span`, which is a power of two.
  static func roundDown(_ address: UInt64, to span: UInt64) -> UInt64 { address & ~(span &- 1) }

  /// The end of the table's span that `address` is in, or `end` if that comes first. An end of 0 is the top of all
  /// addresses. Kernel: `pmd_addr_end()` and its like.
  static func spanEnd(of address: UInt64, end: UInt64, span: UInt64) -> UInt64 {
    let boundary = roundDown(address, to: span) &+ span
    return boundary &- 1 < end &- 1 ? boundary : end
  }
}
