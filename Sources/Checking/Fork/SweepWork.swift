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
