import AddressSpaceModel
import CForkABI
import RangeMapCore

/// A range of a kernel's address space, as its tree has it.
package struct KernelArea: Hashable, Sendable {
  package var range: KeyRange
  /// The address of the vma. Two areas are the same object only if they agree in it.
  package var vma: UInt64
  package var file: UInt64
  package var filePage: UInt64
  package var flags: VmaFlags
  /// The context of the userfaultfd that watches it, 0 without one.
  package var watcher: UInt64
  /// Whether the entry is a live vma of this address space.
  package var isOwn: Bool

  package var pageCount: UInt64 { (range.countLessOne >> AddressLayout.pageShift) + 1 }
}

/// A page of a kernel's address space.
package struct KernelPage: Hashable, Sendable {
  package var frame: UInt64
  package var isPresent: Bool
  package var isWritable: Bool
  package var references: Int64
  package var mappings: Int64
  /// Of its folio: 2 to this power of pages.
  package var order: Int
  /// Whether one entry maps all pages of the folio. Kernel: `pmd_trans_huge()`.
  package var isHuge: Bool
}

extension KernelMachine {
  /// All areas in order.
  /// - Complexity: O(areas).
  package func areas(of space: KernelSpace) -> [KernelArea] {
    final class List { var areas: [KernelArea] = [] }
    let list = List()
    _ = table.pointee.areas(
      space.address,
      { context, area in
        guard let context, let area = area?.pointee else { return }
        Unmanaged<List>.fromOpaque(context).takeUnretainedValue().areas.append(
          KernelArea(
            range: KeyRange(area.start, area.end - 1), vma: area.vma, file: area.file, filePage: area.page,
            flags: VmaFlags(kernelFlags: area.flags), watcher: area.watcher, isOwn: area.is_own != 0))
      }, Unmanaged.passUnretained(list).toOpaque())
    return list.areas
  }

  /// The counters of an address space.
  package func counters(of space: KernelSpace) -> maplecheck_fork_counters {
    var counters = maplecheck_fork_counters()
    _ = table.pointee.counters(space.address, &counters)
    return counters
  }

  /// The pages of areas that are locked in memory, as the address space counts them. Kernel: `locked_vm`.
  package func lockedPages(of space: KernelSpace) -> UInt64 { counters(of: space).locked_pages }

  /// The page at an address; `nil` if there is none.
  package func page(at address: UInt64, in space: KernelSpace) -> KernelPage? {
    var size: UInt64 = 0
    return page(at: address, in: space, hole: &size)
  }

  /// - Parameter size: if there is no page, the bytes of the aligned hole that the address is in.
  private func page(at address: UInt64, in space: KernelSpace, hole size: inout UInt64) -> KernelPage? {
    var page = maplecheck_fork_page()
    guard table.pointee.page(space.address, address, &page) == 1 else {
      size = AddressLayout.pageSize << UInt64(page.order)
      return nil
    }
    return KernelPage(
      frame: page.frame, isPresent: page.is_present, isWritable: page.is_writable, references: page.references,
      mappings: page.mappings, order: Int(page.order),
      isHuge: page.is_huge)
  }

  /// All pages of areas, in order.
  /// - Complexity: O(areas + page tables).
  package func pages(of space: KernelSpace, _ areas: [KernelArea]) -> [(address: UInt64, page: KernelPage)] {
    var pages: [(address: UInt64, page: KernelPage)] = []
    for area in areas {
      var address = area.range.first
      while address <= area.range.last {
        var size = AddressLayout.pageSize
        if let page = page(at: address, in: space, hole: &size) { pages.append((address, page)) }
        address = address & ~(size - 1) + size
      }
    }
    return pages
  }

  /// The vmas that are found through a file, with the address space of each, 0 if the vma was freed.
  package func mappings(ofFile file: UInt64) -> [(space: UInt64, vma: UInt64)] {
    final class List { var vmas: [(space: UInt64, vma: UInt64)] = [] }
    let list = List()
    _ = table.pointee.mappings(
      file,
      { context, space, vma in
        guard let context else { return }
        Unmanaged<List>.fromOpaque(context).takeUnretainedValue().vmas.append((space, vma))
      }, Unmanaged.passUnretained(list).toOpaque())
    return list.vmas
  }
}
