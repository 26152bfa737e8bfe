import MapleTreeModule
import Proofs
import Support

/// The result for people: the answers first, and no line of more than 100 columns.
extension ProofResult {
  /// - Parameters:
  ///   - verbose: whether what the answers rest on is told too.
  ///   - scriptFiles: the files of scripts that were written, by their names.
  package func text(verbose: Bool, scriptFiles: [String: String] = [:]) -> String {
    let formulas = proofs.filter { $0.formula != nil }
    var parts: [String] = []
    if !formulas.isEmpty { parts.append(Self.table(of: formulas)) }
    if verbose {
      parts.append(proofs.map(\.text).joined())
    } else if proofs.count > formulas.count {
      parts.append(Self.counts(of: proofs.filter { $0.formula == nil }))
    }
    parts += proofs.filter(\.verdict.isBroken).map { $0.breakText(scriptFile: scriptFiles[$0.scriptName]) }
    if verbose && !figures.isEmpty { parts.append(figures) }
    return parts.joined(separator: "\n") + (parts.isEmpty ? "" : "\n") + lastLine(verbose: verbose)
  }

  private func lastLine(verbose: Bool) -> String {
    let short = proofs.count { $0.verdict == .unsound }
    var parts = ["\(proofs.count) \(proofs.count == 1 ? "proof" : "proofs")"]
    if short > 0 { parts.append("\(short) \(short == 1 ? "formula" : "formulas") too low") }
    parts.append(Text.seconds(seconds))
    let hint = verbose ? "" : "; --verbose tells what this rests on"
    return "\(parts.joined(separator: ", ")); exit status \(status.rawValue)\(hint)\n"
  }

  /// A line for each kind of store and file.
  private static func table(of formulas: [ProofReport]) -> String {
    let heading = ["kind", "formulas", "verdict", "heights", "needed, by height"]
    var cells = [heading] + formulas.compactMap { proof in proof.formula.map { $0.cells(proof.verdict) } }
    // One file needs no column for its name.
    if Set(formulas.map(\.formula?.file)).count == 1 { for row in cells.indices { cells[row].remove(at: 1) } }
    return Text.table(cells, leftColumns: heading.count)
  }

  /// A line for each family, with the number of proofs of each verdict.
  private static func counts(of proofs: [ProofReport]) -> String {
    ProofFamily.allCases.map { family in
      let verdicts = Dictionary(grouping: proofs.filter { $0.family == family }, by: \.verdict.rawValue)
      let counts = verdicts.sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }
      return counts.isEmpty ? "" : "\(family.rawValue): \(counts.joined(separator: ", "))\n"
    }.joined()
  }

  // MARK: Figures

  /// What the proofs about trees found, and the nodes that stay enough while other stores come in between.
  private var figures: String {
    let details = proofs.filter { $0.family != .teardown && $0.verdict == .proved }.flatMap { proof in
      proof.details.map { [proof.name, $0.name, $0.value] }
    }
    let table = details.isEmpty ? "" : Text.table([["proof", "figure", "value"]] + details, leftColumns: 3)
    return table + growth
  }

  /// Nodes enough for any store, by the height of the tree as they are asked for and the number of stores of others
  /// before the store is made; empty unless it was proved here.
  private var growth: String {
    [("plain", false), ("gaps", true)].map { mode, tracksGaps in
      let proved = proofs.filter { $0.name.hasPrefix("growth/") && $0.name.hasSuffix("/\(mode)") }
      guard !proved.isEmpty, proved.allSatisfy({ $0.verdict == .proved }) else { return "" }
      let growth = HeightGrowth(tracksGaps: tracksGaps)
      let heading = "\nNodes enough for any store of a \(mode) tree after k stores of others: \(growth.formula)\n"
      let between = [0, 1, 9, 10, 15, 16, 19, 31, 100]
      let rows = [1, 2, 3, 4, 5, 10, 30, 31].map { height in
        ["\(height)"] + between.map { "\(growth.nodes(from: height, after: $0))" }
      }
      return heading + Text.table([["height"] + between.map { "k = \($0)" }] + rows)
    }.joined()
  }
}

