import AddressSpaceModel
import Harness
import Operations
import RangeMapCore
import Scenarios
import Subjects
import Support
import Workers

/// All failures of a fork of each layout in each design, on any subject.
package struct SweepWork: SubjectWork {
  /// The most vmas of a designed layout: what the addresses of a process have room for.
  package static let greatestVmaCount = 1 << 24

  /// Logs of strace, or lists of areas.
  var files: [String]
  /// The numbers of vmas of designed layouts.
  var vmas: [Int]
  var designs: [ForkDesignName]
  package var mode = SweepMode.both
  package var isSample = false
  private var subject = ""
  package var skippedKinds: Set<OperationKind> = []
  package var sharing = Sharing.none
  var progress = ProgressMeter()
  /// Asked again and again: whether to end the work.
  var shouldStop: () -> Bool = { Interruption.isRequested }

  package init(files: [String] = [], vmas: [Int] = [], designs: [ForkDesignName]) {
    (self.files, self.vmas, self.designs) = (files, vmas, designs)
  }

  private var rule: SweepRule { SweepRule(isSample ? .sample : .all, durations: mode.durations) }

  /// Sweeps over the layouts on a subject.
  package func sweep(_ subject: SubjectName) throws -> SweepReport {
    var work = self
    work.subject = subject.name
    return try subject.run(work)
  }

  package func run<Subject: RangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> SweepReport {
    var layouts: [SweptLayout] = []
    for path in files { layouts.append(try SweptLayout.file(path, makeMap: makeSubject)) }
    for count in vmas { layouts.append(.designed(count)) }
    var report = SweepReport(subject: subject, mode: mode, isSample: isSample)
    var parts = spaces(of: layouts)
    try count(&parts, layouts, makeSubject, &report)
    report.pointsPlanned = parts.reduce(0) { $0 + UInt64($1.points.count) }
    if report.ended == nil { try sweep(parts.flatMap(\.pieces), layouts, makeSubject, &report) }
    return report
  }

  /// A part of the sweep over an address space.
  private struct Part {
    var layout: Int
    var space: Int
    var design: ForkDesignName
    /// The points to try, numbered from 0.
    var points = 0..<0

    static let pointsPerPiece = 128

    /// The part in pieces of work. Each makes the address space anew, which costs about what a point does.
    var pieces: [Part] {
      stride(from: 0, to: max(1, points.count), by: Self.pointsPerPiece).map { start in
        var piece = self
        piece.points = start..<min(start + Self.pointsPerPiece, points.count)
        return piece
      }
    }
  }

  private func spaces(of layouts: [SweptLayout]) -> [Part] {
    var parts: [Part] = []
    for (number, layout) in layouts.enumerated() {
      for design in designs {
        for space in layout.spaces.indices { parts.append(Part(layout: number, space: space, design: design)) }
      }
    }
    return parts
  }

  /// What came of a piece of the work, or the line that says why nothing did.
  private enum Answer<Value: Codable>: Codable {
    case found(Value)
    case failed(String)

    init(_ body: () throws -> Value) {
      do { self = .found(try body()) } catch { self = .failed("\(error)") }
    }
  }

  /// Makes pieces of work one by one, and takes what came of each, until one fails or ends its process.
  private func share<Value: Codable>(
    _ pieces: [Part], _ report: inout SweepReport, amount: (Value) -> UInt64,
    make: (Part, RunContext) throws -> Value, take: (Part, Value, inout SweepReport) -> Void
  ) throws(CommandFailure) -> SharedRuns.Report {
    var failure: CommandFailure?
    let runs = SharedRuns(
      sharing: sharing, count: pieces.count, expected: report.pointsPlanned, noun: "points", progress: progress,
      shouldStop: shouldStop)
    let told = runs.run(
      make: { number, context in Answer { try make(pieces[Int(number)], context) } },
      amount: { if case .found(let value) = $0 { amount(value) } else { 0 } },
      take: { number, outcome in
        let part = pieces[Int(number)]
        switch outcome {
        case .done(.found(let value)): take(part, value, &report)
        case .done(.failed(let reason)): failure = CommandFailure(reason)
        case .ended(let end):
          guard let end = Violation(end.ending, at: end.place, of: ForkScenario()) else { break }
          report.ended =
            "design \(part.design.rawValue): \(end.kind.rawValue): expected \(end.expected), found \(end.found)"
        }
        return failure == nil && report.ended == nil
      })
    if let failure { throw failure }
    return told
  }

  /// Counts the points of each address space, so that they can be shared out, and the time left be told.
  private func count<Subject: RangeMap & ~Copyable>(
    _ parts: inout [Part], _ layouts: [SweptLayout], _ makeSubject: @escaping (MapConfiguration) -> Subject,
    _ report: inout SweepReport
  ) throws(CommandFailure) {
    var counts: [Int] = []
    _ = try share(
      parts, &report, amount: { _ in 0 },
      make: { part, _ in
        try Self.fitting(layouts[part.layout].spaces[part.space]) { (space) throws(AddressSpaceError) in
          try ForkSweep.count(space, ForkOptions(design: part.design), rule: rule, makeMap: makeSubject)
        }
      }, take: { (_, count: Int, _) in counts.append(count) })
    for (place, count) in counts.enumerated() { parts[place].points = 0..<count }
    if counts.count < parts.count { report.wasInterrupted = report.ended == nil }
  }

  private func sweep<Subject: RangeMap & ~Copyable>(
    _ pieces: [Part], _ layouts: [SweptLayout], _ makeSubject: @escaping (MapConfiguration) -> Subject,
    _ report: inout SweepReport
  ) throws(CommandFailure) {
    let told = try share(
      pieces, &report, amount: { UInt64($0.pointsTried) },
      make: { part, context in
        var tried: UInt64 = 0
        return try Self.fitting(layouts[part.layout].spaces[part.space]) { (space) throws(AddressSpaceError) in
          try ForkSweep.sweep(
            space, ForkOptions(design: part.design), rule: rule, points: part.points,
            willContinue: {
              tried += 1
              context.progress(tried)
              return !context.shouldStop()
            }, makeMap: makeSubject)
        }
      },
      take: { (part, found: ForkSweepReport, report) in
        report.add(found, layout: layouts[part.layout].name, design: part.design)
      })
    (report.seconds, report.wasInterrupted) = (told.seconds, told.wasInterrupted)
  }

  private static func fitting<Value>(
    _ layout: ForkLayout, _ body: (ForkLayout) throws(AddressSpaceError) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(AddressSpaceError) {
      return try body(layout)
    } catch {
      throw CommandFailure(file: layout.name, expected: "areas that can be mapped", found: "\(error)")
    }
  }
}

