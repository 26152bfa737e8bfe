import AddressSpaceModel
import Foundation
import Harness
import Operations
import RangeMapCore
import Scenarios
import Support
import Workers

/// All failures of a fork of each layout in each design, on any subject.
struct SweepWork: SubjectWork {
  var options: SweepOptions
  var designs: [ForkDesignName]
  var subject = ""
  var skippedKinds: Set<OperationKind> = []
  var sharing = Sharing.none
  var progress = ProgressMeter()
  /// Asked again and again: whether to end the work.
  var shouldStop: () -> Bool = { Interruption.isRequested }

  func run<Subject: RangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> SweepReport {
    var layouts: [SweptLayout] = []
    for path in options.layouts { layouts.append(try SweptLayout.file(path, makeMap: makeSubject)) }
    for count in options.vmas { layouts.append(.designed(count)) }
    var report = SweepReport(subject: subject, mode: options.mode ?? .both, isSample: options.sample)
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

  /// Counts the points of each address space, so that they can be shared out, and the time left be told.
  private func count<Subject: RangeMap & ~Copyable>(
    _ parts: inout [Part], _ layouts: [SweptLayout], _ makeSubject: @escaping (MapConfiguration) -> Subject,
    _ report: inout SweepReport
  ) throws(CommandFailure) {
    var counts: [Int] = []
    var failure: CommandFailure?
    let all = parts
    sharing.pool.run(
      count: all.count, shouldStop: shouldStop, progress: { _ in },
      body: { piece, output in
        let part = all[piece.number]
        Self.say(output) {
          try Self.fitting(layouts[part.layout].spaces[part.space]) { (space) throws(AddressSpaceError) in
            "\(try ForkSweep.count(space, ForkOptions(design: part.design), rule: options.rule, makeMap: makeSubject))"
          }
        }
      },
      take: { result in
        let answer = Self.answer(result)
        counts.append(answer.text.flatMap(Int.init) ?? 0)
        failure = answer.failure
        report.note(result, all[result.piece.number].design)
        return failure == nil && report.ended == nil ? .goOn : .stop
      })
    if let failure { throw failure }
    for (place, count) in counts.enumerated() { parts[place].points = 0..<count }
    if counts.count < all.count { report.wasInterrupted = report.ended == nil }
  }

  private func sweep<Subject: RangeMap & ~Copyable>(
    _ pieces: [Part], _ layouts: [SweptLayout], _ makeSubject: @escaping (MapConfiguration) -> Subject,
    _ report: inout SweepReport
  ) throws(CommandFailure) {
    var meter = progress
    var failure: CommandFailure?
    var done: UInt64 = 0
    let planned = report.pointsPlanned
    var isStopped = false
    sharing.pool.run(
      count: pieces.count,
      shouldStop: {
        isStopped = isStopped || shouldStop()
        return isStopped
      },
      isGivenUp: { isStopped },
      progress: { meter.show(done + $0, of: "points", timeLimit: nil, operationLimit: planned) },
      body: { piece, output in
        let part = pieces[piece.number]
        Self.say(output) {
          let found = try Self.fitting(layouts[part.layout].spaces[part.space]) { (space) throws(AddressSpaceError) in
            try ForkSweep.sweep(
              space, ForkOptions(design: part.design), rule: options.rule, points: part.points,
              willContinue: {
                output.page[.amount] += 1
                return !output.shouldStop()
              }, makeMap: makeSubject)
          }
          return try Support.json(found)
        }
      },
      take: { result in
        let part = pieces[result.piece.number]
        let answer = Self.answer(result)
        failure = answer.failure
        report.note(result, part.design)
        if let found = answer.text.flatMap({ try? JSONDecoder().decode(ForkSweepReport.self, from: Data($0.utf8)) }) {
          done += UInt64(found.pointsTried)
          report.add(found, layout: layouts[part.layout].name, design: part.design)
        }
        return failure == nil && report.ended == nil ? .goOn : .stop
      })
    meter.clear()
    report.seconds = meter.seconds
    report.wasInterrupted = isStopped
    if let failure { throw failure }
  }

  /// Says a text, or why there is none.
  private static func say(_ output: WorkerOutput, _ body: () throws -> String) {
    var writer = MessageWriter()
    do {
      let text = try body()
      writer.write(1)
      writer.write(text)
    } catch {
      writer.write(0)
      writer.write("\(error)")
    }
    output.send(writer.bytes)
  }

  private static func answer(_ result: WorkerPool.Result) -> (text: String?, failure: CommandFailure?) {
    var reader = MessageReader(result.bytes)
    switch reader.number() {
    case 1: return (reader.text(), nil)
    case 0: return (nil, CommandFailure(reader.text() ?? ""))
    default: return (nil, nil)
    }
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
struct SweepReport: Encodable {
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

  /// Keeps how a piece of work ended, where the subject ended it.
  mutating func note(_ result: WorkerPool.Result, _ design: ForkDesignName) {
    guard let end = Violation(result.ending, at: result.page, of: Script()) else { return }
    ended = "design \(design.rawValue): \(end.kind.rawValue): expected \(end.expected), found \(end.found)"
  }

  /// The points that were tried.
  var pointsTried: UInt64 { sweeps.reduce(0) { $0 + UInt64($1.pointsTried) } }

  var status: ExitStatus {
    if ended != nil || sweeps.contains(where: { !$0.violations.isEmpty }) { return .violation }
    return complaint == nil ? .clean : .undecided
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  var complaint: String? {
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
  var text: String {
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

  enum CodingKeys: String, CodingKey {
    case subject, mode, sample, seconds, points, interrupted, status, ended, sweeps
  }

  enum SweepKeys: String, CodingKey {
    case layout, design, addressSpaces, fewestVmas, mostVmas, kinds, tried, selected, existing, failedForks
    case violations, firstViolation
  }

  enum KindKeys: String, CodingKey {
    case kind, tried, selected, existing
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(subject, forKey: .subject)
    try container.encode(mode.rawValue, forKey: .mode)
    try container.encode(isSample, forKey: .sample)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(pointsTried, forKey: .points)
    try container.encode(wasInterrupted, forKey: .interrupted)
    try container.encode(status.rawValue, forKey: .status)
    try container.encodeIfPresent(ended, forKey: .ended)
    var list = container.nestedUnkeyedContainer(forKey: .sweeps)
    for sweep in sweeps {
      var inner = list.nestedContainer(keyedBy: SweepKeys.self)
      try inner.encode(sweep.layout, forKey: .layout)
      try inner.encode(sweep.design.rawValue, forKey: .design)
      try inner.encode(sweep.spaces, forKey: .addressSpaces)
      try inner.encode(sweep.fewestVmas, forKey: .fewestVmas)
      try inner.encode(sweep.mostVmas, forKey: .mostVmas)
      try inner.encode(sweep.pointsTried, forKey: .tried)
      try inner.encode(sweep.pointsSelected, forKey: .selected)
      try inner.encode(sweep.pointsExisting, forKey: .existing)
      try inner.encode(sweep.failedForks, forKey: .failedForks)
      let laws = sweep.brokenLaws.map { ($0.law.rawValue, $0.count) }
      try inner.encode(Dictionary(uniqueKeysWithValues: laws), forKey: .violations)
      try inner.encodeIfPresent(sweep.firstViolation?.description, forKey: .firstViolation)
      var kinds = inner.nestedUnkeyedContainer(forKey: .kinds)
      for row in sweep.rows {
        var cells = kinds.nestedContainer(keyedBy: KindKeys.self)
        try cells.encode(row.kind, forKey: .kind)
        try cells.encode(row.tried, forKey: .tried)
        try cells.encode(row.selected, forKey: .selected)
        try cells.encode(row.existing, forKey: .existing)
      }
    }
  }
}
