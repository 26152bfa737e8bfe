import Harness
import Operations
import Proofs
import Support

/// What came of `maplecheck check`.
struct CheckReport: Encodable {
  var subject = SubjectName.maple
  var campaign: CampaignSummary
  var seconds: Double
  var wasInterrupted: Bool
  /// What was found, shrunk: the first of each kind, or of all.
  var findings: [Finding] = []
  /// How often each kind was found, where the work went on after the first.
  var counts: [ViolationKind: Int] = [:]
  /// Where the findings were saved; none where they were not.
  var files: [String] = []
  /// Cells of the floor that were not reached.
  var unreached: [CoverageFloor.Shortfall] = []
  /// The most nodes that stores took, where it was asked for.
  var nodeUse: NodeUseReport?
  /// The faults that the subject knows of itself, and around which it steps.
  var knownFaultsSteppedAround: [String] = []
  /// How often something was found that is known, by the names of the scripts that show it.
  var knownFindings: [String: Int] = [:]
  /// The folder of these scripts; `nil` if none was asked for.
  var knownFolder: String?
  /// Whether the subject was told to show the faults that it knows of itself.
  var exposesKnownFaults = false

  /// What `maplecheck replay` must be told of the subject.
  private var subjectArguments: [String] {
    (subject.argument.map { ["--subject", $0] } ?? []) + (exposesKnownFaults ? ["--expose-known"] : [])
  }

  init(campaign: CampaignSummary, seconds: Double, wasInterrupted: Bool) {
    self.campaign = campaign
    self.seconds = seconds
    self.wasInterrupted = wasInterrupted
  }

  /// Compared operations a second.
  var rate: Double { seconds > 0 ? Double(campaign.operations) / seconds : 0 }

  var status: ExitStatus {
    if campaign.finding != nil || nodeUse?.exceeded == true { return .violation }
    return complaint == nil ? .clean : .undecided
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  var complaint: String? {
    if campaign.finding != nil { return nil }
    if campaign.operations == 0 { return "maplecheck: no operation was made, so nothing was checked" }
    if wasInterrupted { return "maplecheck: interrupted after \(campaign.operations) operations" }
    if let nodeUse, nodeUse.rows.allSatisfy({ $0.height == 0 }) {
      return "maplecheck: --nodes: no store was told by the nodes that it asked for, so nothing was compared"
    }
    return unreached.isEmpty ? nil : "maplecheck: \(unreached.count) cells of the floor were not reached"
  }

  mutating func save(in folder: SaveFolder) throws(CommandFailure) {
    for finding in findings { files.append(try folder.save(finding.scriptText, as: finding.fileName)) }
  }

  /// The result for people.
  func text(command: String, withTable: Bool) -> String {
    var text = withTable ? campaign.table.text + "\n" : ""
    for cell in unreached { text += "not reached: \(cell.name): \(cell.count) of \(cell.minimum)\n" }
    if let nodeUse { text += nodeUse.text + "\n" }
    text += """
      subject     \(subject.fullName), seeds from \(campaign.firstSeed)
      operations  \(campaign.operations) in \(Text.seconds(seconds)), all results compared

      """
    // Of less than a second a rate says nothing.
    if seconds >= 1 { text += "rate        \(UInt64(rate)) a second, \(UInt64(rate * 3600)) an hour\n" }
    text += """
      runs        \(campaign.runs), of them \(campaign.sweeps) failure sweeps; \(campaign.refusals) requests refused
      reached     \(Self.reached(campaign.table))

      """
    if !campaign.skipped.isEmpty {
      let names = campaign.skipped.keys.sorted().joined(separator: ", ")
      text += "skipped     what the subject does not have: \(names)\n"
    }
    if !knownFaultsSteppedAround.isEmpty {
      text += "known       " + KnownFaultOptions.text(knownFaultsSteppedAround)
    }
    if !knownFindings.isEmpty { text += "known       \(knownText)\n" }
    if campaign.finding == nil { text += "found       nothing\(knownFindings.isEmpty ? "" : " else")\n" }
    let choice = subject.argument.map { exposesKnownFaults ? "\($0) --expose-known" : $0 }
    for (place, finding) in findings.enumerated() {
      let file = files.indices.contains(place) ? files[place] : nil
      text += "\n" + finding.report(savedAs: file, subject: choice, command: command)
      if let count = counts[finding.violation.kind], count > 1 { text += "this kind was found \(count) times\n" }
    }
    return text
  }

  /// What was found that is known, in one line.
  private var knownText: String {
    let total = knownFindings.values.reduce(0, +)
    let names = knownFindings.keys.sorted().map { name in
      knownFindings[name].map { $0 == 1 ? name : "\(name) (\($0) times)" } ?? name
    }
    return "\(total == 1 ? "1 finding is" : "\(total) findings are") known from \(knownFolder ?? "scripts"), which "
      + "--known none tells: \(names.joined(separator: ", "))"
  }

  /// How much of what there is was reached. The subject lists its marks, reached or not; the ways in which operations
  /// can end are not listed.
  private static func reached(_ table: CoverageTable) -> String {
    let marks = table.rows.filter { CoverageTable.isMark($0.name) }
    let ways = table.rows.count { OutcomeCounts.isOutcome($0.name) }
    let outcomes = "\(ways) ways in which an operation ends"
    if marks.isEmpty { return outcomes }
    return "\(marks.count { $0.count > 0 }) of \(marks.count) marks of the subject, \(outcomes)"
  }

  enum CodingKeys: String, CodingKey {
    case subject, library, campaign, seconds, operationsPerSecond, operationsPerHour, interrupted, status, finding
    case findings, unreached, nodes, knownFaultsSteppedAround, knownFindings
  }

  enum FindingKeys: String, CodingKey {
    case violation, times, script, operations, seed, file, replay
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(subject.name, forKey: .subject)
    try container.encodeIfPresent(subject.libraryName, forKey: .library)
    try container.encode(campaign, forKey: .campaign)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(rate, forKey: .operationsPerSecond)
    try container.encode(rate * 3600, forKey: .operationsPerHour)
    try container.encode(wasInterrupted, forKey: .interrupted)
    try container.encodeIfPresent(nodeUse, forKey: .nodes)
    try container.encode(status.rawValue, forKey: .status)
    try container.encode(unreached, forKey: .unreached)
    try container.encode(knownFaultsSteppedAround, forKey: .knownFaultsSteppedAround)
    try container.encode(knownFindings, forKey: .knownFindings)
    guard !findings.isEmpty else { return }
    try encode(0, in: container.nestedContainer(keyedBy: FindingKeys.self, forKey: .finding))
    var list = container.nestedUnkeyedContainer(forKey: .findings)
    for place in findings.indices { try encode(place, in: list.nestedContainer(keyedBy: FindingKeys.self)) }
  }

  private func encode(_ place: Int, in container: KeyedEncodingContainer<FindingKeys>) throws {
    var container = container
    let finding = findings[place]
    let file = files.indices.contains(place) ? files[place] : nil
    try container.encode(finding.violation, forKey: .violation)
    try container.encode(counts[finding.violation.kind] ?? 1, forKey: .times)
    try container.encode(ScriptText.print(finding.script), forKey: .script)
    try container.encode(finding.script.operations.count, forKey: .operations)
    try container.encodeIfPresent(finding.seed, forKey: .seed)
    try container.encodeIfPresent(file, forKey: .file)
    try container.encode(["maplecheck", "replay"] + subjectArguments + [file ?? "-"], forKey: .replay)
  }
}
