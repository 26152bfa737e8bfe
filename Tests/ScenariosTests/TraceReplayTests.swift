import AddressSpaceModel
import Foundation
import MapleTreeModule
import Operations
import RangeMapCore
import SortedArrayOracle
import Support
import Testing

@testable import Scenarios

/// The reference for a replayed log: disjoint areas in a list that each call cuts anew.
private struct AreaList {
  struct Area: Equatable {
    var pages: KeyRange
    var flags: VmaFlags
    var hasFile: Bool
  }

  var areas: [Area] = []

  mutating func cut(_ pages: KeyRange) {
    areas = areas.flatMap { area in
      var parts: [Area] = []
      if !area.pages.overlaps(pages) { return [area] }
      if area.pages.first < pages.first {
        parts.append(Area(pages: KeyRange(area.pages.first, pages.first - 1), flags: area.flags, hasFile: area.hasFile))
      }
      if area.pages.last > pages.last {
        parts.append(Area(pages: KeyRange(pages.last + 1, area.pages.last), flags: area.flags, hasFile: area.hasFile))
      }
      return parts
    }
  }

  mutating func map(_ pages: KeyRange, _ flags: VmaFlags, hasFile: Bool) {
    cut(pages)
    areas.append(Area(pages: pages, flags: flags, hasFile: hasFile))
  }

  mutating func change(_ pages: KeyRange, _ change: (inout VmaFlags) -> Void) {
    for area in areas where area.pages.overlaps(pages) {
      let part = KeyRange(max(area.pages.first, pages.first), min(area.pages.last, pages.last))
      var flags = area.flags
      change(&flags)
      map(part, flags, hasFile: area.hasFile)
    }
  }

  /// The areas in order, neighbours that agree as one.
  var normal: [Area] {
    var result: [Area] = []
    for area in areas.sorted(by: { $0.pages.first < $1.pages.first }) {
      if let last = result.last, last.pages.last + 1 == area.pages.first, last.flags == area.flags,
        last.hasFile == area.hasFile
      {
        result[result.count - 1].pages.last = area.pages.last
      } else {
        result.append(area)
      }
    }
    return result
  }
}

@Suite("Replayed logs")
struct TraceReplayTests {
  private static let sample = """
    10 brk(NULL) = 0x555555560000
    10 brk(0x555555581000) = 0x555555581000
    10 mmap(NULL, 32768, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f0000000000
    10 mmap(0x7f0000002000, 8192, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED, 3, 0x2000) = 0x7f0000002000
    10 mprotect(0x7f0000005000, 4096, PROT_READ|PROT_WRITE) = 0
    10 mmap(NULL, 16384, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000010000
    10 madvise(0x7f0000011000, 4096, MADV_DONTFORK) = 0
    10 fork() = 11
    11 munmap(0x7f0000002000, 8192) = 0
    11 mremap(0x7f0000012000, 8192, 16384, MREMAP_MAYMOVE) = 0x7f0000020000
    10 brk(0x555555570000) = 0x555555570000
    11 execve("/bin/true", ["true"], 0x0) = 0
    11 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f0000000000
    10 munmap(0x7f0000000000, 4096) = 0

    """

