import AddressSpaceModel
import RangeMapCore

/// A heap that shrinks by a run of pages and gets them back one by one, each touched as soon as it is there: what the
/// page_test of the AIM9 suite does to its heap.
///
/// The heap lies between the other mappings of the process, as in a real one: mappings of a file below, the others
/// above.
public struct HeapWorkload: Hashable, Sendable {
  /// Mappings of the process, the heap among them.
  public var mappings: Int
  /// How often the heap shrinks and grows again.
  public var rounds: Int
  /// The size of the heap between rounds, in pages.
  public var heapPages: UInt64 = 256
  /// How much it shrinks by each time, in pages.
  public var runPages: UInt64 = 16

  public init(mappings: Int, rounds: Int) {
    self.mappings = mappings
    self.rounds = rounds
  }

  /// Calls that move the end of the heap: the first one makes it.
  public var calls: Int { 1 + rounds * (1 + Int(runPages)) }

  private static let heapStart: UInt64 = 0x5555_5556_0000
  private static let programStart: UInt64 = 0x5555_5555_0000
  private static let librariesStart: UInt64 = 0x7f00_0000_0000

  /// Runs on a new address space.
  /// - Throws: `AddressSpaceError`, which nothing should cause.
  public func run<Map: RangeMap & ~Copyable>(
    makeMap: @escaping (MapConfiguration) -> Map
  ) throws(AddressSpaceError) -> AddressSpace<Map> {
    var space = AddressSpace(machine: Machine(), owner: .parent, makeMap: makeMap)
    let file = space.machine.newFile()
    for place in 0..<max(0, mappings - 1) {
      // Five of the program itself, as a linker lays them out; the rest as libraries are, with a page between each two.
      let first =
        place < 5 ? Self.programStart + UInt64(place) << 12 : Self.librariesStart + UInt64(2 * place) << 12
      let flags: VmaFlags = place.isMultiple(of: 2) ? [.readable] : [.readable, .executable]
      try space.map(MappingRequest(KeyRange(first, first | 0xfff), flags, file: file, filePage: UInt64(place)))
    }
    space.placeProgramBreak(Self.heapStart)
    var end = Self.heapStart + heapPages << 12
    try space.setProgramBreak(end)
    for _ in 0..<rounds {
      end -= runPages << 12
      try space.setProgramBreak(end)
      for _ in 0..<runPages {
        try space.setProgramBreak(end + AddressLayout.pageSize)
        try space.touch(.single(end))
        end += AddressLayout.pageSize
      }
    }
    return space
  }
}
