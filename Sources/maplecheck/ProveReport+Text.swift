import MapleTreeModule
import Operations
import Proofs
import Support

/// The result for people: the answers first, and no line of more than 100 columns.
extension ProveReport {
  static let width = 100

  /// - Parameter verbose: whether what the answers rest on is told too.
  func text(verbose: Bool) -> String {
    var parts: [String] = []
    if !rows.isEmpty { parts.append(boundText(verbose: verbose)) }
    parts += rows.filter { $0.verdict == .unsound }.map(breakText)
    if !obligations.isEmpty { parts.append(obligationText(verbose: verbose)) }
    for obligation in obligations where obligation.verdict == .violated {
      guard let shown = obligation.counterexample else { continue }
      parts.append(Text.wrap("\(obligation.name): \(shown.summary)", width: Self.width) + (shown.script ?? ""))
    }
    if verbose && !figures.isEmpty { parts.append(figures) }
    return parts.joined(separator: "\n") + (parts.isEmpty ? "" : "\n") + lastLine(verbose: verbose)
  }

  private func lastLine(verbose: Bool) -> String {
    let count = rows.count + obligations.count
    let short = rows.count { $0.verdict == .unsound }
    var parts = ["\(count) \(count == 1 ? "proof" : "proofs")"]
    if short > 0 { parts.append("\(short) \(short == 1 ? "formula" : "formulas") too low") }
    parts.append(Text.seconds(seconds))
    let hint = verbose ? "" : "; --verbose tells what this rests on"
    return "\(parts.joined(separator: ", ")); exit status \(status.rawValue)\(hint)\n"
  }

  // MARK: Formulas

  /// A line for each kind of store and file.
  private func boundText(verbose: Bool) -> String {
    let heading = ["kind", "formulas", "verdict", "heights", "needed, by height"]
    var cells = [heading] + rows.map(Self.cells)
    // One file needs no column for its name.
    if Set(rows.map(\.file)).count == 1 { for row in cells.indices { cells[row].remove(at: 1) } }
    var text = Text.table(cells, leftColumns: heading.count)
    guard verbose else { return text }
    for row in rows {
      let script = row.witness.map { "; script \($0.cell.name)" } ?? ""
      let premises = row.premises.isEmpty ? "none" : row.premises.joined(separator: " ")
      text += Text.wrap(
        "\(row.name) = \(row.formula); \(row.paths) paths, \(Text.seconds(row.seconds))\(script); premises: \(premises)",
        width: Self.width)
    }
    return text
  }

  private static func cells(_ row: BoundRow) -> [String] {
    let verdict =
      switch row.verdict {
      case .sound: "sound, slack \(row.slackText)"
      case .unsound: "UNSOUND, \(shortText(row))"
      case .tight, .undecided: row.verdict.rawValue
      }
    let heights = extents(Set(row.cells.map(\.cell.height)))
    return ["\(row.kind)", row.file, verdict, heights.isEmpty ? "-" : heights, needed(row)]
  }

  /// How many nodes a formula that is too low asks too few, at the heights at which it does.
  private static func shortText(_ row: BoundRow) -> String {
    let missing = row.cells.map { -$0.slack }.filter { $0 > 0 }
    guard let least = missing.min(), let most = missing.max() else { return "0 short" }
    let heights = Set(row.cells.filter { $0.slack < 0 }.map(\.cell.height))
    return "\(least == most ? "\(least)" : "\(least)...\(most)") short at heights \(extents(heights))"
  }

  /// Numbers as ranges: `1...3, 5`.
  static func extents(_ numbers: Set<Int>) -> String {
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
  private static func needed(_ row: BoundRow) -> String {
    let needs = Set(row.cells.map(\.cell.height)).sorted().map { height in
      row.cells.filter { $0.cell.height == height }.map(\.needed).max() ?? 0
    }
    let first = needs.prefix(5).map { "\($0)" }.joined(separator: " ")
    guard let last = needs.last, needs.count > 5 else { return first.isEmpty ? "-" : first }
    return first + " ... \(last)"
  }

  /// What breaks a formula that is too low: the script, where it is, and how it is replayed.
  private func breakText(_ row: BoundRow) -> String {
    var text = Text.wrap("\(row.name) is too low: it asks for \(row.formula)", width: Self.width)
    guard let script = row.witnessScript, let witness = row.witness else {
      let heights = WitnessCase.heights.upperBound
      return text
        + Text.wrap("no script of up to \(heights) levels shows it; a store: \(row.symbolicWitness)", width: Self.width)
    }
    let version = witness.cell.algorithm.rawValue
    let subject = witness.cell.algorithm == .newest ? "" : "--subject maple-\(version) "
    if let file = scriptFiles[row.name] {
      text += "written to \(file); replay it with: maplecheck replay \(subject)\(file)\n\(script)"
    } else {
      text += "replay it with: maplecheck replay \(subject)- <<'end'\n\(script)end\n"
    }
    return text
  }

  // MARK: Obligations

  private func obligationText(verbose: Bool) -> String {
    if verbose {
      return obligations.map { obligation in
        let bound = obligation.bound.map { ", up to \($0)" } ?? ""
        let premises = obligation.premises.isEmpty ? "" : "; premises: " + obligation.premises.joined(separator: " ")
        let time = Text.seconds(obligation.seconds)
        return Text.wrap(
          "\(obligation.name): \(obligation.verdict.rawValue), \(obligation.paths) paths\(bound), \(time)\(premises)",
          width: Self.width)
      }.joined()
    }
    var text = ""
    for family in families {
      let own = obligations.filter { $0.kind == family }
      if own.isEmpty { continue }
      let verdicts = Dictionary(grouping: own, by: \.verdict.rawValue).sorted { $0.key < $1.key }
      text += "\(family.rawValue): \(verdicts.map { "\($0.value.count) \($0.key)" }.joined(separator: ", "))\n"
    }
    return text
  }
}
