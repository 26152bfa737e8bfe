/// One node on the way from the root to a leaf.
struct PathEntry {
  var node: NodeReference
  /// The slot that the way goes on through, or, in the leaf, that holds the index.
  var slot: Int
  /// The last used slot.
  var end: Int
  /// The node's range.
  var min: UInt64
  var max: UInt64
}

/// The nodes from the root, level 0, to a leaf. Only a writer walks one, so no node on it is dead.
struct Path {
  private let entries: UnsafeMutablePointer<PathEntry>

  init() {
    let none = PathEntry(node: .null, slot: 0, end: 0, min: 0, max: 0)
    entries = .allocate(capacity: TreeHandle.greatestHeight + 1)
    entries.initialize(repeating: none, count: TreeHandle.greatestHeight + 1)
  }

  func deallocate() { entries.deallocate() }

  subscript(level: Int) -> PathEntry {
    @inline(__always) unsafeAddress { UnsafePointer(entries + level) }
    @inline(__always) nonmutating unsafeMutableAddress { entries + level }
  }

  func copy(_ other: Path, through level: Int) {
    for index in 0...level { entries[index] = other.entries[index] }
  }

  /// Walks from the root to the slot that holds an index, and returns the leaf's level.
  func walk(to index: UInt64, from tree: TreeHandle) -> Int {
    let root = NodeReference.inRoot(tree.rootWord).unsafelyUnwrapped
    set(0, root, min: 0, max: .max, holding: index, tree)
    return descend(from: 0, to: index, tree)
  }

  /// Walks on from an entry whose slot is set, and returns the leaf's level.
  func descend(from level: Int, to index: UInt64, _ tree: TreeHandle) -> Int {
    var level = level
    while !entries[level].node.isLeaf {
      let (child, min, max) = child(of: level, tree)
      level += 1
      set(level, child, min: min, max: max, holding: index, tree)
    }
    return level
  }

  /// Goes down one edge from an entry whose slot is set, to a level.
  func descendEdge(from start: Int, to level: Int, leftEdge: Bool, _ tree: TreeHandle) {
    var current = start
    while current < level {
      let (reference, min, max) = child(of: current, tree)
      current += 1
      let end = tree.node(reference).end(max: max)
      entries[current] = PathEntry(node: reference, slot: leftEdge ? 0 : end, end: end, min: min, max: max)
    }
  }

  private func child(of level: Int, _ tree: TreeHandle) -> (NodeReference, min: UInt64, max: UInt64) {
    let entry = entries[level]
    let node = tree.node(entry.node)
    return (
      node.child(entry.slot), node.lowerBound(entry.slot, min: entry.min),
      node.upperBound(entry.slot, end: entry.end, max: entry.max)
    )
  }

  private func set(
    _ level: Int, _ reference: NodeReference, min: UInt64, max: UInt64, holding index: UInt64, _ tree: TreeHandle
  ) {
    let node = tree.node(reference)
    let end = node.end(max: max)
    entries[level] = PathEntry(
      node: reference, slot: node.slotIndex(holding: index), end: end, min: min, max: max)
  }
}