  @Test func aSmallLogEndsWithTheMappingThatItImplies() throws {
    let bytes = Array(Self.sample.utf8)
    try check(bytes, file: "sample", minimumForks: 1)
    var replay = TraceReplay { MapleTreeSubject(configuration: $0) }
    for event in try StraceImport.events(from: bytes, file: "sample") { replay.apply(event) }
    #expect(
      replay.layout(of: 0, name: "").mappings.map(\.range) == [
        KeyRange(0x5555_5556_0000, 0x5555_5556_ffff), KeyRange(0x7f00_0000_1000, 0x7f00_0000_1fff),
        KeyRange(0x7f00_0000_2000, 0x7f00_0000_3fff), KeyRange(0x7f00_0000_4000, 0x7f00_0000_4fff),
        KeyRange(0x7f00_0000_5000, 0x7f00_0000_5fff), KeyRange(0x7f00_0000_6000, 0x7f00_0000_7fff),
        KeyRange(0x7f00_0001_0000, 0x7f00_0001_0fff), KeyRange(0x7f00_0001_1000, 0x7f00_0001_1fff),
        KeyRange(0x7f00_0001_2000, 0x7f00_0001_3fff),
      ])
    #expect(replay.layout(of: 1, name: "").mappings.map(\.range) == [KeyRange(0x7f00_0000_0000, 0x7f00_0000_0fff)])
  }

  /// Logs of real programs: a shell that starts commands, a compiler, and a garbage collector.
  @Test(arguments: [("bash-forks", 3), ("clang-compile", 0), ("node-gc", 0)])
  func realLogEndsWithTheMappingsThatItImplies(name: String, minimumForks: Int) throws {
    let log = ProjectFolder.ofSource().appending(path: "Tests/ScenariosTests").appending(path: "Traces/\(name).strace")
    try check([UInt8](try Data(contentsOf: log)), file: name, minimumForks: minimumForks)
  }

  private static let wildFolder = ProjectFolder.ofSource().appending(path: "Tests/OperationsTests/Import/Wild")

  /// Logs as people have them, but for those that are refused.
  @Test func logsAsPeopleHaveThemEndWithTheMappingsThatTheyImply() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.wildFolder.path()).sorted()
    var count = 0
    for name in names where !name.contains("maps") {
      let bytes = [UInt8](try Data(contentsOf: Self.wildFolder.appending(path: name)))
      guard let events = try? StraceImport.events(from: bytes, file: name) else { continue }
      // Arm has one bit more of addresses than the model.
      let isBeyond = events.contains { event in
        if case .mapped(_, let pages, _, _) = event { return pages.last >= AddressLayout.userEnd >> 12 }
        return false
      }
      if isBeyond { continue }
      try check(bytes, file: name, minimumForks: 0)
      count += 1
    }
    #expect(count >= 50)
  }

  private func check(_ bytes: [UInt8], file: String, minimumForks: Int) throws {
    let events = try StraceImport.events(from: bytes, file: file)
    var replay = TraceReplay { MapleTreeSubject(configuration: $0) }
    var models: [AreaList] = []
    for event in events {
      replay.apply(event)
      apply(event, to: &models)
    }
    #expect(replay.refusals == [] && replay.violations == [] && replay.inconsistencies() == [])
    #expect(replay.forks >= minimumForks && replay.count == models.count)
    let imported = try StraceImport(from: bytes, file: file)
    for place in models.indices {
      let layout = replay.layout(of: place, name: file)
      var found = AreaList()
      for mapping in layout.mappings {
        found.areas.append(
          AreaList.Area(
            pages: KeyRange(mapping.range.first >> 12, mapping.range.last >> 12), flags: mapping.flags,
            hasFile: mapping.file != nil))
      }
      #expect(found.normal == models[place].normal, "\(file), address space \(place)")
      #expect(coverage(of: layout) == coverage(of: imported.script(at: place)), "\(file), address space \(place)")
    }
  }

  private func apply(_ event: AddressSpaceEvent, to models: inout [AreaList]) {
    switch event {
    case .appeared: models.append(AreaList())
    case .emptied(let space): models[space] = AreaList()
    case .forked(let space, _):
      var child = models[space]
      child.areas.removeAll { $0.flags.contains(.dontCopy) }
      for place in child.areas.indices { child.areas[place].flags.subtract(.locks) }
      models.append(child)
    case .mapped(let space, let pages, let attributes, let filePage):
      models[space].map(pages, VmaFlags(attributes), hasFile: filePage != nil)
    case .unmapped(let space, let pages): models[space].cut(pages)
    case .changed(let space, let pages, let change):
      models[space].change(pages) { flags in
        flags.subtract(VmaFlags(change.removing))
        flags.formUnion(VmaFlags(change.adding))
      }
    case .remapped(let space, let old, let oldCount, let new, let newCount, let keepsOld):
      guard let source = models[space].areas.first(where: { $0.pages.contains(old) }) else { return }
      if oldCount > 0, !keepsOld { models[space].cut(KeyRange(old, old + oldCount - 1)) }
      models[space].map(KeyRange(new, new + newCount - 1), source.flags, hasFile: source.hasFile)
    }
  }

  /// The runs of pages that are mapped, whatever they are.
  private func coverage(of layout: ForkLayout) -> [KeyRange] {
    joined(layout.mappings.map { KeyRange($0.range.first >> 12, $0.range.last >> 12) })
  }

  /// What the imported script leaves mapped, which knows nothing of address spaces.
  private func coverage(of script: Script) -> [KeyRange] {
    var map = SortedArrayOracle(configuration: script.configuration)
    for operation in script.operations {
      switch operation.kind {
      case .store: try? map.store(operation.entry, over: operation.range, policy: .maySleep)
      case .removeAll: map.removeAll()
      default: break
      }
    }
    var ranges: [KeyRange] = []
    map.forEachEntry { range, _ in ranges.append(range) }
    return joined(ranges)
  }

  private func joined(_ ranges: [KeyRange]) -> [KeyRange] {
    var result: [KeyRange] = []
    for range in ranges {
      if let last = result.last, last.last + 1 == range.first {
        result[result.count - 1].last = range.last
      } else {
        result.append(range)
      }
    }
    return result
  }
}
