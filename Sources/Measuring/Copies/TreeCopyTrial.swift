import AddressSpaceModel
import RangeMapCore

/// Copies of a tree alone, with nothing done for its vmas. Kernel: the store and the walk in `dup_mmap()`, without the
/// rest.
public struct TreeCopyTrial<Map: RangeMap & ~Copyable>: ~Copyable, CopyTrial {
  public let size: Int
  private var parent: Map
  private let makeMap: (MapConfiguration) -> Map

  /// Makes the tree, its ranges stored in ascending order.
  /// - Complexity: O(n log n).
  public init(size: Int, makeMap: @escaping (MapConfiguration) -> Map) throws(CopyFault) {
    self.size = size
    self.makeMap = makeMap
    parent = makeMap(.addressSpaceTree)
    do throws(RangeMapError) {
      for place in 0..<size {
        try parent.store(Self.entry(place, of: 0), over: CopyLayout.range(place), policy: .maySleep)
      }
    } catch {
      throw .refused(way: .oneByOne, size: size, reason: "\(error)")
    }
  }

  public var nodesInParent: UInt64 { parent.counters.liveNodes }

  /// The entry of the parent, generation 0, or of a child.
  private static func entry(_ place: Int, of generation: UInt64) -> Entry { .value(UInt64(place) << 1 | generation) }

  public mutating func run(_ way: CopyWay, checks: Bool = false) throws(CopyFault) -> CopyCost {
    var child = makeMap(.addressSpaceTree)
    let before = parent.counters.nodeVisits
    let time = ProcessorTime()
    do throws(RangeMapError) {
      switch way {
      case .oneByOne: try storeOneByOne(in: &child)
      case .duplicate: try duplicateAndReplace(in: &child)
      }
    } catch {
      throw .refused(way: way, size: size, reason: "\(error)")
    }
    let nanoseconds = time.nanoseconds()
    let cost = CopyCost(
      nanoseconds: nanoseconds,
      nodeVisits: parent.counters.nodeVisits - before + child.counters.nodeVisits,
      levelsOfStores: child.counters.levelsOfStores,
      nodesAllocated: child.counters.nodesAllocated, nodesInCopy: child.counters.liveNodes)
    if checks { try check(child, way) }
    child.removeAll()
    return cost
  }

  /// The order of steps of `DesignOneByOne`.
  private mutating func storeOneByOne(in child: inout Map) throws(RangeMapError) {
    try child.beginBulk(expecting: UInt64(size), policy: .maySleep)
    child.setReadCopyUpdate(false)
    var place = 0
    parent.cursorSet(0, to: .single(0))
    while parent.cursorMove(0, .find, limit: .max) != nil {
      try child.bulkStore(Self.entry(place, of: 1), over: parent.cursorState(0).range)
      place += 1
    }
    child.endBulk()
    child.setReadCopyUpdate(true)
  }

  /// The order of steps of `ReplaceLoop`.
  private mutating func duplicateAndReplace(in child: inout Map) throws(RangeMapError) {
    try parent.duplicate(into: &child, policy: .maySleep)
    child.setReadCopyUpdate(false)
    var place = 0
    child.cursorSet(0, to: .single(0))
    while child.cursorMove(0, .find, limit: .max) != nil {
      _ = try child.cursorStore(0, Self.entry(place, of: 1), policy: .mustNotSleep)
      place += 1
    }
    child.setReadCopyUpdate(true)
  }

  private func check(_ child: borrowing Map, _ way: CopyWay) throws(CopyFault) {
    var place = 0
    var index: UInt64 = 0
    while let entry = child.find(&index, through: .max) {
      let expected = CopyLayout.range(place)
      let isRight = entry == Self.entry(place, of: 1) && child.slot(at: expected.first).range == expected
      guard isRight, index == expected.last &+ 1 else {
        throw .differs(way: way, size: size, detail: "number \(place) is \(entry), up to \(index &- 1)")
      }
      place += 1
    }
    guard place == size else { throw .differs(way: way, size: size, detail: "it holds \(place) entries") }
    if let law = child.brokenLaws().first { throw .differs(way: way, size: size, detail: law) }
  }
}
