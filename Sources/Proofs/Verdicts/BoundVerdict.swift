import MapleTreeModule
import Operations

/// Whether a formula asks for enough.
public enum BoundVerdict: String, CaseIterable, Codable, Hashable, Sendable {
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
public struct BoundCell: Codable, Hashable, Sendable {
  public var cell: WitnessCase
  /// What the formula asks for where the least is left over.
  public var requested: Int
  /// What stores take there.
  public var needed: Int
  /// The heights of the walk there.
  public var vacant: Int
  public var sufficient: Int
  /// Whether some store was found that takes as many; else no store takes more.
  public var isMet = true

  /// What is left over; below 0 where a node is missing.
  public var slack: Int { requested - needed }
}

/// One line of the table: a kind of store in a formula file, at all heights, in all trees and modes.
public struct BoundRow: Codable, Hashable, Sendable {
  public var kind: StoreKind
  public var file: String
  public var formula: String
  public var verdict: BoundVerdict
  /// The heights of the trees that were looked at.
  public var heights = 0...0
  public var cells: [BoundCell]
  public var paths: Int
  public var solverCalls: Int
  public var premises: [String]
  public var seconds: Double
  /// A script that was replayed: where the verdict is `unsound`, it shows the tree taking more than is asked for; else
  /// that it takes as much as is needed.
  public var witness: Witness?
  /// A store that takes the most, in words, as the prover found it.
  public var symbolicWitness: String

  /// The least and the greatest slack of all cells.
  public var slack: ClosedRange<Int> {
    let values = cells.map(\.slack)
    guard let least = values.min(), let greatest = values.max() else { return 0...0 }
    return least...greatest
  }

  /// The cell with the least left over, the lowest tree first.
  public var worst: BoundCell? { cells.min { $0.slack < $1.slack } }

  /// The script as a file: the last store is allowed what the formula asks for if that is too little, else what it
  /// takes.
  public var witnessScript: String? {
    guard let witness else { return nil }
    let requested = cells.first { $0.cell == witness.cell }?.requested ?? witness.nodes
    let shown = verdict == .unsound ? min(requested, witness.nodes - 1) : witness.nodes
    return witness.text(allowing: shown, file: file)
  }

  /// What expectations are pinned for.
  public var name: String { Self.name(file: file, kind) }

  static func name(file: String, _ kind: StoreKind) -> String { "\(file)/\(kind)" }
}

extension Witness {
  /// The script as a file that says what it shows.
  public func text(allowing nodes: Int, file: String? = nil) -> String {
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
