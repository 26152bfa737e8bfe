import ExternalSubject
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Support
import Workers

/// Our tree in lockstep with a library's, within the limits of a check.
struct LockstepWork {
  private typealias Trees = LockstepCampaign<ExternalSubject, MapleTreeSubject>

  var limits: CheckWork

  func run(_ subject: SubjectName) throws -> LockstepReport {
    let (path, argument) =
      switch subject {
      case .library(let path, let argument): (path, argument)
      case .maple, .mapleAs, .oracle, .canary:
        (LinuxLibraries.path(of: LinuxLibraries.ofOurShape), "linux-\(LinuxLibraries.ofOurShape)")
      }
    let library = try SubjectName.load(path)
    guard library.features.contains(.shape), library.skippedKinds.isEmpty else {
      throw CommandFailure(file: path, expected: "a library that shows its shape and has all operations", found: "less")
    }
    let algorithm = LibraryAlgorithm(ofLibrary: library.name)
    let rule = algorithm.rule
    var campaign = Trees(
      firstSeed: limits.seed, operationLimit: limits.operationLimit ?? .max, configuration: limits.configuration,
      makeFirst: { library.map(of: $0) }, makeSecond: { MapleTreeSubject(configuration: $0, rebuildRule: rule) })
    if let script = limits.openings.first {
      campaign.opening = script.operations
      campaign.configuration = script.configuration
    }
    return run(
      campaign,
      LockstepReport(library: library.name, subject: argument, firstSeed: limits.seed, algorithm: algorithm))
  }

