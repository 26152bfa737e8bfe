import AddressSpaceModel
import CForkABI
import RangeMapCore

/// What a model's address space and a kernel's both show, so that one can be held to the other.
struct SharedView: Equatable {
  struct Area: Equatable {
    var range: KeyRange
    var flags: VmaFlags
    /// Whether it maps a file.
    var hasFile: Bool
    var filePage: UInt64
  }

  struct Page: Equatable {
    var address: UInt64
    var isWritable: Bool
    /// Of its folio.
    var order: Int
  }

  var areas: [Area]
  var mapCount: Int
  var totalPages: UInt64
  var lockedPages: UInt64
  /// Page tables below the highest.
  var tables: Int
  var residentPages: Int
  var swappedPages: Int
  /// Pages charged against the commit limit, by all.
  var committedPages: UInt64
  var pages: [Page]

  /// - Complexity: O(n) in vmas and pages.
  init<Map: RangeMap & ~Copyable>(_ space: borrowing AddressSpace<Map>) {
    let machine = space.machine
    areas = space.vmas().map { vma in
      let vma = machine[vma]
      return Area(
        range: vma.range, flags: vma.flags.intersection(.known), hasFile: vma.file != nil,
        filePage: vma.file == nil ? 0 : vma.filePage)
    }
    mapCount = space.counters.mapCount
    totalPages = space.counters.totalPages
    lockedPages = space.counters.lockedPages
    tables = space.pageTable.tablePages
    residentPages = space.pageTable.resident.anonymous + space.pageTable.resident.file
    swappedPages = space.pageTable.resident.swap
    committedPages = machine.committedPages
    var pages: [Page] = []
    space.pageTable.forEachEntry { address, entry in
      let folios = machine.folios
      let order = entry.kind == .page ? folios[folios.folio(at: entry.frame)].order : 0
      pages.append(Page(address: address, isWritable: entry.isWritable, order: order))
    }
    self.pages = pages
  }

  /// - Parameter pages: the addresses that are looked at; the count of resident pages tells of others.
  /// - Complexity: O(n) in vmas and pages.
  init(_ space: KernelSpace, on machine: KernelMachine, pages addresses: [UInt64]) {
    areas = machine.areas(of: space).map {
      Area(
        range: $0.range, flags: $0.flags, hasFile: $0.file != 0, filePage: $0.file == 0 ? 0 : $0.filePage)
    }
    let counters = machine.counters(of: space)
    mapCount = Int(counters.areas)
    totalPages = counters.total_pages
    lockedPages = counters.locked_pages
    tables = Int(counters.table_bytes / AddressLayout.pageSize)
    residentPages = Int(counters.anonymous_pages + counters.file_pages + counters.shared_pages)
    swappedPages = Int(counters.swapped_pages)
    committedPages = UInt64(machine.committedPages)
    pages = addresses.compactMap { address in
      machine.page(at: address, in: space).map { Page(address: address, isWritable: $0.isWritable, order: $0.order) }
    }
  }

  /// The first thing in which the model differs from a kernel, in words.
  func difference(fromKernel kernel: SharedView) -> String? {
    func differs<Value: Equatable>(_ what: String, _ field: KeyPath<SharedView, Value>) -> String? {
      self[keyPath: field] == kernel[keyPath: field]
        ? nil : "\(what): \(self[keyPath: field]) in the model, \(kernel[keyPath: field]) in the kernel"
    }
    if areas.count == kernel.areas.count {
      for (ours, theirs) in zip(areas, kernel.areas) where ours != theirs {
        return "an area: \(ours) in the model, \(theirs) in the kernel"
      }
    }
    if let text = differs("areas", \.areas.count) ?? differs("map_count", \.mapCount)
      ?? differs("total_vm", \.totalPages) ?? differs("locked_vm", \.lockedPages)
      ?? differs("resident pages", \.residentPages) ?? differs("swapped pages", \.swappedPages)
      ?? differs("page tables", \.tables)
      ?? differs("committed pages", \.committedPages) ?? differs("pages", \.pages.count)
    {
      return text
    }
    for (ours, theirs) in zip(pages, kernel.pages) where ours != theirs {
      return "a page: \(ours) in the model, \(theirs) in the kernel"
    }
    return nil
  }
}
