import AddressSpaceModel
import Operations
import RangeMapCore

extension ForkLayout {
  /// The address spaces of a log of `strace -f`: each as it is at each of its forks, and at the end. Of those that are
  /// alike, one; none that is empty.
  ///
  /// - Throws: `ScriptError` for the first line that cannot be read.
  /// - Complexity: O(calls · log n + forks · n) in vmas.
  public static func trace<Map: RangeMap & ~Copyable>(
    _ bytes: [UInt8], file: String, makeMap: @escaping (MapConfiguration) -> Map
  ) throws(ScriptError) -> [ForkLayout] {
    let events = try StraceImport.events(from: bytes, file: file)
    var replay = TraceReplay(makeMap: makeMap)
    var layouts: [ForkLayout] = []
    var seen: Set<[MappingRequest]> = []
    func add(_ layout: ForkLayout) {
      if !layout.mappings.isEmpty, seen.insert(layout.mappings).inserted { layouts.append(layout) }
    }
    for event in events {
      if case .forked(let space, let child) = event {
        add(replay.layout(of: space, name: "\(file), space \(space) at the fork of space \(child)"))
      }
      replay.apply(event)
    }
    for space in 0..<replay.count { add(replay.layout(of: space, name: "\(file), space \(space) at the end")) }
    return layouts
  }
}
