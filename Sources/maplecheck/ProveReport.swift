import MapleTreeModule
import Operations
import Proofs

/// What came of `maplecheck prove`.
struct ProveReport {
  var families: [ObligationKind] = []
  var rows: [BoundRow] = []
  var obligations: [ObligationReport] = []
  var differences: [String] = []
  var seconds = 0.0
  var wasInterrupted = false
  /// Whether what came out was compared with the pins.
  var isPinned = false
  /// Why the work could not go on.
  var failure: String?

  /// What is pinned of a family.
  func pins(_ family: ObligationKind) -> [String: ExpectedVerdicts.Pin] {
    var pins: [String: ExpectedVerdicts.Pin] = [:]
    if family == .bounds { for row in rows { pins[row.name] = row.pin } }
    for obligation in obligations where obligation.kind == family { pins[obligation.name] = obligation.pin }
    return pins
  }

  /// Where the pins say so, a formula may be unsound and an obligation violated.
  var status: ExitStatus {
    if !differences.isEmpty { return .violation }
    if obligations.contains(where: { $0.verdict != .undecided && !$0.weaknesses.isEmpty }) { return .violation }
    if !isPinned {
      if rows.contains(where: { $0.verdict == .unsound }) { return .violation }
      if obligations.contains(where: { $0.verdict == .violated }) { return .violation }
    }
    return undecided.isEmpty ? .clean : .undecided
  }

  /// Why no full answer was given.
  private var undecided: [String] {
    var reasons: [String] = []
    if let failure { reasons.append(failure) }
    if wasInterrupted { reasons.append("interrupted, so that not all was proved") }
    for row in rows where row.verdict == .undecided { reasons.append("\(row.name): the solver did not decide it") }
    for obligation in obligations where obligation.verdict == .undecided {
      reasons.append("\(obligation.name): the solver did not decide it")
    }
    for family in families where pins(family).isEmpty { reasons.append("\(family.rawValue): nothing was proved") }
    return reasons
  }

  /// All that is wrong, a line each.
  var complaints: [String] {
    var lines = differences
    for obligation in obligations where obligation.verdict != .undecided {
      lines += obligation.weaknesses.map { "\(obligation.name): \($0)" }
    }
    return lines + undecided
  }

  static func text(seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }

  // MARK: Text

  /// The result for people.
  var text: String {
    var text = ""
    if !rows.isEmpty {
      let heading = ["kind", "formulas", "needed", "at heights", "verdict", "script", "time", "requested"]
      text += Self.table([heading] + rows.map(Self.cells))
      for row in rows where row.verdict == .unsound {
        text += "\n\(row.name) asks for too little:\n"
        let none = "no script of up to \(WitnessCase.heights.upperBound) levels; \(row.symbolicWitness)\n"
        text += row.witnessScript ?? none
      }
    }
    if !obligations.isEmpty {
      let heading = ["obligation", "verdict", "paths", "bound", "premises", "time"]
      if !text.isEmpty { text += "\n" }
      text += Self.table([heading] + obligations.map(Self.cells))
      for obligation in obligations where obligation.verdict == .violated {
        guard let shown = obligation.counterexample else { continue }
        text += "\n\(obligation.name): \(shown.summary)\n\(shown.script ?? "")"
      }
    }
    return text + figures + "\n\(pinsCount) proofs, \(Self.text(seconds: seconds))\n"
  }

  private var pinsCount: Int { rows.count + obligations.count }

  private static func cells(_ row: BoundRow) -> [String] {
    let verdict =
      switch row.verdict {
      case .sound: "sound, slack \(row.slackText)"
      case .unsound: "UNSOUND, \(-row.slack.lowerBound) short"
      case .tight, .undecided: row.verdict.rawValue
      }
    let heights = row.cells.isEmpty ? "-" : neededHeights(row)
    let script = row.witness.map { "\($0.cell.name), \($0.script.operations.count + 1) lines" } ?? "-"
    return [
      row.kind.description, row.file, needed(row), heights, verdict, script, text(seconds: row.seconds), row.formula,
    ]
  }

  /// The greatest need by height.
  private static func needs(_ row: BoundRow) -> [(height: Int, nodes: Int)] {
    Set(row.cells.map(\.cell.height)).sorted().map { height in
      (height, row.cells.filter { $0.cell.height == height }.map(\.needed).max() ?? 0)
    }
  }

  private static func needed(_ row: BoundRow) -> String {
    let needs = needs(row)
    let first = needs.prefix(5).map { "\($0.nodes)" }.joined(separator: " ")
    guard let last = needs.last, needs.count > 5 else { return first.isEmpty ? "-" : first }
    return first + " ... \(last.nodes)"
  }

  private static func neededHeights(_ row: BoundRow) -> String {
    let heights = needs(row).map(\.height)
    guard let first = heights.first, let last = heights.last else { return "-" }
    return first == last ? "\(first)" : "\(first)...\(last)"
  }

  private static func cells(_ obligation: ObligationReport) -> [String] {
    [
      obligation.name, obligation.verdict.rawValue, "\(obligation.paths)", obligation.bound ?? "-",
      obligation.premises.isEmpty ? "-" : obligation.premises.joined(separator: " "),
      text(seconds: obligation.seconds),
    ]
  }

  /// Rows of equally many columns, each as wide as its widest cell.
  private static func table(_ rows: [[String]]) -> String {
    guard let columns = rows.first?.count else { return "" }
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { place, cell in
        place == columns - 1 ? cell : cell + String(repeating: " ", count: widths[place] - cell.count)
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }
}
