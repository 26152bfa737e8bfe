import RangeMapCore

/// One walk over a tree, in order, that checks every law.
struct LawWalk {
  private let header: Header
  private(set) var broken: [BrokenLaw] = []
  private var leafDepth: Int?
  private var reachable = 0
  private var previousWasNull = false
  /// A tree that is too far gone is not walked to its end.
  private static let greatestReport = 16

  init(_ header: Header) { self.header = header }

  /// Walks the tree.
  ///
  /// - Parameter nodesInReserve: nodes that cursors hold.
  /// - Complexity: O(n).
  mutating func run(nodesInReserve: Int) {
    let root = NodeReference.inRoot(header.rootWord)
    if let root {
      let node = header.node(root)
      if !node.parent.isRoot { report(.parentsNamed, node, 1, .all, "the root names a parent") }
      _ = visit(root, depth: 1, range: .all)
      checkRoot(node)
    }
    let depth = root == nil ? 0 : leafDepth ?? 0
    if depth != header.pointee.height {
      add(.heightRecorded, "the tree has \(depth) levels, \(header.pointee.height) are recorded")
    }
    let retired = header.pointee.epochs.retiredNodes
    let live = header.pointee.pool.liveNodes
    if live != reachable + retired + nodesInReserve {
      add(
        .nodesAccounted,
        "\(live) nodes live, \(reachable) in the tree, \(nodesInReserve) in reserve, \(retired) waiting for readers")
    }
    let recorded = header.pointee.reachableNodes
    if recorded != reachable { add(.nodesAccounted, "\(reachable) nodes in the tree, \(recorded) are recorded") }
  }

  private mutating func add(_ law: TreeLaw, _ detail: String) {
    if broken.count < LawWalk.greatestReport { broken.append(BrokenLaw(law: law, detail: detail)) }
  }

  private mutating func report(_ law: TreeLaw, _ node: Node, _ depth: Int, _ range: KeyRange, _ detail: String) {
    add(law, "\(node.kind) node at depth \(depth), \(range): \(detail)")
  }

  private mutating func checkRoot(_ root: Node) {
    let end = root.end(max: .max)
    if root.isLeaf {
      if end == 0 && root.slot(0) == 0 { report(.rootUseful, root, 1, .all, "holds nothing") }
    } else if end == 0 {
      report(.rootUseful, root, 1, .all, "has one child")
    }
  }

  /// Visits a node and all below it, and returns the longest gap found there.
  private mutating func visit(_ reference: NodeReference, depth: Int, range: KeyRange) -> UInt64 {
    guard depth <= Header.greatestHeight, broken.count < LawWalk.greatestReport else { return 0 }
    reachable += 1
    let node = header.node(reference)
    if node.isDead { report(.noDeadNode, node, depth, range, "is dead") }
    let end = node.end(max: range.last)
    guard end < node.slotCount, checkPivots(node, end, depth, range) else { return 0 }
    checkUnused(node, end, depth, range)
    let shape = header.pointee.geometry.shape(of: node.kind)
    let isDueMore = end < shape.minimum && range.last != .max && !header.pointee.isUnderfilled
    // A child without siblings has nothing to be joined with, whatever else is allowed.
    if isDueMore || (!node.isLeaf && end == 0 && depth > 1) {
      report(.sufficientlyFilled, node, depth, range, "has \(end + 1) items, more than \(shape.minimum) are due")
    }
    if node.isLeaf { return visitLeaf(node, end, depth, range) }
    return visitChildren(node, end, depth, range)
  }

  /// Whether the pivots allow the walk to go on.
  private mutating func checkPivots(_ node: Node, _ end: Int, _ depth: Int, _ range: KeyRange) -> Bool {
    var low = range.first
    for index in 0..<end {
      let pivot = node.pivot(index)
      if pivot < low || pivot >= range.last || (index > 0 && pivot == 0) {
        report(.pivotsAscend, node, depth, range, "pivot \(index) is 0x\(String(pivot, radix: 16))")
        return false
      }
      low = pivot + 1
    }
    if end < node.pivotCount && node.pivot(end) != range.last {
      let pivot = String(node.pivot(end), radix: 16)
      report(.endReachesMaximum, node, depth, range, "pivot \(end), the last, is 0x\(pivot)")
      return false
    }
    return true
  }

  private mutating func checkUnused(_ node: Node, _ end: Int, _ depth: Int, _ range: KeyRange) {
    for index in stride(from: end + 1, to: node.slotCount, by: 1) {
      // The last slot of a leaf or range node that is not full holds the metadata.
      let holdsMetadata = index == node.slotCount - 1 && node.kind != .gapTracking
      if !holdsMetadata && node.slot(index) != 0 {
        report(.unusedIsEmpty, node, depth, range, "slot \(index) behind the end, \(end), is not empty")
      }
      if index < node.pivotCount && node.pivot(index) != 0 {
        report(.unusedIsEmpty, node, depth, range, "pivot \(index) behind the end, \(end), is not 0")
      }
    }
  }

  private mutating func visitLeaf(_ node: Node, _ end: Int, _ depth: Int, _ range: KeyRange) -> UInt64 {
    if let leafDepth, leafDepth != depth {
      report(.leavesAtOneDepth, node, depth, range, "another leaf is at depth \(leafDepth)")
    }
    leafDepth = leafDepth ?? depth
    for index in 0...end {
      let isNull = node.slot(index) == 0
      if isNull && previousWasNull {
        report(.nullsJoined, node, depth, range, "slot \(index) and the one before are NULL")
      }
      previousWasNull = isNull
    }
    if previousWasNull && range.last != .max { report(.leafEndsInEntry, node, depth, range, "ends with NULL") }
    return node.greatestGapInLeaf(min: range.first, max: range.last)
  }

  private mutating func visitChildren(_ node: Node, _ end: Int, _ depth: Int, _ range: KeyRange) -> UInt64 {
    var greatest: UInt64 = 0
    for index in 0...end {
      let child = node.child(index)
      let inner = KeyRange(
        node.lowerBound(index, min: range.first), node.upperBound(index, end: end, max: range.last))
      guard child.word & 0x86 == 4, child.word > 4096 else {
        report(.childrenPresent, node, depth, range, "slot \(index) holds no child")
        continue
      }
      if header.node(child).parent.word != ParentLink(parent: node.base, slot: index).word {
        report(.parentsNamed, node, depth, range, "the child in slot \(index) names another parent or slot")
      }
      let gap = visit(child, depth: depth + 1, range: inner)
      greatest = max(greatest, gap)
      if node.kind == .gapTracking && node.gap(index) != gap {
        report(.gapsAgree, node, depth, range, "gap \(index) is \(node.gap(index)), \(gap) is below it")
      }
    }
    if node.kind == .gapTracking { checkGaps(node, end, depth, range, greatest) }
    return greatest
  }

  private mutating func checkGaps(
    _ node: Node, _ end: Int, _ depth: Int, _ range: KeyRange, _ greatest: UInt64
  ) {
    let slot = node.greatestGapSlot
    if slot > end || node.gap(slot) != greatest {
      report(.gapsAgree, node, depth, range, "slot \(slot) is recorded as the one with the greatest gap, \(greatest)")
    }
    for index in stride(from: end + 1, to: node.slotCount, by: 1) where node.gap(index) != 0 {
      report(.gapsAgree, node, depth, range, "gap \(index) behind the end is not 0")
    }
  }
}
