/// One walk over a tree that checks every law.
///
/// It is shown the nodes, parents before their children and children in order, so that the tree may be ours or a
/// library's. What a library does not show of a node is not checked: `ShownNode.Inside`.
package struct LawWalk {
  package private(set) var broken: [BrokenLaw] = []
  /// Nodes seen so far.
  package private(set) var nodeCount = 0
  private var leafDepth: Int?
  private var previousWasNull = false
  /// The internal nodes above the next node, from the root down.
  private var open: [OpenNode] = []
  /// For each open node: the highest index of each of its slots, then the gap of each of its slots.
  private var words: ContiguousArray<UInt64> = []
  /// Whether a node was met below which nothing can be believed.
  private var isStopped = false
  /// A tree that is too far gone is not walked to its end.
  private static let greatestReport = 16
  /// No tree has more levels; a walk that goes deeper goes round in circles.
  private static let greatestDepth = 31

  /// An internal node of which not all children have been seen.
  private struct OpenNode {
    var place: Place
    var range: KeyRange
    var end: Int
    var gapSlot: Int
    var nullSlots: UInt64
    var address: UInt64?
    var tracksGaps: Bool
    /// The slot of the child that was shown last; -1 before the first.
    var slot = -1
    /// The longest gap found below.
    var greatest: UInt64 = 0
    /// Where the node's words begin.
    var offset: Int
  }

  /// Which node a message is about.
  private struct Place {
    var kind: TreeShape.Kind
    var depth: Int
    var range: KeyRange
  }

  package init() {}

  /// Checks a node.
  /// - Returns: false if the walk is to end, since what is below cannot be believed.
  package mutating func visit(_ node: ShownNode) -> Bool {
    guard !isStopped else { return false }
    while open.count >= max(1, node.depth) { close() }
    nodeCount += 1
    let place = Place(kind: node.kind, depth: node.depth, range: node.range)
    guard takePlace(node, place) && checkPivots(node, place) && broken.count < Self.greatestReport else {
      isStopped = true
      return false
    }
    checkInside(node, place)
    if node.depth == 1 { checkRoot(node, place) }
    // A child without siblings has nothing to be joined with, whatever else is allowed.
    let minimum = node.inside?.minimum ?? 0
    if (node.end < minimum && node.range.last != .max) || (!node.isLeaf && node.end == 0 && node.depth > 1) {
      report(.sufficientlyFilled, place, "has \(node.end + 1) items, more than \(max(minimum, 1)) are due")
    }
    if node.isLeaf {
      visitLeaf(node, place)
    } else {
      begin(node, place)
    }
    return true
  }

  /// Ends the walk, and compares what was seen with what the tree counts of itself.
  /// - Parameter counters: `nil` if the tree does not count.
  package mutating func finish(_ counters: MapCounters?) {
    guard !isStopped else { return }
    while !open.isEmpty { close() }
    guard let counters else { return }
    let depth = leafDepth ?? 0
    if depth != counters.height {
      add(.heightRecorded, "the tree has \(depth) levels, \(counters.height) are recorded")
    }
    let known = UInt64(nodeCount) &+ counters.retiredNodes &+ counters.reservedNodes
    if counters.liveNodes != known {
      add(
        .nodesAccounted,
        """
        \(counters.liveNodes) nodes live, \(nodeCount) in the tree, \(counters.reservedNodes) in reserve, \
        \(counters.retiredNodes) waiting for readers
        """)
    }
  }

  /// Compares the nodes seen with a number that the tree keeps of them.
  package mutating func compareCount(recorded: Int) {
    guard !isStopped, recorded != nodeCount else { return }
    add(.nodesAccounted, "\(nodeCount) nodes in the tree, \(recorded) are recorded")
  }

  private mutating func add(_ law: TreeLaw, _ detail: String) {
    if broken.count < Self.greatestReport { broken.append(BrokenLaw(law: law, detail: detail)) }
  }

  private mutating func report(_ law: TreeLaw, _ place: Place, _ detail: String) {
    add(law, "\(place.kind) node at depth \(place.depth), \(place.range): \(detail)")
  }

  // MARK: Where a node is

  /// Finds the slot of the node above that this one is in, and compares what each says of the other.
  /// - Returns: whether there is one.
  private mutating func takePlace(_ node: ShownNode, _ place: Place) -> Bool {
    guard node.depth == open.count + 1, node.depth <= Self.greatestDepth else {
      report(.childrenPresent, place, "is shown below a node at depth \(open.count)")
      return false
    }
    guard node.depth > 1 else {
      guard nodeCount == 1, node.range == .all else {
        report(.childrenPresent, place, "is shown as a root")
        return false
      }
      if let inside = node.inside, inside.parent != 0, !inside.isDead {
        report(.parentsNamed, place, "the root names a parent")
      }
      return true
    }
    let parent = node.depth - 2
    open[parent].slot += 1
    while open[parent].slot <= open[parent].end && open[parent].nullSlots >> UInt64(open[parent].slot) & 1 != 0 {
      open[parent].slot += 1
    }
    let above = open[parent]
    guard above.slot <= above.end, range(of: above.slot, in: above) == node.range else {
      report(.childrenPresent, place, "is not in the next slot, \(above.slot), of the node above")
      return false
    }
    if let inside = node.inside, let address = above.address,
      inside.parent != address || inside.parentSlot != above.slot
    {
      report(.parentsNamed, above.place, "the child in slot \(above.slot) names another parent or slot")
    }
    return true
  }

  private func range(of slot: Int, in node: OpenNode) -> KeyRange {
    KeyRange(slot == 0 ? node.range.first : words[node.offset + slot - 1] &+ 1, words[node.offset + slot])
  }

  // MARK: What a node holds

  /// Whether the pivots allow the walk to go on.
  private mutating func checkPivots(_ node: ShownNode, _ place: Place) -> Bool {
    if let inside = node.inside, node.end >= inside.slotCount {
      report(.endReachesMaximum, place, "slot \(node.end) is the last, of \(inside.slotCount)")
      return false
    }
    var low = node.range.first
    for index in 0..<node.end {
      let pivot = node.pivots[index]
      if pivot < low || pivot >= node.range.last || (index > 0 && pivot == 0) {
        report(.pivotsAscend, place, "pivot \(index) is 0x\(String(pivot, radix: 16))")
        return false
      }
      low = pivot + 1
    }
    if let inside = node.inside, node.end < inside.pivotCount && node.pivots[node.end] != node.range.last {
      let pivot = String(node.pivots[node.end], radix: 16)
      report(.endReachesMaximum, place, "pivot \(node.end), the last, is 0x\(pivot)")
      return false
    }
    return true
  }

  private mutating func checkInside(_ node: ShownNode, _ place: Place) {
    guard let inside = node.inside else { return }
    if inside.isDead { report(.noDeadNode, place, "is dead") }
    for index in stride(from: node.end + 1, to: inside.slotCount, by: 1) {
      if inside.slotsBehindEnd >> UInt64(index) & 1 != 0 {
        report(.unusedIsEmpty, place, "slot \(index) behind the end, \(node.end), is not empty")
      }
      if index < inside.pivotCount && node.pivots[index] != 0 {
        report(.unusedIsEmpty, place, "pivot \(index) behind the end, \(node.end), is not 0")
      }
      if node.gap(index) != 0 { report(.gapsAgree, place, "gap \(index) behind the end is not 0") }
    }
  }

  private mutating func checkRoot(_ node: ShownNode, _ place: Place) {
    guard node.end == 0 else { return }
    if node.isLeaf {
      if node.isNull(0) { report(.rootUseful, place, "holds nothing") }
    } else {
      report(.rootUseful, place, "has one child")
    }
  }

  private mutating func visitLeaf(_ node: ShownNode, _ place: Place) {
    if let leafDepth, leafDepth != node.depth {
      report(.leavesAtOneDepth, place, "another leaf is at depth \(leafDepth)")
    }
    leafDepth = leafDepth ?? node.depth
    for index in 0...node.end {
      let isNull = node.isNull(index)
      if isNull && previousWasNull { report(.nullsJoined, place, "slot \(index) and the one before are NULL") }
      previousWasNull = isNull
    }
    if previousWasNull && node.range.last != .max { report(.leafEndsInEntry, place, "ends with NULL") }
    handUp(gap: node.greatestGapInLeaf)
  }

  // MARK: Children

  private mutating func begin(_ node: ShownNode, _ place: Place) {
    for index in 0...node.end where node.isNull(index) {
      report(.childrenPresent, place, "slot \(index) holds no child")
    }
    if open.isEmpty {
      // Enough for a tree of three levels of any kernel's nodes.
      open.reserveCapacity(2)
      words.reserveCapacity(64)
    }
    open.append(
      OpenNode(
        place: place, range: node.range, end: node.end, gapSlot: node.gapSlot, nullSlots: node.nullSlots,
        address: node.inside?.address, tracksGaps: node.kind == .gapTracking, offset: words.count))
    for slot in 0...node.end { words.append(node.upperBound(slot)) }
    for slot in 0...node.end { words.append(node.gap(slot)) }
  }

  /// Ends the node that was begun last: all of its children have been seen.
  private mutating func close() {
    let node = open.removeLast()
    for slot in stride(from: node.slot + 1, through: node.end, by: 1) where node.nullSlots >> UInt64(slot) & 1 == 0 {
      report(.childrenPresent, node.place, "the child in slot \(slot) is not shown")
    }
    if node.tracksGaps {
      if node.gapSlot > node.end || words[node.offset + node.end + 1 + node.gapSlot] != node.greatest {
        report(
          .gapsAgree, node.place,
          "slot \(node.gapSlot) is recorded as the one with the greatest gap, \(node.greatest)")
      }
    }
    words.removeLast(words.count - node.offset)
    handUp(gap: node.greatest)
  }

  /// Compares the longest gap below a node with what the node above has recorded of it.
  private mutating func handUp(gap: UInt64) {
    guard let last = open.indices.last else { return }
    let node = open[last]
    open[last].greatest = max(node.greatest, gap)
    guard node.tracksGaps else { return }
    let recorded = words[node.offset + node.end + 1 + node.slot]
    if recorded != gap {
      report(.gapsAgree, node.place, "gap \(node.slot) is \(recorded), \(gap) is below it")
    }
  }
}
