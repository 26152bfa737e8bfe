import AddressSpaceModel
import SeededDefects

/// The manifest as tables in Markdown, for `docs/`.
extension Manifest {
  /// The tables of `docs/PROOFS.md`, by the names of their marks.
  package static var tables: [(name: String, text: String)] {
    [("obligations", obligationTable), ("forks", forkTable), ("premises", premiseTable)]
  }

  /// What is proved of trees. What differs by the kind of tree alone is one row.
  private static var obligationTable: String {
    var names: [String] = []
    var rows: [String: [String]] = [:]
    for obligation in own where obligation.family != .teardown {
      let words = obligation.name.split(separator: "/").map { $0 == "plain" || $0 == "gaps" ? "*" : String($0) }
      let isOfTree = obligation.name.hasPrefix("bulk") == false
      let name = isOfTree ? words.joined(separator: "/") : obligation.name
      let needs = obligation.weakened.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      if let known = rows[name], known[1] != obligation.claim {
        // Of trees that track gaps the claim has other numbers.
        rows[name]?[1] = "\(known[1]) With gaps: \(obligation.claim)"
      } else if rows[name] == nil {
        names.append(name)
        rows[name] = ["`\(name)`", obligation.claim, needs]
      }
    }
    return markdown([["proof", "claim", "fails without"]] + names.compactMap { rows[$0] })
  }

  /// What is proved of each design of fork, and what a script breaks.
  private static var forkTable: String {
    let designs = ForkDesignName.allCases
    let verdicts = Dictionary(uniqueKeysWithValues: own.map { ($0.name, $0.expected) })
    let rows = TeardownQuestion.all.map { question in
      ["`\(question.name)`"]
        + designs.map { verdicts[question.name(of: $0)]??.holds == true ? "proved" : "broken" }
    }
    return markdown([["law or observer"] + designs.map { "`\($0.rawValue)`" }] + rows)
  }

  private static var premiseTable: String {
    markdown([["premise", "meaning"]] + Premise.allCases.map { ["`\($0.rawValue)`", $0.meaning] })
  }

  /// Rows of cells as a table; the first row is the heading.
  static func markdown(_ rows: [[String]]) -> String {
    let lines = rows.map { "| \($0.joined(separator: " | ")) |\n" }
    let rule = "| \(rows[0].map { _ in "---" }.joined(separator: " | ")) |\n"
    return lines[0] + rule + lines.dropFirst().joined()
  }
}

extension ProofResult {
  /// What is left of the proofs about teardown if a rule is taken away, as a table in Markdown: each rule with the
  /// seeded fault that goes against it, the law that is then broken, in which designs, and a case that shows it.
  package var ruleTable: String {
    struct Row: Hashable {
      var rule: Premise
      var law: String
    }
    var rows: [Row: (designs: [String], case: String)] = [:]
    var order: [Row] = []
    for proof in proofs where proof.family == .teardown {
      let words = proof.name.split(separator: "/", maxSplits: 1).map(String.init)
      for use in proof.premises where use.without != nil {
        let row = Row(rule: use.premise, law: words[1])
        let design = use.isNeeded ? words[0] : "\(words[0]) (\(use.without?.rawValue ?? ""))"
        if rows[row] == nil {
          order.append(row)
          rows[row] = ([], use.witness?.summary ?? "none")
        }
        rows[row]?.designs.append(design)
      }
    }
    let place = Dictionary(uniqueKeysWithValues: Premise.rules.enumerated().map { ($1, $0) })
    let sorted = order.sorted { (place[$0.rule] ?? 0, $0.law) < (place[$1.rule] ?? 0, $1.law) }
    return Manifest.markdown(
      [["rule that is taken away", "seeded fault", "law that is broken", "designs", "a case"]]
        + sorted.map { row in
          let found = rows[row] ?? ([], "")
          return [
            "`\(row.rule.rawValue)`", row.rule.defect.map { "`\($0.rawValue)`" } ?? "-", "`\(row.law)`",
            found.designs.joined(separator: ", "), found.case,
          ]
        })
  }
}
