/// What is taken for granted of a tree and of a store before the plans are explored. The laws that the tree's walk
/// checks (`TreeLaw`) and the rules of a store's walk; each is named in the cores of the solver's proofs.
package enum BoundPremise: String, CaseIterable, Codable, Hashable, Sendable {
  /// A leaf uses no more slots than it has.
  case leafCapacity = "leaf-capacity"
  /// An internal node uses no more slots than it has.
  case nodeCapacity = "node-capacity"
  /// A node that is not right-most has more items than the minimum of its kind.
  case sufficientlyFilled = "sufficiently-filled"
  /// An internal node has two children or more.
  case twoChildren = "two-children"
  /// No two NULLs stand beside each other.
  case nullsJoined = "nulls-joined"
  /// The slots that a store begins and ends in are used ones, in this order.
  case slotsInOrder = "slots-in-order"
  /// A store that spans leaves the node in which it is found to by two slots.
  case pathsPart = "paths-part"
  /// The tree has as many levels as it had when the nodes were asked for.
  case heightAsAsked = "height-as-asked"
  /// Readers are about as they were when the nodes were asked for.
  case readersAsAsked = "readers-as-asked"
}

extension SymbolicDomain {
  /// Takes a premise for granted, unless the exploration is to do without it.
  mutating func assume(_ premise: BoundPremise, _ condition: SymbolicTruth, in world: StoreWorld) {
    if world.without != premise { assume(premise.rawValue, condition) }
  }
}
