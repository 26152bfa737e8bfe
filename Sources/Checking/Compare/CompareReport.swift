import Harness
import Measuring
import Operations
import Reports
import Subjects
import Support

/// What came of `maplecheck compare`.
package struct CompareReport {
  /// One of the two subjects.
  package struct Side: Encodable {
    /// As the user named it, and what a library says of itself.
    var name = ""
    var library: String?
    /// The faults that it knows of itself, and around which it steps.
    package var steppedAround: [String] = []

    init() {}

    init(_ subject: SubjectName) { (name, library) = (subject.name, subject.libraryName) }

    var fullName: String { library.map { "\(name): \($0)" } ?? name }
  }

  /// What a run beside the oracle says of one side of a difference.
  struct Verdict {
    /// `nil` if the oracle agrees.
    var violation: String?

    init(_ violation: Violation? = nil) {
      self.violation = violation.map { "\($0.kind.rawValue) at operation \($0.operationIndex + 1)" }
    }
  }

  /// Differences that are told as one.
  struct Group {
    var group: DifferenceGroup
    /// In how many runs it came.
    var runs = 1
    /// The run, and the difference in it, which the script leads to.
    var run: UInt64
    var difference: MapDifference
    var script = Script()
    /// Why shrinking ended early; `nil` where it did not.
    var stop: ShrinkStop?
    var firstVerdict = Verdict()
    var secondVerdict = Verdict()
    /// Where the script was saved.
    var file: String?
  }

  package var first = Side()
  package var second = Side()
  var firstSeed: UInt64
  var operations: UInt64 = 0
  var runs: UInt64 = 0
  var sweeps: UInt64 = 0
  /// How often all nodes of both were compared.
  var walks: UInt64 = 0
  var skipped: [OperationKind: UInt64] = [:]
  /// Runs that ended the process on both sides in the same way: no difference, and nothing was compared after it.
  var endedAlike: UInt64 = 0
  var groups: [Group] = []
  var seconds = 0.0
  var wasInterrupted = false
  /// Whether the runs are scripts that the user named.
  var areScripts = false
  var comparesShapes = true
  var comparesCounts = true
  package var exposesKnownFaults = false
  /// Whether scripts and whole differences are told too.
  package var isVerbose = false
  /// Whether any difference is a failure.
  package var demandsNone = false
  /// The race of the two, if it was asked for.
  var race: CompareRace?

  init(firstSeed: UInt64) { self.firstSeed = firstSeed }

  /// Adds what came of a run.
  mutating func add(_ summary: ComparisonSummary, ofRun number: UInt64) {
    operations += summary.operations
    runs += 1
    sweeps += summary.isSweep ? 1 : 0
    walks += summary.walks
    skipped.merge(summary.skipped) { $0 + $1 }
    for difference in summary.differences { add(difference, ofRun: number) }
  }

  /// Adds a difference. Of a group the one that is found soonest in its run is kept: its script is the shortest to
  /// begin with.
  mutating func add(_ difference: MapDifference, ofRun number: UInt64) {
    guard let place = groups.firstIndex(where: { $0.group == difference.group }) else {
      return groups.append(Group(group: difference.group, run: number, difference: difference))
    }
    groups[place].runs += 1
    if difference.operationIndex < groups[place].difference.operationIndex {
      (groups[place].run, groups[place].difference) = (number, difference)
    }
  }

  package var status: ExitStatus {
    if demandsNone && !groups.isEmpty { return .violation }
    return complaint == nil ? .clean : .undecided
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  package var complaint: String? {
    if operations == 0 { return "maplecheck: no operation was made on both, so nothing was compared" }
    return wasInterrupted ? "maplecheck: interrupted after \(operations) operations" : nil
  }

  /// Races the two as well, until the user wants no more.
  package mutating func race(_ first: SubjectName, _ second: SubjectName) throws {
    let sides = (try first.raceSide(for: "--speed"), try second.raceSide(for: "--speed"))
    do throws(RaceError) {
      race = try CompareRace.run(sides.0, sides.1, goesOn: { !Interruption.isRequested })
    } catch {
      throw CommandFailure("--speed: \(error)")
    }
  }

  package mutating func save(in folder: SaveFolder) throws(CommandFailure) {
    for place in groups.indices {
      let group = groups[place]
      let words = "\(group.group.aspect.rawValue) \(group.group.family.rawValue)".split(separator: " ")
      let script = ScriptText.print(group.script)
      groups[place].file = try folder.save(
        scriptText(of: group), as: Finding<Script>.fileName(words.joined(separator: "-"), script))
    }
  }

  /// The script of a group as a file has it, with the difference in comments.
  func scriptText(of group: Group) -> String {
    let difference = group.difference
    return ScriptText.print(
      group.script,
      comments: [
        "compare: \(group.group.aspect.rawValue), \(group.group.family.rawValue)",
        "operation \(difference.operationIndex + 1): \(difference.operation)",
        "\(first.fullName): \(difference.first)", "\(second.fullName): \(difference.second)",
        "oracle: \(oracleText(group))",
      ])
  }

  /// Which side the oracle agrees with.
  func oracleText(_ group: Group) -> String {
    switch (group.firstVerdict.violation, group.secondVerdict.violation) {
    case (nil, nil): "both"
    case (nil, .some): "A"
    case (.some, nil): "B"
    case (.some, .some): "neither"
    }
  }
}
