import Foundation
import Operations

/// What the proofs are known to say, kept in a file, so that a change of the plans that changes what is true is seen in
/// review.
package struct ExpectedVerdicts: Codable, Hashable, Sendable {
  /// What is pinned of one proof.
  package struct Pin: Codable, Hashable, Sendable {
    package var verdict: String
    /// Paths through the plans.
    package var paths: Int
    /// Of a formula, what is left over: the least, or the least and the greatest of all trees.
    package var slack: String?

    package init(verdict: String, paths: Int, slack: String? = nil) {
      self.verdict = verdict
      self.paths = paths
      self.slack = slack
    }
  }

  /// By family, then by the name of the proof.
  package var families: [String: [String: Pin]]

  package init(families: [String: [String: Pin]] = [:]) { self.families = families }

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

  /// The file, its keys sorted.
  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("texts and numbers can be encoded") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// How what was found differs from what is pinned, a line for each proof; a proof that is not pinned differs too.
  /// - Parameter isComplete: whether all proofs of the family were made, so that a pinned one that is missing counts.
  package func differences(_ family: String, from found: [String: Pin], isComplete: Bool) -> [String] {
    let pins = families[family] ?? [:]
    var lines: [String] = []
    for name in Set(pins.keys).union(found.keys).sorted() {
      switch (pins[name], found[name]) {
      case (let pin?, let now?): if pin != now { lines.append("\(family)/\(name): expected \(pin), found \(now)") }
      case (nil, let now?): lines.append("\(family)/\(name): expected nothing, found \(now)")
      case (let pin?, nil): if isComplete { lines.append("\(family)/\(name): expected \(pin), found nothing") }
      case (nil, nil): break
      }
    }
    return lines
  }
}

extension ExpectedVerdicts.Pin: CustomStringConvertible {
  package var description: String {
    "\(verdict)\(slack.map { ", slack \($0)" } ?? ""), \(paths) \(paths == 1 ? "path" : "paths")"
  }
}

extension BoundRow {
  /// The slack as tables and pins show it: `0`, or `0...3`.
  package var slackText: String {
    slack.lowerBound == slack.upperBound ? "\(slack.lowerBound)" : "\(slack.lowerBound)...\(slack.upperBound)"
  }

  package var pin: ExpectedVerdicts.Pin {
    ExpectedVerdicts.Pin(
      verdict: verdict.rawValue, paths: paths, slack: verdict == .undecided ? nil : slackText)
  }
}

extension ObligationReport {
  package var pin: ExpectedVerdicts.Pin { ExpectedVerdicts.Pin(verdict: verdict.rawValue, paths: paths) }
}