  private func run(_ campaign: Trees, _ empty: LockstepReport) -> LockstepReport {
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start).seconds }
    var report = empty
    var meter = limits.progress
    var found: Trees.Summary?
    var ended: Finding?
    var firstOfGroups: [Trees.Summary] = []
    let endsWithDifference = report.doubt == nil
    let limit = campaign.operationLimit
    limits.sharing.pool.run(
      count: limit == 0 ? 0 : .max,
      shouldStop: { Interruption.isRequested || limits.timeLimit.map { seconds() >= $0 } ?? false },
      isGivenUp: { Interruption.isRequested },
      progress: {
        meter.show(report.operations + $0, timeLimit: limits.timeLimit, operationLimit: limits.operationLimit)
      },
      body: { makeRuns(of: $0, campaign, endsWithDifference: endsWithDifference, $1) },
      take: { result in
        var reader = MessageReader(result.bytes)
        while report.operations < limit, let operations = reader.number(), let walks = reader.number() {
          report.operations += operations
          report.walks += walks
          report.runs += 1
          guard reader.number() == 1, let script = reader.data(), let seed = reader.number(),
            let kind = reader.text().flatMap(LockstepDifferenceKind.init(rawValue:))
          else { continue }
          var summary = Trees.Summary()
          summary.script = OperationCoding.decode(script, limit: .max)
          summary.seed = seed
          if endsWithDifference || kind == .faults {
            report.seed = seed
            found = summary
            return .stop
          }
          if let place = report.groups.firstIndex(where: { $0.kind == kind }) {
            report.groups[place].runs += 1
          } else {
            report.groups.append(LockstepReport.Group(kind: kind, seed: seed))
            firstOfGroups.append(summary)
          }
        }
        let seed = campaign.firstSeed &+ result.page[.part]
        let script = campaign.script(seed: seed, count: Int(truncatingIfNeeded: result.page[.operation]) + 1)
        if report.operations < limit, let violation = Violation(result.ending, at: result.page, of: script) {
          report.operations += result.page[.calls]
          report.runs += 1
          report.seed = seed
          ended = Finding(script: script, violation: violation, seed: seed)
          return .stop
        }
        return report.operations >= limit ? .stop : .goOn
      })
    meter.clear()
    report.seconds = seconds()
    report.wasInterrupted = Interruption.isRequested
    if let found { (report.script, report.difference) = told(found, campaign, report.library) }
    for (place, first) in firstOfGroups.enumerated() {
      (report.groups[place].script, report.groups[place].difference) = told(first, campaign, report.library)
    }
    if let ended { tell(shrunk(ended, campaign), &report) }
    return report
  }

  /// Makes the runs of a piece, and says what came of each, up to a difference where that is the end.
  private func makeRuns(
    of piece: WorkerPool.Piece, _ campaign: Trees, endsWithDifference: Bool, _ output: WorkerOutput
  ) {
    let page = output.page
    let first = UInt64(piece.number) * Self.runsPerPiece
    var operations: UInt64 = 0
    for number in first..<first + Self.runsPerPiece {
      if operations >= campaign.operationLimit || output.shouldStop() { return }
      page[.part] = number
      let before = operations
      let summary = campaign.run(
        number: number, watch: RunWatch(words: page.position), shouldStop: output.shouldStop
      ) { page[.amount] = before + $0 }
      operations += summary.operations
      page[.amount] = operations
      var writer = MessageWriter()
      writer.write(summary.operations)
      writer.write(summary.walks)
      writer.write(summary.script == nil ? 0 : 1)
      if let script = summary.script {
        writer.write(OperationCoding.encode(script))
        writer.write(summary.seed ?? 0)
        writer.write(summary.difference?.kind.rawValue ?? "")
      }
      output.send(writer.bytes)
      if summary.script != nil && endsWithDifference { return }
    }
  }

  private static let runsPerPiece: UInt64 = 8

  /// The script of a difference, shrunk where the library survives that, and the difference in words.
  private func told(_ found: Trees.Summary, _ campaign: Trees, _ library: String) -> (String, String) {
    let names = (library, "MapleCheck's tree")
    let shown = ShrinkLimits.shown()
    func said(isShrunk: Bool) -> (WorkerOutput) -> Void {
      { output in
        // The difference itself is found again, for it is no text before its names are known.
        var inside = ShrinkLimits(attempts: isShrunk ? 5000 : 1, shouldStop: output.shouldStop)
        inside.progress = { attempts, operations in
          output.page[.amount] = UInt64(attempts)
          output.page[.part] = UInt64(operations)
        }
        let summary = campaign.shrunk(found, limits: inside)
        var writer = MessageWriter()
        writer.write(OperationCoding.encode(summary.script ?? Script()))
        writer.write(summary.difference?.text(naming: names) ?? "not found again in a run of its own")
        output.send(writer.bytes)
      }
    }
    func bytes(_ body: (WorkerOutput) -> Void) -> [UInt8]? {
      guard limits.sharing.canIsolate else { return WorkerOutput.collect(body) }
      let done = limits.sharing.supervise(
        shouldStop: shown.shouldStop,
        progress: { shown.progress(Int($0[.amount]), Int($0[.part])) }, body: body)
      return done.flatMap { $0.ending == .finished ? $0.worker.bytes : nil }
    }
    var reader = MessageReader(bytes(said(isShrunk: true)) ?? bytes(said(isShrunk: false)) ?? [])
    let script = reader.data().map { OperationCoding.decode($0, limit: .max) } ?? found.script ?? Script()
    return (ScriptText.print(script), reader.text() ?? "the library ends the process when the run is made again")
  }

  /// Tells of a library that ended its process.
  private func tell(_ finding: Finding, _ report: inout LockstepReport) {
    report.script = ScriptText.print(finding.script)
    report.difference = "\(finding.violation)"
  }

  private func shrunk(_ finding: Finding, _ campaign: Trees) -> Finding {
    func ending(_ script: Script, _ limits: WorkerLimits) -> Violation? {
      let worker = WorkerProcess(limits: limits) { output in
        _ = Lockstep.difference(
          of: script, watch: RunWatch(words: output.page.position), makeFirst: campaign.makeFirst,
          makeSecond: campaign.makeSecond)
      }
      guard let worker else { return nil }
      let ending = worker.finish()
      return withExtendedLifetime(worker) { Violation(ending, at: worker.page, of: script) }
    }
    return ShrinkingApart.shrink(finding, .shown(), limits.sharing) { script, _, limits in ending(script, limits) }
  }
}
