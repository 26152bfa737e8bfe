import RangeMapCore

/// How far up a store can reach, as its walk down sees it.
struct StoreReach {
  private var depth = 0
  /// The depth below the lowest internal node that has a slot to spare, 0 if none has: a split ends there at the
  /// latest. Kernel: `vacant_height` of `struct ma_wr_state`.
  private(set) var vacant = 0
  /// The depth below the lowest internal node that can lose a child, 0 if none can: a rebalance ends there at the
  /// latest. Kernel: `sufficient_height` of `struct ma_wr_state`.
  private(set) var sufficient = 0

  /// Takes down an internal node that the walk goes on through. Kernel: `mas_wr_walk()`, from 6.16.
  @inline(__always)
  mutating func note(end: Int, shape: Geometry.Shape) {
    depth += 1
    if end < shape.slots - 1 { vacant = depth }
    // A root needs two children, and any other node its minimum, after it lost one.
    if end > (depth == 1 ? 2 : shape.minimum + 1) { sufficient = depth }
  }
}

/// One store on its way: where it lands, how it will be carried out. Kernel: `struct ma_wr_state`.
///
/// A store that has to be tried again begins with a new value, since a NULL widens `first` and `last`.
struct StoreWrite {
  let tree: TreeHandle
  /// What is stored: an entry's word, or 0.
  let word: UInt64
  /// Whether the store is part of building in ascending order.
  let isBulk: Bool
  /// The range that is written, widened over neighbouring NULLs when a NULL is stored.
  var first: UInt64
  var last: UInt64

  /// The leaf, where the store stays in one.
  var leaf: Node
  var min: UInt64 = 0
  var max: UInt64 = .max
  var end = 0
  /// The slots that hold the first index and the last.
  var slot = 0
  var lastSlot = 0
  /// The range of `slot`, and the highest index of `lastSlot`.
  var slotFirst: UInt64 = 0
  var slotLast: UInt64 = 0
  var lastSlotLast: UInt64 = 0
  /// What `slot` holds.
  var content: UInt64 = 0
  /// What the plan says.
  var newEnd = 0
  /// Where the store can end at the latest, as the walk from the root saw it; 0 if the walk began in a leaf, or where
  /// none was noted.
  private(set) var reach = StoreReach()
  /// What the root was before the store.
  private let oldRootWord: UInt64

  init(_ tree: TreeHandle, over range: KeyRange, word: UInt64, isBulk: Bool = false) {
    self.tree = tree
    self.word = word
    self.isBulk = isBulk
    first = range.first
    last = range.last
    oldRootWord = tree.rootWord
    // Stands for no leaf until the walk finds one.
    leaf = Node(base: tree.header.leafImage, kind: .leaf, in: tree.geometry)
  }

  /// Whether the tree had a node before the store.
  var hadRootNode: Bool { NodeReference.inRoot(oldRootWord) != nil }

  /// Whether the tree was one entry at index 0.
  var hadRootEntry: Bool { oldRootWord != 0 && !hadRootNode }

  /// Walks to where the store lands and says how it will be carried out. Changes nothing.
  /// Kernel: `mas_wr_store_type()`.
  ///
  /// - Parameter hint: a leaf of the tree as it is; where the store stays in it, the walk begins there.
  mutating func plan(from hint: LeafPlace? = nil) -> StoreKind {
    guard let root = NodeReference.inRoot(tree.rootWord) else { return .rootStore }
    if let hint, staysIn(hint.range) {
      _ = walk(from: hint.leaf, hint.range)
    } else if !walk(from: root, .all) {
      return .spanningStore
    }
    lastSlot = slot
    while lastSlot < end && leaf.pivot(lastSlot) < last { lastSlot += 1 }
    lastSlotLast = leaf.upperBound(lastSlot, end: end, max: max)
    if word == 0 { extendNull() }
    var domain = ConcreteDomain()
    let facts = LeafFacts(
      end: end, slot: slot, lastSlot: lastSlot, beginsAtSlot: slotFirst == first, endsAtSlot: lastSlotLast == last,
      coversAll: first == 0 && last == .max, storesNull: word == 0, isRoot: leaf.parent.isRoot,
      usesReadCopyUpdate: tree.usesReadCopyUpdate, isBulk: isBulk)
    newEnd = StorePlan.newEnd(facts)
    return StorePlan.kind(
      facts, newEnd: newEnd, leaf: tree.geometry.leaf, rule: tree.rebuildRule, in: &domain)
  }

