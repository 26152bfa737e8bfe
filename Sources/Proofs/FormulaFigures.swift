import MapleTreeModule
import Operations

/// What a formula asks for, beside what stores take: one kind of store in a formula file, at all heights, in all trees
/// and modes.
package struct FormulaFigures: Codable, Hashable, Sendable {
  /// The formula at one height, in one kind of tree and mode.
  package struct Cell: Codable, Hashable, Sendable {
    package var height: Int
    package var tracksGaps: Bool
    package var usesReadCopyUpdate: Bool
    /// The heights of the walk for which the least is left over.
    package var vacant: Int
    package var sufficient: Int
    /// What the formula asks for there, and what stores take.
    package var requested: Int
    package var needed: Int
    /// Whether some store was found that takes as many; else no store takes more.
    package var isMet: Bool

    /// What is left over; below 0 if a node is missing.
    package var slack: Int { requested - needed }
  }

  /// The kind of store, as scripts and files name it.
  package let kind: String
  /// What the formula file calls itself.
  package let file: String
  /// As the file has it.
  package let formula: String
  /// The version of the tree that carries the stores out.
  package let algorithm: String
  /// The heights of the trees that were looked at.
  package var heights = 0...0
  package var cells: [Cell] = []

  /// The least and the greatest slack of all cells.
  package var slack: ClosedRange<Int> {
    let values = cells.map(\.slack)
    guard let least = values.min(), let greatest = values.max() else { return 0...0 }
    return least...greatest
  }

  /// The slack as tables and pins show it: `0`, or `0...3`.
  package var slackText: String {
    slack.lowerBound == slack.upperBound ? "\(slack.lowerBound)" : "\(slack.lowerBound)...\(slack.upperBound)"
  }
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

extension ProofReport {
  /// The name of a file for the script of a formula.
  package var scriptName: String {
    // A formula file may call itself anything.
    let file = formula?.file.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "-" }
    return "\(String(file ?? []))-\(formula?.kind ?? "").maple"
  }
}

extension ProofResult {
  /// The script of each formula: one that breaks it if it is too low, else one that takes as much as a store can.
  package var scripts: [(name: String, text: String)] {
    proofs.compactMap { proof in
      let witness = proof.formula.flatMap { _ in proof.counterexample ?? proof.boundWitness }
      return witness?.script.map { (proof.scriptName, $0) }
    }
  }
}