extension FormulaFigures {
  /// The figures as a row of the table.
  fileprivate func cells(_ verdict: ProofVerdict) -> [String] {
    let answer =
      switch verdict {
      case .sound: "sound, slack \(slackText)"
      case .unsound: "UNSOUND, \(shortText)"
      case .tight, .undecided, .proved, .violated: verdict.rawValue
      }
    let heights = Self.extents(Set(cells.map(\.height)))
    return [kind, file, answer, heights.isEmpty ? "-" : heights, needed]
  }

  /// How many nodes a formula that is too low asks too few, at the heights at which it does.
  private var shortText: String {
    let missing = cells.map { -$0.slack }.filter { $0 > 0 }
    guard let least = missing.min(), let most = missing.max() else { return "0 short" }
    let heights = Set(cells.filter { $0.slack < 0 }.map(\.height))
    return "\(least == most ? "\(least)" : "\(least)...\(most)") short at heights \(Self.extents(heights))"
  }

  /// Numbers as ranges: `1...3, 5`.
  private static func extents(_ numbers: Set<Int>) -> String {
    var ranges: [(first: Int, last: Int)] = []
    for number in numbers.sorted() {
      if let range = ranges.last, range.last + 1 == number {
        ranges[ranges.count - 1].last = number
      } else {
        ranges.append((number, number))
      }
    }
    return ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)...\($0.last)" }.joined(separator: ", ")
  }

  /// The greatest need by height.
  private var needed: String {
    let needs = Set(cells.map(\.height)).sorted().map { height in
      cells.filter { $0.height == height }.map(\.needed).max() ?? 0
    }
    let first = needs.prefix(5).map { "\($0)" }.joined(separator: " ")
    guard let last = needs.last, needs.count > 5 else { return first.isEmpty ? "-" : first }
    return first + " ... \(last)"
  }
}

extension ProofReport {
  private static let width = 100

  /// The proof and what it rests on, in a paragraph.
  fileprivate var text: String {
    let slack = formula.map { " \($0.formula), slack \($0.slackText);" } ?? ""
    var text = "\(name): \(verdict.rawValue). \(claim)\(slack) \(paths) paths, \(questions) questions"
    if let bound { text += ", up to \(bound)" }
    let names = premises.map { use in
      let note = use.without.map { use.isNeeded ? " (needed)" : " (\($0.rawValue) without)" } ?? ""
      return use.premise.rawValue + note
    }
    return Text.wrap(text + "; premises: \(names.isEmpty ? "none" : names.joined(separator: ", "))", width: Self.width)
  }

  /// What breaks the claim: the case, its script, and of a formula how the script is replayed.
  fileprivate func breakText(scriptFile: String?) -> String {
    guard let shown = counterexample else { return "\(name): no case shows it\n" }
    guard let formula else {
      return Text.wrap("\(name): \(shown.summary)", width: Self.width) + (shown.script ?? "")
    }
    let text = Text.wrap("\(name) is too low: it asks for \(formula.formula)", width: Self.width)
    guard let script = shown.script else {
      let heights = WitnessCase.heights.upperBound
      return text
        + Text.wrap("no script of up to \(heights) levels shows it; a store: \(shown.summary)", width: Self.width)
    }
    let isNewest = formula.algorithm == RebuildRule.newest.rawValue
    let replay = "maplecheck replay \(isNewest ? "" : "--subject maple-\(formula.algorithm) ")"
    if let scriptFile { return text + "written to \(scriptFile); replay it with: \(replay)\(scriptFile)\n\(script)" }
    return text + "replay it with: \(replay)- <<'end'\n\(script)end\n"
  }
}

extension Obligation {
  /// The obligation in a list of all.
  package var listing: String {
    let expected = expected.map { "\($0.rawValue), " } ?? ""
    let needs = weakened.isEmpty ? "" : " It needs: \(weakened.map(\.rawValue).joined(separator: ", "))."
    return Text.wrap("\(name): \(expected)about \(cost) questions. \(claim)\(needs)", width: 100)
  }
}