  /// The nodes to take before the store is carried out.
  @inline(__always)
  func demand(of kind: StoreKind) -> Int {
    var domain = ConcreteDomain()
    let buildsLeaf = kind == .rootStore ? rootStoreBuildsLeaf : word != 0
    let (height, usesReadCopyUpdate) = (tree.height, tree.usesReadCopyUpdate)
    return tree.rebuildRule.asksByReach
      ? NodeDemand.nodesByReach(
        for: kind, height: height, vacant: reach.vacant, sufficient: reach.sufficient,
        usesReadCopyUpdate: usesReadCopyUpdate, buildsLeaf: buildsLeaf, in: &domain)
      : NodeDemand.nodes(
        for: kind, height: height, usesReadCopyUpdate: usesReadCopyUpdate, buildsLeaf: buildsLeaf, in: &domain)
  }

  /// Whether a store over several levels copies them one by one. Bulk mode has its own cut, which 7.3 has no more.
  var copiesByLevel: Bool { tree.rebuildRule == .copiedByLevel && !isBulk }

  /// Whether a store into a tree without a node builds a leaf.
  var rootStoreBuildsLeaf: Bool {
    NodeDemand.rootStoreBuildsLeaf(
      storesNull: word == 0, isOfFirstIndexAlone: first == 0 && last == 0, looksLikeNode: word & 3 == 2)
  }

  /// Carries a planned store out. Everything that it needs is in the reserve, so it cannot fail.
  mutating func execute(_ kind: StoreKind, _ reserve: inout NodeReserve) {
    switch kind {
    case .rootStore: storeRoot(&reserve)
    case .newRoot: replaceAll(&reserve)
    case .exactFit: storeExactFit()
    case .append: append()
    case .slotStore: storeSlot()
    case .nodeStore: storeNode(&reserve)
    case .splitStore: split(&reserve)
    case .rebalance: rebalance(&reserve)
    case .spanningStore: storeSpanning(&reserve)
    }
  }

  /// Walks to the leaf of `first`; false where the store reaches behind the leaf, or would end it with a NULL.
  /// Kernel: `mas_wr_walk()`, `mas_is_span_wr()`.
  private mutating func walk(from start: NodeReference, _ startRange: KeyRange) -> Bool {
    var reference = start
    var range = startRange
    let notesReach = tree.rebuildRule.asksByReach
    while true {
      let node = tree.node(reference)
      let index = node.slotIndex(holding: first)
      let word = node.slot(index)
      let inner = KeyRange(node.lowerBound(index, min: range.first), node.upperBound(index, max: range.last))
      if node.isLeaf {
        leaf = node
        min = range.first
        max = range.last
        end = node.end(max: range.last)
        slot = index
        slotFirst = inner.first
        slotLast = inner.last
        content = word
        return true
      }
      if StoreWrite.spans(last: last, bound: inner.last, isNull: self.word == 0) { return false }
      if notesReach {
        reach.note(end: node.end(max: range.last), shape: tree.geometry.shape(of: node.kind))
      }
      reference = NodeReference(word: word)
      reference.prefetch()
      range = inner
    }
  }

  /// Whether the store begins in a leaf of this range and does not span.
  @inline(__always)
  private func staysIn(_ range: KeyRange) -> Bool {
    first >= range.first && first <= range.last && !StoreWrite.spans(last: last, bound: range.last, isNull: word == 0)
  }

  /// Whether a store that ends at `last` leaves the child that ends at `bound`, or would leave a NULL at its end.
  @inline(__always)
  static func spans(last: UInt64, bound: UInt64, isNull: Bool) -> Bool {
    last > bound || (last == bound && isNull && last != .max)
  }

  /// Takes the neighbouring NULLs into the range, so that no two NULLs meet. Kernel: `mas_wr_extend_null()`.
  private mutating func extendNull() {
    if leaf.slot(lastSlot) == 0 {
      if last != lastSlotLast { tree.header.marks.hit(.nullExtendedRight) }
      last = lastSlotLast
    } else if last == lastSlotLast && lastSlot < end && leaf.slot(lastSlot + 1) == 0 {
      lastSlot += 1
      lastSlotLast = leaf.upperBound(lastSlot, end: end, max: max)
      last = lastSlotLast
      tree.header.marks.hit(.nullExtendedRight)
    }
    if content == 0 {
      if first != slotFirst { tree.header.marks.hit(.nullExtendedLeft) }
      first = slotFirst
    } else if first == slotFirst && slot > 0 && leaf.slot(slot - 1) == 0 {
      slot -= 1
      slotFirst = leaf.lowerBound(slot, min: min)
      slotLast = leaf.pivot(slot)
      first = slotFirst
      content = 0
      tree.header.marks.hit(.nullExtendedLeft)
    }
  }
}
