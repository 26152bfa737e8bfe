import ExternalSubject
import Foundation
import Harness
import MapleTreeModule
import Operations
import Proofs
import RangeMapCore
import SortedArrayOracle
import Subjects
import Support

/// Every state that a tree reaches by writes over a few indices, and everything that can be done in each.
package struct ExploreWork: ShapedWork {
  /// The script that leads to the first state, and what kind of tree it is.
  package var opening = Script()
  /// The indices that writes are about.
  package var domain = KeyRange(0, 0)
  /// Whether writes may reach to the last index of all, and the tree may be emptied.
  package var isOpen = true
  /// The folder of all parts; nil for one that is removed at the end.
  package var folder: String?
  /// Which part this is, from 0, and how many there are.
  package var shard = (number: 0, count: 1)
  package var limits = CheckLimits()
  /// MiB for the keys of states that were reached.
  package var seenMemory = 512
  /// The last level that is done; nil for all.
  package var lastLevel: Int?
  /// Whether it waits for the other parts, and does not end if they are behind.
  package var waits = true
  private var root = ""
  /// What the subject does not have.
  private var skippedKinds: Set<OperationKind> = []

  package init() {}

  /// The greatest number of steps that a state has: a step is a number of two bytes.
  static let greatestSteps = Int(UInt16.max)

  private var steps: ExploreSteps {
    ExploreSteps(domain: domain, isOpen: isOpen, tracksGaps: opening.configuration.tracksGaps)
  }

  /// What the counts are pinned by.
  private var name: String {
    let configuration = opening.configuration
    let flags = [
      configuration.tracksGaps ? "gaps" : "plain", configuration.usesReadCopyUpdate ? "rcu" : nil,
      configuration.geometry == .tiny ? "tiny" : nil,
      opening.operations.isEmpty ? nil : "begun by \(Text.digest(opening.text))",
    ]
    return flags.compactMap { $0 }.joined(separator: " ") + ", indices \(domain.first) to \(domain.last)"
  }

  /// Explores a subject.
  /// - Throws: `CommandFailure` for a folder that cannot be used, or an opening that does not come to its end.
  package func explore(_ subject: SubjectName) throws -> CheckReport<Script> {
    if steps.writes().count > Self.greatestSteps {
      throw CommandFailure("\(steps.writes().count) steps in a state are too many: at most \(Self.greatestSteps)")
    }
    var work = self
    if case .library(let path, _) = subject {
      guard try SubjectName.load(path).features.contains(.duplicate) else {
        throw CommandFailure(
          file: path, expected: "a library that can be duplicated, for each step begins anew", found: "none")
      }
      work.skippedKinds = try subject.comparisonOptions().skippedKinds
    }
    work.root = folder ?? "\(FileManager.default.temporaryDirectory.path)/maplecheck-explore-\(UUID().uuidString)"
    defer { if folder == nil { try? FileManager.default.removeItem(atPath: work.root) } }
    let place = work.place
    let isResumed = try place.begin(settings(of: subject))
    var report = try subject.run(shaped: work)
    report.subject = subject
    if isResumed { report.countLines.append(("resumed", "levels that \(place.path) has were not done again")) }
    if let finding = report.findings.first?.finding {
      try OutputFile.write(Array(finding.scriptText.utf8), to: place.foundPath)
    }
    return report
  }

  private var place: ExploreFolder { ExploreFolder(root: root, shard: shard.number, shards: shard.count) }

  private func settings(of subject: SubjectName) -> ExploreSettings {
    var library: String?
    if case .library(let path, _) = subject { library = path }
    return ExploreSettings(
      subject: subject.fullName, opening: opening.text, first: domain.first, last: domain.last, isOpen: isOpen,
      shards: shard.count, code: ExploreFolder.digest(with: library))
  }

  package func run<Map: ShapedRangeMap & ~Copyable>(
    _ makeMap: @escaping (MapConfiguration) -> Map
  ) throws -> CheckReport<Script> {
    let part = ExploreShard(
      folder: place, opening: opening, steps: steps, limits: limits, seenBytes: seenMemory << 20,
      lastLevel: lastLevel ?? .max, waits: waits, skippedKinds: skippedKinds, makeMap: makeMap)
    let result = try part.run()
    // The way to it is the shortest, but it may have what it does not need.
    let shrinking = Shrinking(world: TreeWorld(skipping: skippedKinds, makeSubject: makeMap), sharing: limits.sharing)
    let finding = result.finding.map { shrinking.shrink($0) }
    return Self.report(result.levels, finding, complaint: result.complaint, limits.progress)
  }

  /// Tells of levels.
  private static func report(
    _ levels: [ExploreLevel], _ finding: Finding<Script>?, complaint: String?, _ meter: ProgressMeter
  ) -> CheckReport<Script> {
    meter.clear()
    var words = WorldWords()
    (words.operations, words.checked, words.runs) = ("transitions", "each compared whole, with all laws", "states")
    (words.refused, words.hasSeeds) = ("", false)
    var report = CheckReport<Script>(words, seed: 0)
    var all = ExploreCounts()
    for (number, level) in levels.enumerated() where level.counts.states > 0 {
      all.add(level.counts)
      report.summary.table.add(level.counts.states, to: "states after \(String(100 + number).dropFirst()) steps")
      report.seconds += level.seconds
    }
    (report.summary.operations, report.summary.runs) = (all.transitions, all.states)
    report.summary.refusals = all.refusals
    let count = levels.count { $0.counts.states > 0 }
    report.countLines.append(("steps", "at most \(max(0, count - 1)) from the first state to another one"))
    report.countLines.append(("refused", "\(all.refusals) requests for memory, each of a transition in its turn"))
    report.countLines.append(("reads", "\(all.reads), in all states"))
    if let finding { report.findings = [.init(finding, key: finding.violation.name, isShrunk: true)] }
    report.countComplaint = complaint.map { "not every state was reached: \($0)" }
    return report
  }

  // MARK: Pins

  /// Compares the counts with what is pinned, or pins them.
  package func comparePins(
    _ report: inout CheckReport<Script>, _ subject: SubjectName, accepts: Bool, isPinned: Bool
  ) throws {
    guard report.complaint == nil, !report.hasFailed, accepts || isPinned else { return }
    var pins = try CountPins(\.explored, of: subject)
    var table = CoverageTable()
    table.add(report.summary.runs, to: "\(name): states")
    table.add(report.summary.operations, to: "\(name): transitions")
    let cells = table.rows.map(\.name)
    if accepts { try pins.accept(table, cells: cells, keepingOthers: true) }
    report.differences = pins.differences(table, cells: cells)
    let difference = report.differences.first
    report.countLines.append(("pinned", difference == nil ? "counts as pinned" : "other counts than pinned"))
    if difference != nil || !pins.isPinned { report.countComplaint = difference ?? "no counts are pinned" }
  }

  // MARK: Parts

  /// Adds up parts that were explored apart.
  /// - Throws: `CommandFailure` if parts are of different explorations.
  package static func merge(_ folders: [String]) throws -> CheckReport<Script> {
    let parts = folders.flatMap { ExploreFolder.parts(of: $0) }
    guard let first = parts.first, let settings = try first.settings() else {
      throw CommandFailure("--merge: no shard in \(folders.joined(separator: ", "))")
    }
    var levels: [ExploreLevel] = []
    var (missing, finding) = (Set(1...settings.shards), String?.none)
    /// How many levels each part has done.
    var done: [Int: Int] = [:]
    for part in parts {
      guard let other = try part.settings() else { continue }
      if let difference = settings.difference(from: other) {
        throw CommandFailure(
          file: "\(part.path)/settings.json", expected: "a shard of the same exploration, of \(difference.expected)",
          found: "one of \(difference.found)")
      }
      guard missing.remove(part.shard + 1) != nil else {
        throw CommandFailure(
          file: "\(part.path)/settings.json", expected: "each shard once", found: "shard \(part.shard + 1) again")
      }
      let own = try part.levels()
      done[part.shard + 1] = own.count
      for (number, level) in own.enumerated() {
        if number == levels.count { levels.append(ExploreLevel()) }
        levels[number].counts.add(level.counts)
        levels[number].seconds = max(levels[number].seconds, level.seconds)
      }
      if part.exists(part.foundPath) { finding = part.foundPath }
    }
    var complaints: [String] = []
    func names(_ shards: some Sequence<Int>) -> String { shards.sorted().map(String.init).joined(separator: ", ") }
    if let finding { complaints.append("a shard found something: \(finding)") }
    if !missing.isEmpty { complaints.append("missing: shard \(names(missing)) of \(settings.shards)") }
    // The last level has no state in any part. A part that has not done it may have some there.
    let isLastEmpty = levels.last.map { $0.counts.states == 0 } ?? false
    let unfinished = done.keys.filter { !isLastEmpty || (done[$0] ?? 0) < levels.count }
    if !unfinished.isEmpty { complaints.append("not finished: shard \(names(unfinished))") }
    var report = Self.report(
      levels, nil, complaint: complaints.isEmpty ? nil : complaints.joined(separator: "; "), ProgressMeter())
    report.mergedSubject = settings.subject
    return report
  }
}
