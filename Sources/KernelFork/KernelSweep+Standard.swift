import AddressSpaceModel
import RangeMapCore
import Scenarios

extension KernelSweep {
  /// An area of each kind, as fork tells them apart.
  private static let kinds = """
    fork 1
    vma 0x400000...0x403fff read write
    vma 0x600000...0x603fff read write file 0
    vma 0x604000...0x605fff read file 0 at 8
    vma 0x7f0000000000...0x7f0000003fff read write shared file 1
    vma 0x7f0000400000...0x7f0000403fff read write dont-copy
    vma 0x7f0000800000...0x7f0000803fff read write wipe-on-fork
    vma 0x7f0000900000...0x7f0000903fff read write locked
    vma 0x7fff00000000...0x7fff00003fff read write policy
    touch 0x400000...0x403fff
    touch 0x600000...0x603fff
    touch 0x7f0000000000...0x7f0000003fff
    touch 0x7f0000400000...0x7f0000403fff
    touch 0x7f0000800000...0x7f0000803fff
    touch 0x7f0000900000...0x7f0000903fff
    touch 0x7fff00000000...0x7fff00003fff
    pin 0x7fff00002000
    swap 0x402000...0x402fff
    swap 0x403000...0x403fff full
    swap 0x601000...0x601fff

    """

  /// Areas that userfaultfds watch: one of them three areas, one an area whose pages are not inherited, one an area
  /// that is not copied.
  private static let watched = """
    fork 1
    vma 0x400000...0x403fff read write userfault
    vma 0x404000...0x407fff read write
    vma 0x408000...0x40bfff read write wipe-on-fork userfault
    vma 0x40c000...0x40ffff read write dont-copy userfault
    protect 0x401000...0x401fff read
    touch 0x400000...0x40ffff
    swap 0x400000...0x400fff

    """

  /// Folios of many pages: a huge one, others that are mapped by entries of pages, one of which a part is gone, one in
  /// two areas, one with a page that is pinned.
  private static let large = """
    fork 1
    vma 0x400000...0x7fffff read write
    touch 0x400000...0x5fffff order 9
    touch 0x600000...0x62ffff order 4
    unmap 0x604000...0x605fff
    protect 0x61c000...0x61dfff read write execute
    pin 0x621000

    """

  /// Areas that the calls of `standardCalls` are made on: neighbours, of which two can be joined, and a stack.
  static let callsScenario = script(
    """
    fork 1
    vma 0x400000...0x403fff read write
    vma 0x404000...0x407fff read
    vma 0x408000...0x40bfff read write file 0
    vma 0x40c000...0x40ffff read write locked
    vma 0x410000...0x413fff read write policy
    vma 0x420000...0x423fff read write shared file 1
    vma 0x7fff00010000...0x7fff00013fff read write grows-down
    touch 0x400000...0x403fff
    touch 0x408000...0x40bfff
    touch 0x40c000...0x40dfff
    touch 0x410000...0x413fff
    touch 0x420000...0x423fff
    touch 0x7fff00010000...0x7fff00013fff
    swap 0x402000...0x402fff
    swap 0x409000...0x409fff
    swap 0x411000...0x411fff full

    """)

  private static func script(_ text: String) -> ForkScenario {
    guard let scenario = try? ForkScenario.parse(Array(text.utf8), file: "sweep") else {
      preconditionFailure("the scripts of the sweep can be read")
    }
    return scenario
  }

  package static let standardLayouts: [(name: String, scenario: ForkScenario)] =
    [("all kinds", script(kinds))]
    + [5, 40, 100].map { ("\($0) vmas", ForkScenario(of: .designed(count: $0))) }
    + [("watched", script(watched)), ("large folios", script(large))]

  /// A tenth of the points: small address spaces, and calls on one that was not forked.
  package static var short: KernelSweep {
    KernelSweep(layouts: standardLayouts.prefix(2) + standardLayouts.suffix(2), generations: [0])
  }

  /// Calls at the middles and the ends of areas, over several areas, and over nothing.
  package static let standardCalls: [KernelCall] = {
    let middle = KeyRange(0x401000, 0x402fff)
    let several = KeyRange(0x402000, 0x411fff)
    let all = KeyRange(0x400000, 0x423fff)
    let writable: VmaFlags = [.readable, .writable, .accounted]
    return [
      .unmap(middle), .unmap(several), .unmap(all), .unmap(KeyRange(0x409000, 0x40afff)),
      .map(MappingRequest(middle, writable)), .map(MappingRequest(several, writable)),
      .map(MappingRequest(several, [.readable, .writable, .shared], file: 1, filePage: 32)),
      .map(MappingRequest(KeyRange(0x414000, 0x41ffff), writable)),
      .protect(middle, .readable), .protect(KeyRange(0x402000, 0x405fff), [.readable, .writable]),
      .protect(KeyRange(0x404000, 0x407fff), [.readable, .writable]), .protect(several, []),
      .remap(KeyRange(0x400000, 0x403fff), toLength: 0x2000, at: 0, []),
      .remap(KeyRange(0x410000, 0x413fff), toLength: 0x8000, at: 0, []),
      .remap(KeyRange(0x400000, 0x403fff), toLength: 0x8000, at: 0, .mayMove),
      .remap(KeyRange(0x401000, 0x402fff), toLength: 0x2000, at: 0x500000, [.mayMove, .fixed]),
      .remap(KeyRange(0x405000, 0x406fff), toLength: 0x2000, at: 0x500000, [.mayMove, .fixed]),
      .remap(KeyRange(0x408000, 0x40bfff), toLength: 0x4000, at: 0x421000, [.mayMove, .fixed]),
      .remap(KeyRange(0x400000, 0x40ffff), toLength: 0x10000, at: 0x500000, [.mayMove, .fixed]),
      .remap(KeyRange(0x402000, 0x411fff), toLength: 0x10000, at: 0x418000, [.mayMove, .fixed]),
      .remap(KeyRange(0x400000, 0x403fff), toLength: 0x4000, at: 0x500000, [.mayMove, .fixed, .dontUnmap]),
      .setHeapEnd(0x600000), .advise(several, .dontNeed), .advise(middle, .free), .advise(middle, .dontFork),
      .advise(KeyRange(0x401000, 0x401fff), .wipeOnFork), .advise(several, .dontDump), .advise(several, .sequential),
      .setLocked(middle, true), .setLocked(several, true), .setLocked(KeyRange(0x40d000, 0x40efff), false),
      .grow(to: 0x7fff0000c000), .touch(KeyRange(0x400000, 0x403fff)), .touch(KeyRange(0x40c000, 0x40ffff)),
      .touch(KeyRange(0x420000, 0x423fff)), .setPolicy(0x410000), .setPolicy(0x400000),
    ]
  }()
}
