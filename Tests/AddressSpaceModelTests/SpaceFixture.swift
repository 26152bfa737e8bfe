import MapleTreeModule
import RangeMapCore

@testable import AddressSpaceModel

typealias TreeSpace = AddressSpace<MapleTreeSubject>

/// Makes an empty address space on a tree with few slots a node, so that a dozen vmas make it tall.
func makeSpace(_ geometry: GeometryName = .tiny) -> TreeSpace {
  var configuration = MapConfiguration.addressSpaceTree
  configuration.geometry = geometry
  return AddressSpace(machine: Machine(), owner: .parent, configuration: configuration) {
    MapleTreeSubject(configuration: $0)
  }
}

/// The pages from number `first` through `last`.
func pages(_ first: UInt64, _ last: UInt64) -> KeyRange { KeyRange(first << 12, last << 12 | 0xfff) }

/// What a page is, as far as a program can tell.
struct PageView: Hashable {
  var flags: VmaFlags
  var file: Int?
  var filePage: UInt64?
}

/// The reference for calls on an address space: what each page is, in a dictionary.
struct PageModel: Equatable {
  var pages: [UInt64: PageView] = [:]

  mutating func map(_ request: MappingRequest) {
    var flags = request.flags
    if flags.contains(.writable), flags.isDisjoint(with: [.shared, .noReserve, .hugePage]) { flags.insert(.accounted) }
    for page in numbers(request.range) {
      let offset = page - request.range.first >> 12
      pages[page] = PageView(
        flags: flags, file: request.file, filePage: request.file == nil ? nil : request.filePage + offset)
    }
  }

  mutating func unmap(_ range: KeyRange) { for page in numbers(range) { pages[page] = nil } }

  mutating func protect(_ range: KeyRange, _ protection: VmaFlags) {
    for page in numbers(range) {
      guard var view = pages[page] else { return }
      let was = view.flags
      view.flags = was.subtracting(.protection).union(protection)
      if view.flags.contains(.writable), !was.contains(.writable),
        view.flags.isDisjoint(with: [.shared, .noReserve, .hugePage])
      {
        view.flags.insert(.accounted)
      }
      pages[page] = view
    }
  }

  mutating func advise(_ range: KeyRange, removing: VmaFlags, adding: VmaFlags) {
    for page in numbers(range) { pages[page]?.flags.subtract(removing) }
    for page in numbers(range) { pages[page]?.flags.formUnion(adding) }
  }

  mutating func move(_ old: KeyRange, to new: UInt64) {
    let moved = numbers(old).map { pages[$0] }
    unmap(old)
    for (offset, view) in moved.enumerated() { pages[new >> 12 + UInt64(offset)] = view }
  }

  func numbers(_ range: KeyRange) -> ClosedRange<UInt64> { range.first >> 12...range.last >> 12 }
}

extension AddressSpace where Map: ~Copyable {
  /// What each page is.
  var view: PageModel {
    var model = PageModel()
    for vma in vmas() {
      for page in model.numbers(machine[vma].range) {
        model.pages[page] = PageView(
          flags: machine[vma].flags, file: machine[vma].file,
          filePage: machine[vma].file == nil ? nil : machine[vma].filePage(at: page << 12))
      }
    }
    return model
  }

  /// The addresses of all touched pages.
  var touchedPages: [UInt64] {
    var addresses: [UInt64] = []
    pageTable.forEachEntry { address, _ in addresses.append(address) }
    return addresses
  }
}
