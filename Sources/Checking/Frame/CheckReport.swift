import Harness
import Operations
import Proofs
import Reports
import Subjects
import Support

/// What came of `maplecheck check`, of any world.
package struct CheckReport<Script: WorldScript> {
  /// A finding, the first of its key.
  struct Found {
    var finding: Finding<Script>
    var key: String
    /// Whether it is a failure; else it is told, and decides nothing.
    var isFailure: Bool
    var isShrunk: Bool
    /// How often it was found.
    var times = 1
    /// Lines that explain it.
    var notes: [String] = []
    /// Where it was saved.
    var file: String?

    init(_ finding: Finding<Script>, key: String, isFailure: Bool = true, isShrunk: Bool = false) {
      (self.finding, self.key, self.isFailure, self.isShrunk) = (finding, key, isFailure, isShrunk)
    }
  }

  var words: WorldWords
  package var subject = SubjectName.maple
  /// What the subject was called where parts of the work were done; `nil` if it was done here.
  var mergedSubject: String?
  /// Lines of a world's own about the subject and about what was reached, each with its heading.
  var subjectLines: [(heading: String, text: String)] = []
  var countLines: [(heading: String, text: String)] = []
  /// The seed of the first run.
  var seed: UInt64
  package var summary = RunSummary<Script>()
  var seconds = 0.0
  var wasInterrupted = false
  /// What was found, shrunk: the first of each key, or of all.
  var findings: [Found] = []
  /// Cells of the floor that were not reached.
  package var unreached: [CoverageFloor.Shortfall] = []
  /// Counts that are not what is pinned, a line each; and why that, or something else about them, is a complaint.
  package var differences: [String] = []
  package var countComplaint: String?
  /// The most nodes that stores took, if it was asked for.
  package var nodeUse: NodeUseReport?
  /// The faults that the subject knows of itself, and around which it steps.
  package var knownFaultsSteppedAround: [String] = []
  /// The folder of the scripts of what is known, and how often something was found that is, by the scripts' names.
  var known: (folder: String, counts: [String: Int])?
  /// Whether the subject was told to show the faults that it knows of itself.
  package var exposesKnownFaults = false
  /// How the user calls this program, and whether the text begins with the table.
  package var command = "maplecheck"
  package var showsTable = false

  init(_ words: WorldWords = WorldWords(), seed: UInt64) {
    self.words = words
    self.seed = seed
  }

  /// Checked operations a second.
  var rate: Double { seconds > 0 ? Double(summary.operations) / seconds : 0 }

  var hasFailed: Bool { findings.contains { $0.isFailure } }

  package var status: ExitStatus {
    if hasFailed || nodeUse?.exceeded == true { return .violation }
    return complaint == nil ? .clean : .undecided
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  package var complaint: String? {
    if hasFailed { return nil }
    if !findings.isEmpty { return "maplecheck: \(words.undecided)" }
    if summary.operations == 0 {
      return "maplecheck: \(countComplaint ?? "no \(words.operation) was made, so nothing was checked")"
    }
    if wasInterrupted { return "maplecheck: interrupted after \(summary.operations) \(words.operations)" }
    if let nodeUse, nodeUse.rows.allSatisfy({ $0.height == 0 }) {
      return "maplecheck: --nodes: no store was told by the nodes that it asked for, so nothing was compared"
    }
    if let countComplaint { return "maplecheck: \(countComplaint)" }
    return unreached.isEmpty ? nil : "maplecheck: \(unreached.count) cells of the floor were not reached"
  }

  package mutating func save(in folder: SaveFolder) throws(CommandFailure) {
    for place in findings.indices {
      let finding = findings[place].finding
      findings[place].file = try folder.save(finding.scriptText, as: finding.fileName)
    }
  }

  /// What `maplecheck` must be told to make a script happen again.
  private var replay: [String] {
    var options = words.replay
    if let argument = subject.argument { options += ["--subject", argument] }
    if exposesKnownFaults { options.append("--expose-known") }
    return options + words.replayEnd
  }

  package var text: String {
    var text = showsTable ? summary.table.text + "\n" : ""
    func line(_ heading: String, _ content: String) {
      text += heading + String(repeating: " ", count: max(1, 12 - heading.count)) + content + "\n"
    }
    for cell in unreached { text += "not reached: \(cell.name): \(cell.count) of \(cell.minimum)\n" }
    for difference in differences { text += "not as pinned: \(difference)\n" }
    if let nodeUse { text += nodeUse.text + "\n" }
    line("subject", (mergedSubject ?? subject.fullName) + (words.hasSeeds ? ", seeds from \(seed)" : ""))
    for (heading, content) in subjectLines { line(heading, content) }
    line(words.operations, "\(summary.operations) in \(Text.seconds(seconds)), \(words.checked)")
    // Of less than a second a rate says nothing.
    if seconds >= 1 { line("rate", "\(UInt64(rate)) a second, \(UInt64(rate * 3600)) an hour") }
    line(
      words.runs,
      words.refused.isEmpty
        ? "\(summary.runs)"
        : "\(summary.runs), of them \(summary.sweeps) failure sweeps; \(summary.refusals) \(words.refused)")
    if words.hasSeeds && !summary.table.cells.isEmpty { line("reached", reached) }
    for (heading, content) in countLines { line(heading, content) }
    if !summary.skipped.isEmpty {
      line("skipped", "what the subject does not have: \(summary.skipped.keys.sorted().joined(separator: ", "))")
    }
    if !knownFaultsSteppedAround.isEmpty { text += "known       " + KnownFaults.text(knownFaultsSteppedAround) }
    let knownText = knownText
    if let knownText { line("known", knownText) }
    if findings.isEmpty { line("found", "nothing\(knownText == nil ? "" : " else")") }
    for found in findings {
      text += "\n"
      text += found.finding.report(
        savedAs: found.file, replay: replay.joined(separator: " "), notes: found.notes, command: command)
      if found.times > 1 { text += "this was found \(found.times) times\n" }
    }
    return text
  }

  /// What was found that is known, in one line; `nil` if nothing was.
  private var knownText: String? {
    guard let known, !known.counts.isEmpty else { return nil }
    let total = known.counts.values.reduce(0, +)
    let names = known.counts.sorted { $0.key < $1.key }.map { $0.value == 1 ? $0.key : "\($0.key) (\($0.value) times)" }
    return "\(total == 1 ? "1 finding is" : "\(total) findings are") known from \(known.folder), which "
      + "--known none tells: \(names.joined(separator: ", "))"
  }

  /// How much of what there is was reached. The subject lists its marks, reached or not; the ways in which operations
  /// can end are not listed.
  private var reached: String {
    let marks = summary.table.rows.filter { CoverageTable.isMark($0.name) }
    let ways = summary.table.rows.count { OutcomeCounts.isOutcome($0.name) }
    let outcomes = "\(ways) ways in which an operation ends"
    if marks.isEmpty { return outcomes }
    return "\(marks.count { $0.count > 0 }) of \(marks.count) marks of the subject, \(outcomes)"
  }
}

extension CheckReport: WorkReport {
  package func encode(to encoder: any Encoder) throws {
    let campaign: JSONObject = [
      "operations": summary.operations, "runs": summary.runs, "sweeps": summary.sweeps, "refusals": summary.refusals,
      "firstSeed": seed, "passed": !hasFailed && summary.operations > 0, "table": summary.table,
      "skipped": summary.skipped,
    ]
    let notes = (subjectLines + countLines).map { ($0.heading, $0.text) }
    let list = findings.map(fields(of:))
    let fields: JSONObject = [
      "subject": subject.name, "library": subject.libraryName, "campaign": campaign, "seconds": seconds,
      "operationsPerSecond": rate, "operationsPerHour": rate * 3600, "interrupted": wasInterrupted, "nodes": nodeUse,
      "status": status.rawValue, "unreached": unreached, "differences": differences,
      "knownFaultsSteppedAround": knownFaultsSteppedAround,
      "knownFindings": known?.counts ?? [:], "finding": list.first, "findings": list.isEmpty ? nil : list,
      "notes": notes.isEmpty ? nil : Dictionary(uniqueKeysWithValues: notes),
    ]
    try fields.encode(to: encoder)
  }

  private func fields(of found: Found) -> JSONObject {
    let (finding, script) = (found.finding, found.finding.script)
    return [
      "violation": finding.violation, "times": found.times, "script": script.text,
      "operations": script.operations.count, "seed": finding.seed, "file": found.file,
      "replay": ["maplecheck"] + replay + [found.file ?? "-"],
    ]
  }
}
