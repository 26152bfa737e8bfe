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
  /// Who looks at a kernel's own fork; empty for nobody and each.
  package var observers: [SweepObserver] = []
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
    let observers = observers.isEmpty ? SweepObserver.all : observers
    let kernel = try subject.kernelForks.map { KernelSweeper(machine: $0.machine, observers: observers) }
    return try kernel.map(work.run) ?? subject.run(work)
  }

  package func run<Subject: RangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> SweepReport {
    try run(ModelSweeper(designs: designs, makeSubject: makeSubject))
  }

  /// The same on whatever is forked.
  func run(_ sweeper: some ForkSweeper) throws -> SweepReport {
    var layouts: [SweptLayout] = []
    for path in files { layouts.append(try sweeper.layout(path)) }
    for count in vmas { layouts.append(.designed(count)) }
    var report = SweepReport(subject: subject, mode: mode, isSample: isSample)
    var parts = spaces(of: layouts, sweeper.variants.count)
    try count(&parts, layouts, sweeper, &report)
    report.pointsPlanned = parts.reduce(0) { $0 + UInt64($1.points.count) }
    if report.ended == nil { try sweep(parts.flatMap(\.pieces), layouts, sweeper, &report) }
    return report
  }

  /// A part of the sweep over an address space.
  private struct Part {
    var layout: Int
    var space: Int
    /// The place of the design, or of the observer.
    var variant: Int
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

  private func spaces(of layouts: [SweptLayout], _ variants: Int) -> [Part] {
    var parts: [Part] = []
    for (number, layout) in layouts.enumerated() {
      for variant in 0..<variants {
        for space in layout.spaces.indices { parts.append(Part(layout: number, space: space, variant: variant)) }
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
    _ pieces: [Part], _ report: inout SweepReport, _ sweeper: some ForkSweeper, amount: (Value) -> UInt64,
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
            "\(sweeper.variants[part.variant]): \(end.kind.rawValue): expected \(end.expected), found \(end.found)"
        }
        return failure == nil && report.ended == nil
      })
    if let failure { throw failure }
    return told
  }

  /// Counts the points of each address space, so that they can be shared out, and the time left be told.
  private func count(
    _ parts: inout [Part], _ layouts: [SweptLayout], _ sweeper: some ForkSweeper, _ report: inout SweepReport
  ) throws(CommandFailure) {
    var counts: [Int] = []
    _ = try share(
      parts, &report, sweeper, amount: { _ in 0 },
      make: { part, _ in
        try sweeper.count(layouts[part.layout].spaces[part.space], variant: part.variant, rule)
      }, take: { (_, count: Int, _) in counts.append(count) })
    for (place, count) in counts.enumerated() { parts[place].points = 0..<count }
    if counts.count < parts.count { report.wasInterrupted = report.ended == nil }
  }

  private func sweep(
    _ pieces: [Part], _ layouts: [SweptLayout], _ sweeper: some ForkSweeper, _ report: inout SweepReport
  ) throws(CommandFailure) {
    let told = try share(
      pieces, &report, sweeper, amount: { UInt64($0.pointsTried) },
      make: { part, context in
        var tried: UInt64 = 0
        return try sweeper.sweep(
          layouts[part.layout].spaces[part.space], variant: part.variant, rule, part.points
        ) {
          tried += 1
          context.progress(tried)
          return !context.shouldStop()
        }
      },
      take: { (part, found: ForkSweepReport, report) in report.add(found, layout: layouts[part.layout].name) })
    (report.seconds, report.wasInterrupted) = (told.seconds, told.wasInterrupted)
  }
}
