import RangeMapCore

/// One store on its way: where it lands, and what it writes. Kernel: `struct ma_wr_state`.
///
/// A store that has to be tried again begins with a new value, since `widen()` changes `first` and `last`.
struct WriteState {
  /// Where a store lands.
  enum Landing {
    /// In a tree without a node.
    case noNode
    case leaf
    /// The store reaches from one leaf into another, or would end a leaf with a NULL.
    case leaves
  }

  let tree: TreeHandle
  /// What is stored: an entry's word, or 0.
  let word: UInt64
  /// Whether the store is part of building in ascending order.
  let isBulk: Bool
  /// The range that is written, widened over neighbouring NULLs when a NULL is stored.
  var first: UInt64
  var last: UInt64

  var landing = Landing.noNode
  /// The leaf that the store begins in.
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
  /// The last slot of the leaf after the store, as the plan says.
  var newEnd = 0
  /// The level of the two leaves at the ends of the store, and the first slot of the right one that may be kept.
  var leafLevel = 0
  var firstKept = 0
  /// Where the store can end at the latest, as the walk from the root saw it; 0 if the walk began in a leaf, or if
  /// none was noted.
  var reach = StoreReach()
  var notesReach: Bool
  /// Whether a NULL in a leaf was widened.
  var isWidenedLeft = false
  var isWidenedRight = false
  /// What the root was before the store.
  let oldRootWord: UInt64

  init(_ tree: TreeHandle, _ word: UInt64, over range: KeyRange, isBulk: Bool = false) {
    self.tree = tree
    self.word = word
    self.isBulk = isBulk
    first = range.first
    last = range.last
    notesReach = tree.rebuildRule.asksByReach
    oldRootWord = tree.rootWord
    // Stands for no leaf until the walk finds one.
    leaf = Node(base: tree.header.leafImage, kind: .leaf, in: tree.geometry)
  }

  var coversAll: Bool { first == 0 && last == .max }

  /// Whether the tree had a node before the store.
  var hadRootNode: Bool { NodeReference.inRoot(oldRootWord) != nil }

  /// Whether the tree was one entry at index 0.
  var hadRootEntry: Bool { oldRootWord != 0 && !hadRootNode }

  /// Whether a store into a tree without a node builds a leaf.
  var rootStoreBuildsLeaf: Bool {
    NodeDemand.rootStoreBuildsLeaf(
      storesNull: word == 0, isOfFirstIndexAlone: first == 0 && last == 0, looksLikeNode: word & 3 == 2)
  }

  /// What the plan asks about the leaf.
  var leafFacts: LeafFacts<Int> {
    LeafFacts(
      end: end, slot: slot, lastSlot: lastSlot, beginsAtSlot: slotFirst == first, endsAtSlot: lastSlotLast == last,
      coversAll: coversAll, storesNull: word == 0, isRoot: leaf.parent.isRoot,
      usesReadCopyUpdate: tree.usesReadCopyUpdate, isBulk: isBulk)
  }
}
