import AddressSpaceModel
import Operations
import RangeMapCore

/// An address space to fork, as a list of mappings and of pages to touch.
public struct ForkLayout: Sendable {
  public var name: String
  public var mappings: [MappingRequest]
  /// The mappings of which the first and the last page are touched, by their place.
  public var touched: [Int]

  public init(name: String, mappings: [MappingRequest], touched: [Int]) {
    self.name = name
    self.mappings = mappings
    self.touched = touched
  }

  /// An address space with exactly these mappings.
  /// - Throws: `AddressSpaceError` where one does not fit.
  public func makeSpace<Map: RangeMap & ~Copyable>(
    makeMap: @escaping (MapConfiguration) -> Map
  ) throws(AddressSpaceError) -> AddressSpace<Map> {
    var space = AddressSpace(machine: Machine(), owner: .parent, makeMap: makeMap)
    space.mapCountLimit = max(space.mapCountLimit, mappings.count + 1)
    let files = (mappings.compactMap(\.file).max() ?? -1) + 1
    for _ in 0..<files { _ = space.machine.newFile() }
    for mapping in mappings { try space.map(mapping) }
    for place in touched {
      let range = mappings[place].range
      try space.touch(.single(range.first))
      try space.touch(.single(range.last & ~(AddressLayout.pageSize - 1)))
    }
    return space
  }
}

extension ForkLayout {
  /// A designed layout of `count` vmas of one page each, with one page between each two.
  ///
  /// Every tenth maps a file, every twentieth shares it; every 97th is not inherited, every 89th is wiped; every
  /// third is
  /// touched.
  public static func designed(count: Int) -> ForkLayout {
    var layout = ForkLayout(name: "designed \(count)", mappings: [], touched: [])
    for place in 0..<count {
      let page = 0x400 + 2 * UInt64(place)
      var request = MappingRequest(KeyRange(page << 12, page << 12 | 0xfff), [.readable, .writable])
      if place % 10 == 0 {
        request.file = place / 10 % 8
        request.filePage = UInt64(place)
      }
      if place % 20 == 0 { request.flags.insert(.shared) }
      if place % 97 == 0 { request.flags.insert(.dontCopy) }
      if place % 89 == 0 { request.flags.insert(.wipeOnFork) }
      if place % 3 == 0 { layout.touched.append(place) }
      layout.mappings.append(request)
    }
    return layout
  }

  /// The areas of a live process, as `/proc/PID/maps` lists them; kernel memory that it may list too is left out.
  /// - Throws: `ScriptError` for the first line that is not one of a maps file.
  public static func maps(_ bytes: [UInt8], file: String) throws(ScriptError) -> ForkLayout {
    var layout = ForkLayout(name: file, mappings: [], touched: [])
    var files: [ArraySlice<UInt8>: Int] = [:]
    for (pages, line) in try MapsImport.areas(from: bytes, file: file) {
      guard pages.last < AddressLayout.userEnd >> AddressLayout.pageShift else { continue }
      let words = line.split(separator: UInt8(ascii: " "))
      var request = MappingRequest(KeyRange(pages.first << 12, pages.last << 12 | 0xfff), [])
      for (letter, flag) in zip("rwxs", [VmaFlags.readable, .writable, .executable, .shared]) {
        if words[1].contains(letter.asciiValue ?? 0) { request.flags.insert(flag) }
      }
      if words.count > 5, words[5].first == UInt8(ascii: "/") {
        // The name is all that follows, blanks and all.
        let name = line[words[5].startIndex...]
        request.file = files[name, default: files.count]
        files[name] = request.file
        request.filePage =
          (UInt64(String(decoding: words[2], as: UTF8.self), radix: 16) ?? 0) >> AddressLayout.pageShift
      }
      layout.touched.append(layout.mappings.count)
      layout.mappings.append(request)
    }
    return layout
  }

  /// What an address space maps, each vma touched at both ends where it can be read.
  public init<Map: RangeMap & ~Copyable>(name: String, of space: borrowing AddressSpace<Map>) {
    self.init(name: name, mappings: [], touched: [])
    for vma in space.vmas() {
      let found = space.machine[vma]
      if found.flags.contains(.readable) { touched.append(mappings.count) }
      mappings.append(
        MappingRequest(found.range, found.flags.subtracting(.accounted), file: found.file, filePage: found.filePage))
    }
  }
}
