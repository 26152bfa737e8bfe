import MapleTreeModule

/// The greatest number of nodes that the stores of a cell take, as a prover found it.
package struct NeededNodes: Hashable, Sendable {
  /// The stores of the cell whose walk saw the same heights.
  package struct Group: Hashable, Sendable {
    /// The vacant and the sufficient height of the walk; 0 and 0 where they were not told apart.
    package var vacant: Int
    package var sufficient: Int
    /// The greatest number of nodes that one of them takes.
    package var nodes: Int

    package init(vacant: Int = 0, sufficient: Int = 0, nodes: Int) {
      self.vacant = vacant
      self.sufficient = sufficient
      self.nodes = nodes
    }
  }

  /// All groups that can occur.
  package var groups: [Group]
  /// Paths through the plans that were explored. The same on every machine.
  package var paths: Int
  /// The premises that the proofs used.
  package var premises: [Premise]
  /// A store that takes the most, in words.
  package var witness: String

  package init(groups: [Group], paths: Int, premises: [Premise] = [], witness: String = "") {
    self.groups = groups
    self.paths = paths
    self.premises = premises
    self.witness = witness
  }

  /// Whether some store was found that takes as many, in each group; else no store takes more, and fewer may be the
  /// most.
  package var isMet = true

  /// The greatest number of all groups.
  package var greatest: Int { groups.map(\.nodes).max() ?? 0 }
}

/// Finds the nodes that stores need.
package protocol BoundProver {
  /// The greatest number of nodes of the stores of a cell.
  ///
  /// - Parameters:
  ///   - algorithm: the tree that carries the stores out.
  ///   - tellsHeights: whether stores are told apart by the vacant and the sufficient height of their walk.
  /// - Returns: nil where the solver did not decide.
  mutating func needed(_ cell: WitnessCase, algorithm: RebuildRule, tellsHeights: Bool) throws -> NeededNodes?

  /// The tallest trees of an algorithm that the prover can say anything of.
  func greatestHeight(algorithm: RebuildRule, tellsHeights: Bool) -> Int
}

extension ExploringProver {
  /// For 6.12 and 6.16 what a level takes at most does not tell at which heights of the walk it does: those are told by
  /// full explorations only. For 7.3 `ReachInduction` tells them at every height.
  package func greatestHeight(algorithm: RebuildRule, tellsHeights: Bool) -> Int {
    tellsHeights && algorithm != .copiedByLevel ? Self.exploredHeights.upperBound : Formula.greatestHeight
  }
}
