import Harness
import Operations
import Reports
import Support

extension CompareReport {
  /// The greatest width of a cell that tells what a side did.
  private static let greatestCell = 30

  /// The answer first, on one screen; then scripts and whole differences, if they are wanted.
  package var text: String { comparisonText + (race.map { "\n" + $0.text } ?? "") }

  private var comparisonText: String {
    var text = """
      A           \(first.fullName)
      B           \(second.fullName)
      answer      \(answer)
      operations  \(operations) on both in \(Text.seconds(seconds))
      \(runsText)

      """
    if !skipped.isEmpty {
      let names = skipped.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.name) \($0.value)" }
      text += "passed over what one of them has not: \(names.joined(separator: ", "))\n"
    }
    if !comparesShapes { text += "shapes      not compared: one of them does not show its nodes\n" }
    if !comparesCounts { text += "counts      not compared: one of them does not count its nodes\n" }
    if endedAlike > 0 { text += "ended       the process on both sides alike, in \(endedAlike) runs\n" }
    text += knownText
    if groups.isEmpty { return text }
    text += "\n" + tableText
    if isVerbose { return text + groups.map { "\n" + details(of: $0) }.joined() }
    if groups.contains(where: { $0.file != nil }) { return text + "\n--verbose names the file of each script\n" }
    return text + "\n--verbose prints the scripts, --save-to FOLDER keeps them\n"
  }

  /// The headings under which something was found, with the number of groups.
  var answer: String {
    if operations == 0 { return "none" }
    if groups.isEmpty { return "no difference" }
    let parts = ComparedAspect.Heading.allCases.compactMap { heading -> String? in
      let count = groups.count { $0.group.aspect.heading == heading }
      if count == 0 { return nil }
      return "\(heading.rawValue): \(count) \(count == 1 ? "group" : "groups")"
    }
    return parts.joined(separator: "; ")
  }

  private var runsText: String {
    let comparisons = "\(walks) comparisons of all nodes"
    if areScripts { return "scripts     \(runs); \(comparisons)" }
    return "runs        \(runs), of them \(sweeps) failure sweeps, seeds from \(firstSeed); \(comparisons)"
  }

  /// The faults that are stepped around. One that only one side has is told apart: it is no difference then.
  private var knownText: String {
    if exposesKnownFaults { return "known       nothing is stepped around\n" }
    let both = first.steppedAround.filter { second.steppedAround.contains($0) }
    let parts = [
      (both, "on both sides"), (first.steppedAround.filter { !both.contains($0) }, "on A alone"),
      (second.steppedAround.filter { !both.contains($0) }, "on B alone"),
    ].compactMap { names, side in
      names.isEmpty ? nil : "known       stepped around \(side): \(names.joined(separator: ", "))\n"
    }
    return parts.joined()
  }

  private var tableText: String {
    var rows = [["what differs", "after", "A", "B", "oracle", areScripts ? "scripts" : "runs", "operations"]]
    var heading: ComparedAspect.Heading?
    var text = ""
    func flush() {
      text += Text.table(rows, leftColumns: 5)
      rows = []
    }
    for group in groups {
      if group.group.aspect.heading != heading {
        heading = group.group.aspect.heading
        rows.append([heading?.rawValue ?? ""])
      }
      let isShape = group.group.aspect == .shape
      rows.append([
        "  " + group.group.aspect.rawValue, group.group.family.rawValue,
        isShape ? "" : Self.cell(group.difference.first), isShape ? "" : Self.cell(group.difference.second),
        oracleText(group), "\(group.runs)", "\(group.script.operations.count)",
      ])
    }
    flush()
    return text
  }

  private static func cell(_ text: String) -> String {
    text.count <= greatestCell ? text : text.prefix(greatestCell - 3) + "..."
  }

  /// A group with its script.
  private func details(of group: Group) -> String {
    let difference = group.difference
    var text = """
      \(group.group.aspect.rawValue), \(group.group.family.rawValue): operation \(difference.operationIndex + 1), \
      \(difference.operation)
        A: \(difference.first)
        B: \(difference.second)

      """
    text += "  oracle agrees with: \(oracleText(group))"
    for (side, verdict) in [("A", group.firstVerdict), ("B", group.secondVerdict)] {
      if let violation = verdict.violation { text += "; \(side): \(violation)" }
    }
    text += "\n"
    if group.stop != nil { text += "  shrinking ended early\n" }
    if let file = group.file { return text + "  script: \(file)\n" }
    return text + ScriptText.print(group.script)
  }
}
