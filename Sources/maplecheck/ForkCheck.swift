import AddressSpaceModel
import ArgumentParser
import Harness
import Operations
import RangeMapCore
import Scenarios
import Support
import Workers

/// What `maplecheck check` checks.
enum CheckTarget: String, CaseIterable, ExpressibleByArgument {
  /// A map of ranges.
  case tree
  /// Fork's duplication of an address space, on a map of ranges.
  case fork
}

extension ForkDesignName: ExpressibleByArgument {}

/// Generated address spaces and forks, on any subject, until the time is up, Ctrl-C, or a law is broken.
///
/// The scenarios of a piece of work are those of one seed, so that they do not depend on how the pieces are shared out.
struct ForkCheckWork: SubjectWork {
  var seed: UInt64
  var designs: [ForkDesignName]
  /// Seconds, and forks; what is used up first ends the work.
  var timeLimit: Double?
  var forkLimit: UInt64?
  var subject = ""
  /// The subject as `replay` must be told, where it must.
  var argument: String?
  var skippedKinds: Set<OperationKind> = []
  var sharing = Sharing.none
  var progress = ProgressMeter()

  static let scenariosPerSeed = 64

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> ForkCheckReport {
    var report = ForkCheckReport(subject: subject, argument: argument, designs: designs, seed: seed)
    report.keptGoing = sharing.keepsGoing
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start).seconds }
    var meter = progress
    let limit = forkLimit ?? .max
    var found: [Unshrunk] = []
    var isAtEnd: Bool { report.forks >= limit || (!found.isEmpty && !sharing.keepsGoing) }
    sharing.pool.run(
      count: limit == 0 ? 0 : .max,
      shouldStop: { Interruption.isRequested || timeLimit.map { seconds() >= $0 } ?? false },
      isGivenUp: { Interruption.isRequested },
      progress: { meter.show(report.forks + $0, of: "forks", timeLimit: timeLimit, operationLimit: forkLimit) },
      body: { tryScenarios(of: $0, $1, makeSubject) },
      take: { result in
        var reader = MessageReader(result.bytes)
        while !isAtEnd, let counts = reader.forkCounts(designs) {
          report.add(counts, designs)
          guard reader.number() == 1, let place = reader.count(), let kind = reader.text(), let design = reader.text()
          else { continue }
          Unshrunk(piece: result.piece, place: place, kind: kind, design: design).add(to: &found)
        }
        let place = Int(truncatingIfNeeded: result.page[.part])
        if !isAtEnd, let end = Violation(result.ending, at: result.page, of: Script()) {
          report.scenarios += 1
          Unshrunk(piece: result.piece, place: place, kind: end.kind.rawValue, end: end).add(to: &found)
          if !isAtEnd { return .again(skipping: place + 1) }
        }
        return isAtEnd ? .stop : .goOn
      })
    meter.clear()
    report.seconds = seconds()
    report.wasInterrupted = Interruption.isRequested
    report.findings = found.map { shrunk($0, makeSubject) }
    return report
  }

  /// A finding before it is shrunk. The parent makes its scenario anew: it is a function of the seed.
  private struct Unshrunk {
    var piece: WorkerPool.Piece
    var place: Int
    var kind: String
    var design = ""
    /// How it ended its process; nil where it broke a law.
    var end: Violation?
    var times = 1

    /// Adds it to a list, or counts it there.
    func add(to list: inout [Unshrunk]) {
      guard let place = list.firstIndex(where: { $0.kind == kind && $0.design == design }) else {
        return list.append(self)
      }
      list[place].times += 1
    }
  }

  private func shrunk<Subject: RangeMap & ~Copyable>(
    _ found: Unshrunk, _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> ForkCheckReport.Found {
    let scenario = scenario(found.place, of: found.piece)
    let seed = seed(of: found.piece)
    var told =
      if let end = found.end {
        shrunk(scenario, end, seed: seed, makeSubject)
      } else {
        shrunk(scenario, seed: seed, makeSubject)
      }
    told.times = found.times
    return told
  }

  private func seed(of piece: WorkerPool.Piece) -> UInt64 { seed &+ UInt64(piece.number) }

  /// A scenario of a piece by its number, from 0.
  private func scenario(_ number: Int, of piece: WorkerPool.Piece) -> ForkScenario {
    var campaign = ForkCampaign(seed: seed(of: piece), designs: designs)
    for _ in 0..<number { _ = campaign.next() }
    return campaign.next()
  }

  /// Tries the scenarios of a piece, and says what came of each.
  private func tryScenarios<Subject: RangeMap & ~Copyable>(
    of piece: WorkerPool.Piece, _ output: WorkerOutput, _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) {
    var campaign = ForkCampaign(seed: seed(of: piece), designs: designs)
    for place in 0..<Self.scenariosPerSeed {
      let scenario = campaign.next()
      if place < piece.skipped { continue }
      if campaign.forks >= forkLimit ?? .max || output.shouldStop() { return }
      output.page[.part] = UInt64(place)
      let before = campaign
      let finding = campaign.step(scenario, makeMap: makeSubject)
      output.page[.amount] = campaign.forks
      var writer = MessageWriter()
      writer.write(campaign.forks - before.forks)
      writer.write(campaign.failedForks - before.failedForks)
      for design in designs {
        writer.write((campaign.forksByDesign[design] ?? 0) - (before.forksByDesign[design] ?? 0))
      }
      writer.write(finding == nil ? 0 : 1)
      if let finding {
        writer.write(place)
        writer.write(finding.violations.first?.law.rawValue ?? "")
        writer.write(Self.design(of: finding.scenario, at: finding.operation))
      }
      output.send(writer.bytes)
      if finding != nil && !sharing.keepsGoing { return }
    }
  }

  /// What a scenario leads to that broke a law, shrunk where the subject survives that.
  private func shrunk<Subject: RangeMap & ~Copyable>(
    _ scenario: ForkScenario, seed: UInt64, _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> ForkCheckReport.Found {
    func say(isShrunk: Bool) -> (WorkerOutput) -> Void {
      { output in
        var finding = ForkFinding(
          scenario: scenario, violations: scenario.run(makeMap: makeSubject).violation?.violations ?? [])
        if isShrunk {
          let inside = ShrinkLimits(
            attempts: 5_000, shouldStop: output.shouldStop,
            progress: { trials, operations in
              output.page[.amount] = UInt64(trials)
              output.page[.part] = UInt64(operations)
            })
          finding = finding.shrunk(limits: inside, makeMap: makeSubject)
        }
        var writer = MessageWriter()
        writer.write(finding.scenario.text)
        writer.write(finding.violations.first?.law.rawValue ?? "")
        writer.write(finding.violations.map { "\($0)" }.joined(separator: "\n"))
        output.send(writer.bytes)
      }
    }
    let shown = ShrinkLimits.shown()
    func said(_ body: (WorkerOutput) -> Void) -> [UInt8]? {
      guard sharing.canIsolate else { return WorkerOutput.collect(body) }
      let done = sharing.supervise(
        shouldStop: shown.shouldStop, progress: { shown.progress(Int($0[.amount]), Int($0[.part])) }, body: body)
      return done.flatMap { $0.ending == .finished ? $0.worker.bytes : nil }
    }
    var reader = MessageReader(said(say(isShrunk: true)) ?? said(say(isShrunk: false)) ?? [])
    let text = reader.text() ?? scenario.text
    let law = reader.text() ?? ""
    let violations = reader.text()?.split(separator: "\n").map(String.init) ?? []
    return ForkCheckReport.Found(
      design: Self.design(of: text), kind: law, violations: violations, script: text, seed: seed)
  }

  /// What a scenario leads to that ended its process, shrunk with a process for each trial.
  private func shrunk<Subject: RangeMap & ~Copyable>(
    _ scenario: ForkScenario, _ end: Violation, seed: UInt64,
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> ForkCheckReport.Found {
    var limits = ShrinkLimits.shown()
    limits.attempts = ShrinkingApart.greatestTrialCount
    let smallest = scenario.shrunk(limits: limits) { candidate in
      let worker = WorkerProcess(limits: ShrinkingApart.trialLimits) { _ in _ = candidate.run(makeMap: makeSubject) }
      guard let worker else { return false }
      let ending = worker.finish()
      return withExtendedLifetime(worker) { Violation(ending, at: worker.page, of: Script())?.kind == end.kind }
    }.scenario
    return ForkCheckReport.Found(
      design: Self.design(of: smallest.text), kind: end.kind.rawValue,
      violations: ["\(end.kind.rawValue): expected \(end.expected), found \(end.found)"], script: smallest.text,
      seed: seed)
  }

  /// The design of the fork of a line.
  private static func design(of scenario: ForkScenario, at place: Int) -> String {
    guard scenario.operations.indices.contains(place), case .fork(let trial) = scenario.operations[place] else {
      return ""
    }
    return trial.design.rawValue
  }

  /// The design of a script's last fork.
  private static func design(of script: String) -> String? {
    guard let scenario = try? ForkScenario.parse(Array(script.utf8), file: "found") else { return nil }
    for operation in scenario.operations.reversed() {
      if case .fork(let trial) = operation { return trial.design.rawValue }
    }
    return nil
  }
}

extension MessageReader {
  /// How many forks a scenario made, how many failed, and how many there were of each design.
  fileprivate mutating func forkCounts(_ designs: [ForkDesignName]) -> [UInt64]? {
    var counts: [UInt64] = []
    for _ in 0..<designs.count + 2 {
      guard let count = number() else { return nil }
      counts.append(count)
    }
    return counts
  }
}

extension ForkCheckReport {
  fileprivate mutating func add(_ counts: [UInt64], _ designs: [ForkDesignName]) {
    scenarios += 1
    forks += counts[0]
    failedForks += counts[1]
    for (design, count) in zip(designs, counts.dropFirst(2)) { forksByDesign[design.rawValue, default: 0] += count }
  }
}

/// A fork script on any subject: what it expects must come.
struct ForkReplayWork: SubjectWork {
  var scenario: ForkScenario
  /// Told of each operation what it did.
  var tell: ((Int, String) -> Void)?
  var skippedKinds: Set<OperationKind> = []

  /// Whether a file is a fork script, by its first word.
  static func isForkScript(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("fork ".utf8)) }

  /// Whether the script has a process of its own, and what it may use.
  var sharing = Sharing.none

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> ForkReplayReport {
    guard sharing.canIsolate,
      let (worker, ending) = sharing.supervise(body: { output in
        let report = scenario.run(makeMap: makeSubject) { place, result in
          output.page[.operation] = UInt64(place + 1)
          var writer = MessageWriter()
          writer.write(1)
          writer.write(place)
          writer.write(result)
          output.send(writer.bytes)
        }
        var writer = MessageWriter()
        writer.write(2)
        writer.write(ForkReplayReport(report, of: scenario))
        output.send(writer.bytes)
      })
    else { return ForkReplayReport(scenario.run(makeMap: makeSubject, tell: tell), of: scenario) }
    var report = ForkReplayReport()
    var reader = MessageReader(worker.bytes)
    while let word = reader.number() {
      if word == 1, let place = reader.count(), let result = reader.text() { tell?(place, result) }
      if word == 2, let told = reader.forkReplayReport() { report = told }
    }
    let errors = worker.errorText(limit: 1 << 16)
    if let end = Violation(ending, at: worker.page, of: Script()) {
      let place = Int(truncatingIfNeeded: worker.page[.operation])
      let operation = place < scenario.operations.count ? "operation \(place + 1)" : "end of run"
      report.violations = ["\(end.kind.rawValue) at \(operation): expected \(end.expected), found \(end.found)"]
      StandardStream.error.write(errors.isEmpty ? "" : "the subject's last words:\n\(errors)\n")
    } else if !errors.isEmpty {
      StandardStream.error.write(errors)
    }
    return withExtendedLifetime(worker) { report }
  }
}

extension MessageWriter {
  fileprivate mutating func write(_ report: ForkReplayReport) {
    for count in [report.forks, report.refusedCalls, report.isExpected ? 1 : 0] { write(count) }
    for texts in [report.violations, report.undecided] {
      write(texts.count)
      for text in texts { write(text) }
    }
  }
}

extension MessageReader {
  fileprivate mutating func forkReplayReport() -> ForkReplayReport? {
    guard let forks = count(), let refusedCalls = count(), let isExpected = number(), let violations = texts(),
      let undecided = texts()
    else { return nil }
    var report = ForkReplayReport()
    (report.forks, report.refusedCalls, report.isExpected) = (forks, refusedCalls, isExpected == 1)
    (report.violations, report.undecided) = (violations, undecided)
    return report
  }

  private mutating func texts() -> [String]? {
    guard let count = count() else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let text = text() else { return nil }
      texts.append(text)
    }
    return texts
  }
}