/// What came of `maplecheck check fork --sweep`.
package struct SweepReport: Encodable {
  var subject: String
  var mode: SweepMode
  var isSample: Bool
  var sweeps: [ForkSweepReport] = []
  var seconds = 0.0
  var wasInterrupted = false
  /// The points of all layouts and designs.
  var pointsPlanned: UInt64 = 0
  /// How the subject ended a process, in words; nil where it did not.
  var ended: String?

  /// Adds what was found of a layout and a design.
  mutating func add(_ found: ForkSweepReport, layout: String, design: ForkDesignName) {
    let place = sweeps.firstIndex { $0.layout == layout && $0.design == design } ?? sweeps.count
    if place == sweeps.count { sweeps.append(ForkSweepReport(layout: layout, design: design)) }
    sweeps[place].add(found)
  }

  /// The points that were tried.
  var pointsTried: UInt64 { sweeps.reduce(0) { $0 + UInt64($1.pointsTried) } }

  package var status: ExitStatus {
    if ended != nil || sweeps.contains(where: { !$0.violations.isEmpty }) { return .violation }
    return complaint == nil ? .clean : .undecided
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  package var complaint: String? {
    if ended != nil { return nil }
    if let empty = sweeps.first(where: { $0.pointsTried == 0 }) {
      return "maplecheck: no failure of a fork of \(empty.layout) was tried, so nothing was checked"
    }
    if sweeps.isEmpty || pointsTried < pointsPlanned {
      return "maplecheck: \(pointsTried) of \(pointsPlanned) points were tried"
    }
    return nil
  }

  /// The result for people.
  package var text: String {
    let rate = seconds >= 1 ? ", \(UInt64(Double(pointsTried) / seconds)) a second" : ""
    let end = ended.map { "\nviolation   \($0)\n" } ?? ""
    return """
      sweep       \(mode.rawValue)\(isSample ? ", a sample" : ", all points") on \(subject)
      points      \(pointsTried) in \(Text.seconds(seconds))\(rate)

      """ + sweeps.map(Self.text).joined() + end
  }

  private static func text(_ sweep: ForkSweepReport) -> String {
    let vmas =
      sweep.fewestVmas == sweep.mostVmas ? "\(sweep.mostVmas)" : "\(sweep.fewestVmas) to \(sweep.mostVmas)"
    let kinds = sweep.rows.filter { $0.existing > 0 }.map { "\($0.kind) \($0.tried)" }.joined(separator: ", ")
    let skipped = sweep.pointsSkipped == 0 ? "none skipped" : "\(sweep.pointsSkipped) SKIPPED"
    var text = """

      layout      \(sweep.layout): \(sweep.spaces) address space\(sweep.spaces == 1 ? "" : "s") of \(vmas) vmas
      design      \(sweep.design.rawValue)
      points      \(sweep.pointsTried) of \(sweep.pointsSelected), \(skipped); \(sweep.pointsExisting) exist
                  \(kinds)
      failed      \(sweep.failedForks) forks

      """
    for broken in sweep.brokenLaws { text += "violation   \(broken.law.rawValue) at \(broken.count) points\n" }
    if let first = sweep.firstViolation { text += "first       \(first)\n" }
    return sweep.violations.isEmpty ? text + "found       nothing\n" : text
  }

  private struct Values: Encodable {
    struct Kind: Encodable {
      var kind: String
      var tried, selected, existing: Int
    }

    struct Sweep: Encodable {
      var layout, design: String
      var addressSpaces, fewestVmas, mostVmas, tried, selected, existing, failedForks: Int
      var violations: [String: Int]
      var firstViolation: String?
      var kinds: [Kind]
    }

    var subject, mode: String
    var sample: Bool
    var seconds: Double
    var points: UInt64
    var interrupted: Bool
    var status: Int32
    var ended: String?
    var sweeps: [Sweep]
  }

  package func encode(to encoder: any Encoder) throws {
    try Values(
      subject: subject, mode: mode.rawValue, sample: isSample, seconds: seconds, points: pointsTried,
      interrupted: wasInterrupted, status: status.rawValue, ended: ended,
      sweeps: sweeps.map { sweep in
        Values.Sweep(
          layout: sweep.layout, design: sweep.design.rawValue, addressSpaces: sweep.spaces,
          fewestVmas: sweep.fewestVmas, mostVmas: sweep.mostVmas, tried: sweep.pointsTried,
          selected: sweep.pointsSelected, existing: sweep.pointsExisting, failedForks: sweep.failedForks,
          violations: Dictionary(uniqueKeysWithValues: sweep.brokenLaws.map { ($0.law.rawValue, $0.count) }),
          firstViolation: sweep.firstViolation?.description,
          kinds: sweep.rows.map {
            Values.Kind(kind: $0.kind, tried: $0.tried, selected: $0.selected, existing: $0.existing)
          })
      }
    ).encode(to: encoder)
  }
}
