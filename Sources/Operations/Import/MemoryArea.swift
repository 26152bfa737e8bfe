import RangeMapCore

/// What the pages of an area come from.
enum MemoryBacking: Hashable, Sendable {
  /// Private memory without a file. Neighbours of this kind are one area if their attributes agree.
  case anonymous
  /// A file, or shared memory, that one call of `mmap` mapped: the call's number, and the page of it that comes first.
  ///
  /// A log does not tell which files are the same, so two calls are two objects. The kernel would make one area of two
  /// calls that map neighbouring parts of one file to neighbouring places; here they stay two.
  case object(UInt64, firstPage: UInt64)

  /// The backing of the pages from `count` on.
  func advanced(by count: UInt64) -> MemoryBacking {
    switch self {
    case .anonymous: .anonymous
    case .object(let number, let firstPage): .object(number, firstPage: firstPage &+ count)
    }
  }
}

extension MemoryBacking {
  /// Another page of the same object.
  func at(_ page: UInt64) -> MemoryBacking {
    switch self {
    case .anonymous: .anonymous
    case .object(let number, _): .object(number, firstPage: page)
    }
  }
}

/// One virtual memory area of an imported process. Kernel: `struct vm_area_struct`, of which it has
/// what decides on the tree.
struct MemoryArea: Hashable, Sendable {
  /// Page numbers: addresses divided by 4096.
  var pages: KeyRange
  var attributes: MemoryAttributes
  var backing: MemoryBacking
  /// What the tree holds for the area: stands for the area's address in the kernel, and is never used for two areas.
  var entry: Entry

  /// The number of pages.
  var count: UInt64 { pages.countLessOne &+ 1 }

  /// The part of the area from a page of it on, with the same entry.
  func from(_ page: UInt64) -> MemoryArea {
    var area = self
    area.backing = backing.advanced(by: page - pages.first)
    area.pages.first = page
    return area
  }

  /// Whether the two are neighbours that the kernel would join. Kernel: `can_vma_merge_after()`, without its test
  /// of the areas' anonymous pages, of which a log says nothing.
  func isContinued(by next: MemoryArea) -> Bool {
    pages.last != .max && pages.last + 1 == next.pages.first && attributes == next.attributes
      && !attributes.contains(.pooledHugePages) && backing.advanced(by: count) == next.backing
  }
}
