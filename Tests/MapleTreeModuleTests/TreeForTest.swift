import RangeMapCore

@testable import MapleTreeModule

extension MapConfiguration {
  /// Both tree kinds, with and without readers, in both geometries.
  static let everyMode: [MapConfiguration] = GeometryName.allCases.flatMap { geometry in
    [false, true].flatMap { gaps in
      [false, true].map { readers in
        MapConfiguration(tracksGaps: gaps, usesReadCopyUpdate: readers, geometry: geometry)
      }
    }
  }

  static let plain = MapConfiguration()
  static let gaps = MapConfiguration(tracksGaps: true)
  static let readers = MapConfiguration(usesReadCopyUpdate: true)
  static let tiny = MapConfiguration(geometry: .tiny)
}

/// One slot of a map, as a reader sees it.
struct Slot: Hashable, CustomStringConvertible {
  var range: KeyRange
  var entry: Entry?

  init(_ range: KeyRange, _ entry: Entry?) {
    self.range = range
    self.entry = entry
  }

  var description: String { "\(range) \(entry?.description ?? "NULL")" }
}

/// Builds a tree and stores value `i` over the `i`th range.
func makeTree(
  _ configuration: MapConfiguration = .plain, _ ranges: [KeyRange] = [], algorithm: RebuildRule = .newest
) throws -> MapleTree {
  let tree = MapleTree(configuration: configuration)
  tree.rebuildRule = algorithm
  for (index, range) in ranges.enumerated() { try tree.store(.value(UInt64(index)), over: range) }
  return tree
}

/// `count` ranges of six indices with a hole of four behind each: `0...5`, `10...15` and so on.
func gappedRanges(_ count: UInt64) -> [KeyRange] {
  (0..<count).map { KeyRange(10 * $0, 10 * $0 + 5) }
}

/// The ranges `0...0`, `1...1` and so on.
func singles(_ count: UInt64) -> [KeyRange] { (0..<count).map { .single($0) } }

/// A node of a tree with its range, found by the slots that lead to it from the root.
struct FoundNode {
  var node: Node
  var range: KeyRange
  var end: Int { node.end(max: range.last) }
  /// How many slots are used.
  var count: Int { end + 1 }
}

extension MapleTree {
  var liveNodes: Int { handle.header.pool.liveNodes }

  var retiredNodes: Int { handle.header.epochs.retiredNodes }

  /// All slots, ascending, NULL ones too.
  var slots: [Slot] {
    var result: [Slot] = []
    var index: UInt64 = 0
    while true {
      let (range, entry) = slot(at: index)
      result.append(Slot(range, entry))
      if range.last == .max { return result }
      index = range.last + 1
    }
  }

  func node(at path: [Int]) -> FoundNode {
    guard let root = NodeReference.inRoot(handle.rootWord) else { fatalError("the tree has no node") }
    var found = FoundNode(node: handle.node(root), range: .all)
    for slot in path { found = child(of: found, slot) }
    return found
  }

  func child(of parent: FoundNode, _ slot: Int) -> FoundNode {
    FoundNode(
      node: handle.node(parent.node.child(slot)),
      range: KeyRange(
        parent.node.lowerBound(slot, min: parent.range.first),
        parent.node.upperBound(slot, end: parent.end, max: parent.range.last)))
  }

  /// Every node of the tree, a parent before its children, left before right.
  var nodes: [FoundNode] {
    guard NodeReference.inRoot(handle.rootWord) != nil else { return [] }
    var result: [FoundNode] = []
    func visit(_ found: FoundNode) {
      result.append(found)
      if found.node.isLeaf { return }
      for slot in 0...found.end { visit(child(of: found, slot)) }
    }
    visit(node(at: []))
    return result
  }

  /// How many slots each leaf uses, from left to right.
  var leafCounts: [Int] { nodes.filter(\.node.isLeaf).map(\.count) }

  /// How a store would be carried out, and on which range.
  func plan(_ entry: Entry?, over range: KeyRange, isBulk: Bool = false) -> (
    kind: StoreKind, newEnd: Int, range: KeyRange, demand: Int
  ) {
    var state = WriteState(handle, entry?.word ?? 0, over: range, isBulk: isBulk)
    state.walk()
    state.widen()
    let plan = state.plan()
    return (plan.kind, plan.newEnd, KeyRange(state.first, state.last), plan.demand)
  }

  /// Refuses the allocation request of this number, and all after it if told so.
  func failRequest(_ number: UInt64, forever: Bool) {
    handle.header.pool.budget.failRequest(number, forever: forever)
  }

  /// Refuses nothing any more, and returns how many requests were refused.
  @discardableResult
  func permitRequests() -> UInt64 {
    let refusals = handle.header.pool.budget.refusals
    handle.header.pool.budget.permitAll()
    return refusals
  }
}
