import MapleTreeModule
import Operations

/// Whether a formula asks for enough.
package enum BoundVerdict: String, CaseIterable, Codable, Hashable, Sendable {
  /// Enough, and at every height some store takes all of it.
  case tight
  /// Enough, and more than any store takes.
  case sound
  /// Some store takes more.
  case unsound
  /// The solver did not say.
  case undecided
}

/// A formula at one height, in one kind of tree and mode, beside what stores take there.
package struct BoundCell: Codable, Hashable, Sendable {
  package var cell: WitnessCase
  /// What the formula asks for where the least is left over.
  package var requested: Int
  /// What stores take there.
  package var needed: Int
  /// The heights of the walk there.
  package var vacant: Int
  package var sufficient: Int
  /// Whether some store was found that takes as many; else no store takes more.
  package var isMet = true

  /// What is left over; below 0 where a node is missing.
  package var slack: Int { requested - needed }
}

/// One line of the table: a kind of store in a formula file, at all heights, in all trees and modes.
package struct BoundRow: Codable, Hashable, Sendable {
  package var kind: StoreKind
  package var file: String
  package var formula: String
  package var verdict: BoundVerdict
  /// The heights of the trees that were looked at.
  package var heights = 0...0
  package var cells: [BoundCell]
  package var paths: Int
  package var solverCalls: Int
  package var premises: [String]
  package var seconds: Double
  /// A script that was replayed: where the verdict is `unsound`, it shows the tree taking more than is asked for; else
  /// that it takes as much as is needed.
  package var witness: Witness?
  /// A store that takes the most, in words, as the prover found it.
  package var symbolicWitness: String

  /// The least and the greatest slack of all cells.
  package var slack: ClosedRange<Int> {
    let values = cells.map(\.slack)
    guard let least = values.min(), let greatest = values.max() else { return 0...0 }
    return least...greatest
  }

  /// The cell with the least left over, the lowest tree first.
  package var worst: BoundCell? { cells.min { $0.slack < $1.slack } }

  /// The script as a file: the last store is allowed what the formula asks for if that is too little, else what it
  /// takes.
  package var witnessScript: String? {
    guard let witness else { return nil }
    let requested = cells.first { $0.cell == witness.cell }?.requested ?? witness.nodes
    let shown = verdict == .unsound ? min(requested, witness.nodes - 1) : witness.nodes
    return witness.text(allowing: shown, file: file)
  }

  /// What expectations are pinned for.
  package var name: String { Self.name(file: file, kind) }

  static func name(file: String, _ kind: StoreKind) -> String { "\(file)/\(kind)" }
}

extension Witness {
  /// The script as a file that says what it shows.
  package func text(allowing nodes: Int, file: String? = nil) -> String {
    let tree = cell.tracksGaps ? "a tree of height \(cell.height) that tracks gaps" : "a tree of height \(cell.height)"
    let kind = cell.kind.description
    let taken = "A store of the kind \(kind) in \(tree) takes \(self.nodes) \(self.nodes == 1 ? "node" : "nodes")"
    let comments =
      nodes < self.nodes
      ? ["\(taken).", "\(file ?? "The formula") asks for \(nodes): a violation."]
      : ["\(taken), as many as one can."]
    let replay = cell.algorithm == .newest ? [] : ["Replay it with --subject maple-\(cell.algorithm.rawValue)."]
    return ScriptText.print(bounded(to: nodes), comments: comments + replay)
  }
}
