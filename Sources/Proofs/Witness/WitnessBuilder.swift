import MapleTreeModule
import Operations
import RangeMapCore

/// Makes scripts whose last store takes as many nodes as any store of its kind can.
///
/// A tree is driven into the worst shape for the kind, its own shape being read on the way; nothing is taken for
/// granted: the tree says which kind the last store was, and how many nodes it took.
package enum WitnessBuilder {
  /// The scripts of all bounds of an algorithm as files. A cell has one in reader mode only if that makes a difference.
  /// - Throws: `WitnessError` if a tree does not go the expected way, or a script does not take what it says.
  package static func boundScripts(of algorithm: RebuildRule) throws -> [(name: String, text: String)] {
    try StoreKind.allCases.flatMap { kind in
      try WitnessCase.all(kind, algorithm: algorithm).filter { $0.usesReadCopyUpdate == (kind == .nodeStore) }.map {
        let witness = try witness(for: $0)
        try WitnessReplay.check(witness, allowing: witness.nodes)
        return ("\($0.name).maple", witness.text(allowing: witness.nodes))
      }
    }
  }

  /// The script of a cell.
  /// - Throws: `WitnessError` where the tree does not go the expected way.
  /// - Complexity: that of building a tree of the height: at height 5, 430,000 stores without gap tracking.
  package static func witness(for cell: WitnessCase) throws -> Witness {
    guard cell.canOccur, WitnessCase.heights.contains(cell.height) else {
      throw WitnessError("no store of a tree is \(cell.name)")
    }
    var tree = WitnessTree(cell)
    switch cell.kind {
    case .rootStore: break
    case .splitStore: try prepareSplit(&tree)
    case .spanningStore: try prepareSpanning(&tree)
    case .rebalance:
      if cell.algorithm == .copiedByLevel { try tree.narrowLeftEdge() } else { try prepareRebalance(&tree) }
    case .newRoot, .exactFit, .append, .slotStore, .nodeStore:
      // A first leaf gets a few entries more, so that it keeps enough whatever is stored.
      let least = tree.geometry.leaf.slots / 4
      _ = try tree.fill { tree, count in tree.height == cell.height && count >= least }
    }
    let range = try lastRange(of: &tree)
    let plan = tree.subject.tree.forecast(of: WitnessTree.added, over: range)
    guard plan.kind == cell.kind, plan.height == cell.height else {
      throw WitnessError(
        "\(cell.name): the last store, over \(range), is of the kind \(plan.kind) at height \(plan.height)")
    }
    try tree.store(range)
    return Witness(
      cell: cell, script: Script(configuration: cell.configuration, operations: tree.operations),
      nodes: tree.nodesTaken, vacant: plan.vacantHeight, sufficient: plan.sufficientHeight)
  }

  /// Ascending entries up to the one whose split divides every level: all nodes on its way are full, and so is each on
  /// their left.
  private static func prepareSplit(_ tree: inout WitnessTree) throws {
    let count = try entriesBeforeGrowth(of: tree.cell)
    _ = try tree.fill { $1 == count }
  }

  /// A full root, and two ways that part at it: down the right edge of one child and down the left edge of the next,
  /// all nodes of both full.
  private static func prepareSpanning(_ tree: inout WitnessTree) throws {
    try prepareSplit(&tree)
    let (left, right) = try meeting(of: tree.shape)
    try tree.fillPaths(to: [left, right])
  }

  /// The indices on both sides of the middle of the root.
  private static func meeting(of shape: ShapeIndex) throws -> (left: UInt64, right: UInt64) {
    let middle = (shape.nodes.first?.items ?? 0) / 2
    guard middle > 0 else { throw WitnessError("a spanning store needs a root with two children") }
    let last = shape.slotRange(middle - 1, of: 0).last
    return (last, last + 1)
  }

  /// Bulk mode, left soon after the root has grown: the right-most node of each level has no more than what it is left
  /// with when it is cut, which is too little for any other node, and the leaf before the last is full.
  private static func prepareRebalance(_ tree: inout WitnessTree) throws {
    let height = tree.cell.height
    let lower = WitnessCase(kind: .splitStore, height: height - 1, like: tree.cell)
    let count = try entriesBeforeGrowth(of: lower, isBulk: true)
    try tree.perform(.beginBulk(expecting: UInt64(count + tree.geometry.leaf.slots), .maySleep))
    _ = try tree.fill(isBulk: true) { tree, stored in
      guard stored > count else { return false }
      let shape = tree.shape
      guard let leaf = shape.leaf(holding: .max), let before = shape.siblings(of: leaf).first else { return false }
      return shape.nodes[before].items >= tree.geometry.leaf.slots - 1
    }
    try tree.perform(.endBulk)
  }

  /// How many ascending entries a tree holds before the next one makes it grow out of a height.
  private static func entriesBeforeGrowth(of cell: WitnessCase, isBulk: Bool = false) throws -> Int {
    var tree = WitnessTree(cell)
    if isBulk { try tree.perform(.beginBulk(expecting: 1 << 20, .maySleep)) }
    return try tree.fill(isBulk: isBulk) { tree, _ in tree.height > cell.height } - 1
  }

  /// Where the store goes that a tree was prepared for.
  private static func lastRange(of tree: inout WitnessTree) throws -> KeyRange {
    let shape = tree.shape
    // A leaf at the left edge and its third slot, an entry.
    let inner = KeyRange(WitnessTree.stride, WitnessTree.stride + WitnessTree.width - 1)
    switch tree.cell.kind {
    case .rootStore: return KeyRange(1, 2)
    case .newRoot: return .all
    case .exactFit: return inner
    case .slotStore: return KeyRange(inner.first, inner.last + 1)
    case .append, .splitStore: return try behindAll(shape)
    case .nodeStore: return try nodeStore(shape, tree.geometry)
    case .spanningStore:
      let (left, right) = try meeting(of: shape)
      guard let first = shape.leaf(holding: left), let second = shape.leaf(holding: right) else { break }
      let (from, to) = (shape.slotRange(shape.nodes[first].items - 1, of: first), shape.slotRange(0, of: second))
      return KeyRange(from.first + (from.last - from.first) / 2, to.first + (to.last - to.first) / 2)
    case .rebalance where tree.cell.algorithm == .copiedByLevel:
      guard let leaf = shape.leaf(holding: 0), shape.nodes[leaf].items > 3 else { break }
      return KeyRange(shape.slotRange(1, of: leaf).first, shape.slotRange(2, of: leaf).last)
    case .rebalance:
      guard let leaf = shape.leaf(holding: .max), shape.nodes[leaf].items > 4 else { break }
      let last = shape.nodes[leaf].items - 3
      return KeyRange(shape.slotRange(1, of: leaf).first, shape.slotRange(last, of: leaf).last)
    }
    throw WitnessError("\(tree.cell.name): the tree has no place for the last store")
  }

  /// The range of the ascending entry behind all others.
  private static func behindAll(_ shape: ShapeIndex) throws -> KeyRange {
    guard let leaf = shape.leaf(holding: .max) else { throw WitnessError("the tree has no leaf") }
    let first = shape.slotRange(shape.nodes[leaf].items - 1, of: leaf).first + WitnessTree.stride - WitnessTree.width
    return KeyRange(first, first + WitnessTree.width - 1)
  }

  /// A store into the middle of a slot of a leaf that has room for it and does not end there.
  private static func nodeStore(_ shape: ShapeIndex, _ geometry: Geometry) throws -> KeyRange {
    for (place, node) in shape.nodes.enumerated() where node.isLeaf && node.items > 1 {
      guard node.items + 2 <= geometry.leaf.slots, node.items + 2 > geometry.leaf.minimum else { continue }
      let range = shape.slotRange(0, of: place)
      guard range.last - range.first >= 2 else { continue }
      return .single(range.first + 1)
    }
    throw WitnessError("no leaf has room")
  }
}

extension WitnessCase {
  /// A cell of the same tree.
  fileprivate init(kind: StoreKind, height: Int, like other: WitnessCase) {
    self = other
    self.kind = kind
    self.height = height
  }
}
