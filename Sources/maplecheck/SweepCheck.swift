import AddressSpaceModel
import Harness
import Operations
import RangeMapCore
import Scenarios

/// All failures of a fork of each layout in each design, on any subject.
struct SweepWork: SubjectWork {
  var options: SweepOptions
  var designs: [ForkDesignName]
  var subject = ""
  var skippedKinds: Set<OperationKind> = []
  var progress = ProgressMeter()
  /// Asked after each fork: whether to end the work.
  var shouldStop: () -> Bool = { Interruption.isRequested }

  func run<Subject: RangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> SweepReport {
    var layouts: [SweptLayout] = []
    for path in options.layouts { layouts.append(try SweptLayout.file(path, makeMap: makeSubject)) }
    for count in options.vmas { layouts.append(.designed(count)) }
    let total = try pointCount(layouts, makeSubject)
    var meter = progress
    var done: UInt64 = 0
    var report = SweepReport(subject: subject, mode: options.mode ?? .both, isSample: options.sample)
    for layout in layouts {
      for design in designs where !report.wasInterrupted {
        var sum = ForkSweepReport(layout: layout.name, design: design)
        for space in layout.spaces where !report.wasInterrupted {
          let found = try Self.fitting(space) { (space) throws(AddressSpaceError) in
            try ForkSweep.sweep(
              space, ForkOptions(design: design), rule: options.rule,
              willContinue: {
                done += 1
                meter.show(done, of: "points", timeLimit: nil, operationLimit: total)
                report.wasInterrupted = shouldStop()
                return !report.wasInterrupted
              }, makeMap: makeSubject)
          }
          sum.add(found)
        }
        report.sweeps.append(sum)
      }
    }
    meter.clear()
    report.seconds = meter.seconds
    report.pointsPlanned = total
    return report
  }

  /// How many points there will be, so that the time left can be told.
  private func pointCount<Subject: RangeMap & ~Copyable>(
    _ layouts: [SweptLayout], _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws(CommandFailure) -> UInt64 {
    var total = 0
    for layout in layouts {
      for design in designs {
        for space in layout.spaces where !shouldStop() {
          total += try Self.fitting(space) { (space) throws(AddressSpaceError) in
            try ForkSweep.count(space, ForkOptions(design: design), rule: options.rule, makeMap: makeSubject)
          }
        }
      }
    }
    return UInt64(total)
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

  /// The points that were tried.
  var pointsTried: UInt64 { sweeps.reduce(0) { $0 + UInt64($1.pointsTried) } }

  var status: ExitStatus {
    if sweeps.contains(where: { !$0.violations.isEmpty }) { return .violation }
    return complaint == nil ? .clean : .undecided
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  var complaint: String? {
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
    let rate = seconds > 0 ? UInt64(Double(pointsTried) / seconds) : 0
    return """
      sweep       \(mode.rawValue)\(isSample ? ", a sample" : ", all points") on \(subject)
      points      \(pointsTried) in \(CheckReport.decimal(seconds)) s, \(rate) a second

      """ + sweeps.map(Self.text).joined()
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
    case subject, mode, sample, seconds, points, interrupted, status, sweeps
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
