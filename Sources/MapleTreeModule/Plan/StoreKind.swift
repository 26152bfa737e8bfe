/// How a store is carried out. Kernel: `enum store_type`.
package enum StoreKind: UInt8, CaseIterable, Hashable, Sendable {
  /// Into a tree without a node: the root pointer changes, or a first leaf is built. Kernel: `wr_store_root`.
  case rootStore
  /// All of the index space: one new leaf, or none. Kernel: `wr_new_root`.
  case newRoot
  /// Over just one slot: its word changes. Kernel: `wr_exact_fit`.
  case exactFit
  /// From within the last slot: the leaf grows behind it. Kernel: `wr_append`.
  case append
  /// Bounds between slots move, none come or go. Kernel: `wr_slot_store`.
  case slotStore
  /// One leaf is written anew. Kernel: `wr_node_store`.
  case nodeStore
  /// The leaf's content no longer fits. Kernel: `wr_split_store`.
  case splitStore
  /// The leaf keeps too little. Kernel: `wr_rebalance`.
  case rebalance
  /// The range begins in one leaf and ends in another, or a NULL would end a leaf. Kernel: `wr_spanning_store`.
  case spanningStore

  /// Whether the kind ever asks for nodes.
  package var asksForNodes: Bool {
    switch self {
    case .exactFit, .append, .slotStore: false
    case .rootStore, .newRoot, .nodeStore, .splitStore, .rebalance, .spanningStore: true
    }
  }

  /// Whether a tree of this many levels can see the kind.
  package func canOccur(at height: Int) -> Bool {
    switch self {
    case .rootStore: height == 0
    case .newRoot: height == 1
    case .exactFit, .append, .slotStore, .nodeStore, .splitStore: height >= 1
    case .rebalance, .spanningStore: height >= 2
    }
  }
}

extension StoreKind: CustomStringConvertible {
  /// The kind as all tables, formula files and scripts' names write it: `split-store`.
  package var description: String {
    switch self {
    case .rootStore: "root-store"
    case .newRoot: "new-root"
    case .exactFit: "exact-fit"
    case .append: "append"
    case .slotStore: "slot-store"
    case .nodeStore: "node-store"
    case .splitStore: "split-store"
    case .rebalance: "rebalance"
    case .spanningStore: "spanning-store"
    }
  }
}
