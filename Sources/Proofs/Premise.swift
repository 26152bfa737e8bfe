/// What a proof takes for granted. The solver names in each proof the premises that it used, and a proof that can do
/// without one that it says it needs is a failure (`ProofReport.weaknesses`).
package enum Premise: String, CaseIterable, Codable, Hashable, Sendable {
  // The laws that the tree's walk checks (`TreeLaw`), and the rules of a store's walk.
  case leafCapacity = "leaf-capacity"
  case nodeCapacity = "node-capacity"
  case sufficientlyFilled = "sufficiently-filled"
  case twoChildren = "two-children"
  case nullsJoined = "nulls-joined"
  case slotsInOrder = "slots-in-order"
  case pathsPart = "paths-part"
  case aNodeOnEachLevel = "a-node-on-each-level"
  case oneRoot = "one-root"

  // What a level is handed by the level below.
  case builtBelow = "built-below"
  case noRootBelow = "no-root-below"
  case splitOfFullLeaf = "split-of-full-leaf"
  case leafKeepsTooLittle = "leaf-keeps-too-little"
  case slotsReplaced = "slots-replaced"
  case neighbourTakenBelow = "neighbour-taken-below"
  case vacantHeight = "vacant-height"
  case sufficientHeight = "sufficient-height"

  // Which stores are meant.
  case oneEntryErased = "one-entry-erased"
  case leavesBesideEachOther = "leaves-beside-each-other"
  case beginsWhereTheSlotBegins = "begins-where-the-slot-begins"
  case endsWhereTheSlotEnds = "ends-where-the-slot-ends"
  case staysInOneSlot = "stays-in-one-slot"
  case storesAnEntry = "stores-an-entry"
  case itemsOfTwoNodes = "items-of-two-nodes"
  case leftLeafFits = "left-leaf-fits"

  // Which address spaces are meant.
  case vmasComeFirst = "vmas-that-exist-come-first"
  case vmasAreInOrder = "vmas-are-in-order-and-apart"
  case vmasAreInUserSpace = "vmas-are-in-user-space"
  case touchedPagesAreMapped = "touched-pages-lie-in-their-vmas"

  // What the designs of fork rely on.
  case closesOnce = "a-teardown-closes-each-vma-once"
  case closesOnlyCopies = "a-failure-closes-no-vma-that-was-not-copied"
  case leavesParent = "copying-does-not-change-the-parent"
  case countsCopies = "a-vma-counts-when-it-is-in-the-tree"
  case returnsChargeOnce = "a-failed-copy-returns-its-charge-once"
  case freesTables = "a-teardown-frees-page-tables"
  case destroysTree = "the-exit-path-destroys-the-tree"
  case holdsLocks = "the-locks-are-held-until-the-recovery-is-done"
  case marksAddressSpace = "a-failure-marks-the-address-space"
  case unlinksFirst = "links-go-before-vmas-are-closed"
  case startsEmpty = "a-tree-that-is-filled-one-by-one-starts-empty"
  case admitsObservers = "observers-keep-to-their-locks-and-marks"

  /// The premise in one sentence.
  package var meaning: String {
    switch self {
    case .leafCapacity: "A leaf uses no more slots than it has."
    case .nodeCapacity: "An internal node uses no more slots than it has."
    case .sufficientlyFilled: "A node that is not right-most has more items than the minimum of its kind."
    case .twoChildren: "An internal node has two children or more."
    case .nullsJoined: "No two NULLs are beside each other."
    case .slotsInOrder: "The slots that a store begins and ends in are used ones, in this order."
    case .pathsPart: "A store over several leaves leaves the node in which its ways part by two slots."
    case .aNodeOnEachLevel: "Each level has a node."
    case .oneRoot: "The highest level has one node."
    case .builtBelow: "The level below built one to three nodes, as many as its kind of store can."
    case .noRootBelow: "The level below did not build the root: it did not cover the whole tree with one node."
    case .splitOfFullLeaf: "A split has more items than a leaf has slots, and at most three more than it had."
    case .leafKeepsTooLittle: "A rebalance leaves the leaf one item or more, and no more than the minimum."
    case .slotsReplaced: "The level below replaces so many slots of this one."
    case .neighbourTakenBelow: "The level below took in a node from beside the ancestor."
    case .vacantHeight: "The walk noted whether the node has room for one more child."
    case .sufficientHeight: "The walk noted whether the node can lose one child."
    case .oneEntryErased: "The store writes NULL over one entry and the NULLs beside it."
    case .leavesBesideEachOther: "The store ends in the leaf after the one in which it begins."
    case .beginsWhereTheSlotBegins: "The store begins at the first index of a slot."
    case .endsWhereTheSlotEnds: "The store ends at the last index of a slot."
    case .staysInOneSlot: "The store begins and ends in the same slot."
    case .storesAnEntry: "The store does not write NULL."
    case .itemsOfTwoNodes: "Bulk mode divides no more than the items of two full nodes and one entry."
    case .leftLeafFits: "The leaf on the left uses no more slots than it has."
    case .vmasComeFirst: "The VMAs that exist come before those that do not."
    case .vmasAreInOrder: "VMAs are in ascending order and do not overlap."
    case .vmasAreInUserSpace: "VMAs lie below the end of user space."
    case .touchedPagesAreMapped: "The page of a VMA that is in memory lies in the VMA."
    case .closesOnce: "A teardown calls the driver's close once for each VMA."
    case .closesOnlyCopies: "A failure does not close a VMA of the parent."
    case .leavesParent: "Copying a VMA does not change the parent's VMA."
    case .countsCopies: "A VMA is counted when the tree has it, and not before."
    case .returnsChargeOnce: "A failed copy returns its charge once."
    case .freesTables: "A teardown frees the page tables."
    case .destroysTree: "The exit path destroys the tree."
    case .holdsLocks: "The locks are held until the recovery is done."
    case .marksAddressSpace: "A failure sets the marks that others look at before they walk."
    case .unlinksFirst: "A VMA is unlinked from its file and anon_vma before it is closed."
    case .startsEmpty: "A tree that is filled one by one is empty at first."
    case .admitsObservers: "An observer takes its locks, and looks at the marks."
    }
  }

  /// The premises about the nodes and slots of a way up.
  static let ofLevels: [Premise] = [
    .leafCapacity, .nodeCapacity, .sufficientlyFilled, .twoChildren, .slotsInOrder, .pathsPart,
  ]

  /// The premises about address spaces.
  static let ofAddressSpaces: [Premise] = [
    .vmasComeFirst, .vmasAreInOrder, .vmasAreInUserSpace, .touchedPagesAreMapped,
  ]

  /// The rules that designs of fork rely on.
  package static let rules: [Premise] = [
    .closesOnce, .closesOnlyCopies, .leavesParent, .countsCopies, .returnsChargeOnce, .freesTables, .destroysTree,
    .holdsLocks, .marksAddressSpace, .unlinksFirst, .startsEmpty, .admitsObservers,
  ]
}

extension SymbolicDomain {
  /// Takes a premise for granted, unless the exploration is to do without it.
  mutating func assume(_ premise: Premise, _ condition: SymbolicTruth, in world: StoreWorld) {
    if world.without != premise { assume(premise, condition) }
  }
}