/// What came of one fork script.
struct ForkReplayReport: Encodable {
  var file = ""
  let kind = "fork"
  var forks = 0
  /// Calls before the forks that were refused.
  var refusedCalls = 0
  var violations: [String] = []
  /// Whether the script's last line says so; without one, whether nothing was violated.
  var isExpected = false
  /// Why nothing is shown, where that is so.
  var undecided: [String] = []
  /// What each operation did, where it was asked for.
  var trace: [ReplayReport.Step]?

  init() {}

  init(_ report: ForkReport, of scenario: ForkScenario) {
    forks = report.forks
    refusedCalls = report.refusedCalls
    violations = report.violation?.violations.map { "\($0)" } ?? []
    let verdict = report.verdict(on: scenario.expectation)
    isExpected = verdict == .asExpected
    if case .undecided(let reasons) = verdict { undecided = reasons }
  }

  var status: ExitStatus { isExpected ? .clean : undecided.isEmpty ? .violation : .undecided }

  var text: String {
    let found = violations.isEmpty ? "nothing found" : violations.joined(separator: "\n  ")
    let verdict = isExpected ? "as expected" : undecided.isEmpty ? "NOT as expected" : "NOT decided"
    let refused = refusedCalls == 0 ? "" : ", \(refusedCalls) \(refusedCalls == 1 ? "call" : "calls") refused"
    return "\(file): \(forks) \(forks == 1 ? "fork" : "forks")\(refused), \(verdict): \(found)\n"
      + undecided.map { "  \($0)\n" }.joined()
  }
}
