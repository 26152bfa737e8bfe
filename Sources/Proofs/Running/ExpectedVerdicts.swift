import Foundation
import Operations

/// What the proofs and the sweeps of readers are known to say, kept in a file. So a change of the plans that changes
/// what is true, or only how many ways there are, is seen in review. The verdicts are those of the manifest; the
/// numbers are counted.
package struct ExpectedVerdicts: Codable, Hashable, Sendable {
  /// What is pinned of one proof.
  package struct Pin: Codable, Hashable, Sendable {
    package var verdict: ProofVerdict
    /// Paths through the plans.
    package var paths: Int
    /// Of a formula, what is left over: the least, or the least and the greatest of all trees.
    package var slack: String?
  }

  /// By family, then by the name of the proof.
  package var families: [String: [String: Pin]] = [:]
  /// How many interleavings a sweep of readers tries, by subject, then by cell; `nil` if none is pinned.
  package var readers: [String: [String: UInt64]]?
  /// How many states and transitions an exploration has, by subject, then by what was explored; `nil` if none is
  /// pinned.
  package var explored: [String: [String: UInt64]]?

  package init() {}

  /// Reads a file.
  /// - Throws: one line with what is wrong.
  package static func parse(_ bytes: [UInt8], file: String) throws(ScriptError) -> ExpectedVerdicts {
    do {
      return try JSONDecoder().decode(ExpectedVerdicts.self, from: Data(bytes))
    } catch {
      throw ScriptError(
        file: file, line: 1, column: 1, expected: "pinned verdicts, as maplecheck prove --accept writes them",
        found: "other JSON or none")
    }
  }

  /// The pins of a family.
  package subscript(family: ProofFamily) -> [String: Pin] {
    get { families[family.rawValue] ?? [:] }
    set { families[family.rawValue] = newValue }
  }

  /// How what was found differs from what is pinned, a line for each proof; a proof that is not pinned differs too.
  /// - Parameter isComplete: whether all proofs of the family were made, so that a pinned one that is missing counts.
  package func differences(_ family: ProofFamily, from found: [String: Pin], isComplete: Bool) -> [String] {
    let pins = self[family]
    return Set(pins.keys).union(found.keys).sorted().compactMap { name in
      let (pin, now) = (pins[name], found[name])
      if pin == now || (now == nil && !isComplete) { return nil }
      return "\(family.rawValue)/\(name): expected \(pin?.description ?? "nothing"), "
        + "found \(now?.description ?? "nothing")"
    }
  }
}

extension ExpectedVerdicts.Pin: CustomStringConvertible {
  package var description: String {
    "\(verdict.rawValue)\(slack.map { ", slack \($0)" } ?? ""), \(paths) \(paths == 1 ? "path" : "paths")"
  }
}

extension ProofReport {
  /// What is pinned of the proof.
  package var pin: ExpectedVerdicts.Pin {
    ExpectedVerdicts.Pin(
      verdict: verdict, paths: paths, slack: verdict == .undecided ? nil : formula.map(\.slackText))
  }
}
