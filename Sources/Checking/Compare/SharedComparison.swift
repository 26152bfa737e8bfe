import Harness
import Operations
import RangeMapCore
import Support
import Workers

/// A comparison whose runs are shared out to processes, as those of `SharedCampaign` are. A script that was named is a
/// run.
///
/// What came of the runs is added up in their order, so that the result does not depend on the number of processes. A
/// run that ends its process is made again on each side alone, to see whose call it was.
struct SharedComparison<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable> {
  var work: CompareWork
  var campaign: ComparisonCampaign<First, Second>

  private var sharing: Sharing { work.limits.sharing }

  func run() -> CompareReport {
    var report = CompareReport(firstSeed: work.seed)
    report.areScripts = !work.scripts.isEmpty
    var runs = work.limits.runs(ofPiece: 8, noun: "operations")
    if report.areScripts {
      (runs.count, runs.runsPerPiece) = (work.scripts.count, 1)
      (runs.limit, runs.timeLimit) = (.max, nil)
    }
    let told = runs.run(
      make: run, amount: { $0.operations },
      take: { number, outcome in
        switch outcome {
        case .done(let summary): report.add(summary, ofRun: number)
        case .ended(let end): take(end, &report)
        }
        return true
      })
    (report.seconds, report.wasInterrupted) = (told.seconds, told.wasInterrupted)
    report.groups.sort { $0.group < $1.group }
    for place in report.groups.indices { shrink(&report.groups[place]) }
    return report
  }

  private func run(_ number: UInt64, _ context: RunContext) -> ComparisonSummary {
    var campaign = campaign
    campaign.options.watch = context.watch
    if work.scripts.isEmpty {
      return campaign.run(number: number, shouldStop: context.shouldStop, progress: context.progress)
    }
    return Comparison.run(
      work.scripts[Int(number)], options: campaign.options.thorough, makeFirst: campaign.makeFirst,
      makeSecond: campaign.makeSecond)
  }

  /// The script of the first operations of a run.
  private func script(ofRun number: UInt64, count: Int) -> Script {
    guard work.scripts.isEmpty else {
      var script = work.scripts[Int(number)]
      script.operations = Array(script.operations.prefix(count))
      return script
    }
    guard campaign.runs.isSweep(number: number) else {
      return campaign.script(number: number, count: count)
    }
    // A sweep depends on what the subjects answer, so that a process makes it anew.
    return sharing.apart { _ in campaign.script(number: number, count: count) }.value ?? Script()
  }

  // MARK: Runs that end the process

  /// Takes account of a run that ended its process.
  private func take(_ end: RunEnd, _ report: inout CompareReport) {
    let count = end.place.operation + 1
    let script = script(ofRun: end.number, count: count)
    guard let violation = Violation(end.ending, at: end.place, of: script) else { return }
    report.operations += end.place.calls
    report.runs += 1
    let (one, other) = (
      ending(of: script, onFirst: true, sharing.limits), ending(of: script, onFirst: false, sharing.limits)
    )
    if let one, let other, one.kind == other.kind {
      report.endedAlike += 1
      return
    }
    let family = script.operations.indices.contains(count - 1) ? script.operations[count - 1].kind.family : .end
    let detail =
      switch (one, other) {
      case (let one?, nil): "first \(one.kind.rawValue)"
      case (nil, let other?): "second \(other.kind.rawValue)"
      case (let one?, let other?): "\(one.kind.rawValue) / \(other.kind.rawValue)"
      case (nil, nil): "only together"
      }
    let difference = MapDifference(
      group: DifferenceGroup(.processEnd, family, detail: detail), operationIndex: count - 1,
      operation: violation.operation, first: one?.endText ?? "returns", second: other?.endText ?? "returns")
    report.add(difference, ofRun: end.number)
  }

  /// How a script ends a process that makes it on one side alone, which is compared with itself; `nil` if it does not.
  private func ending(of script: Script, onFirst isFirst: Bool, _ limits: WorkerLimits) -> Violation? {
    isFirst ? ending(of: script, limits, campaign.makeFirst) : ending(of: script, limits, campaign.makeSecond)
  }

  private func ending<Map: ShapedRangeMap & ~Copyable>(
    of script: Script, _ limits: WorkerLimits, _ makeMap: @escaping (MapConfiguration) -> Map
  ) -> Violation? {
    let made = sharing.apart(limits: limits) { output in
      var options = campaign.options
      options.watch = RunContext(output: output).watch
      _ = Comparison.run(script, options: options, makeFirst: makeMap, makeSecond: makeMap)
      return true
    }
    guard case .ended(let ending, let place) = made else { return nil }
    return Violation(ending, at: place, of: script)
  }

  // MARK: Shrinking

  /// The calls that shrinking to one group may make. They decide the result, so that it is the same on every machine.
  private static var greatestCalls: UInt64 { 200_000 }

  /// Finds the shortest script of a group, and whom the oracle agrees with.
  private func shrink(_ found: inout CompareReport.Group) {
    let script = script(ofRun: found.run, count: found.difference.operationIndex + 1)
    found.script = script
    if Interruption.isRequested { return }
    if found.group.aspect == .processEnd { shrinkEnd(&found) } else { shrinkDifference(&found) }
    found.firstVerdict = verdict(on: found.script, campaign.makeFirst)
    found.secondVerdict = verdict(on: found.script, campaign.makeSecond)
  }

  private func shrinkDifference(_ found: inout CompareReport.Group) {
    let (group, script) = (found.group, found.script)
    func shrunk(_ calls: UInt64) -> ShrunkDifference? {
      var limits = ShrinkLimits.shown()
      limits.calls = calls
      return sharing.apart(limits) { _, limits in
        Comparison.shrink(
          script, to: group, options: campaign.options, limits: limits, makeFirst: campaign.makeFirst,
          makeSecond: campaign.makeSecond)
      }.value ?? nil
    }
    // A trial may end the process; then the script stays as it was found.
    if let result = shrunk(Self.greatestCalls) ?? shrunk(0) {
      (found.script, found.difference, found.stop) = (result.script, result.difference, result.stop)
    }
  }

  private func shrinkEnd(_ found: inout CompareReport.Group) {
    let isFirst = found.difference.first != "returns"
    guard let violation = ending(of: found.script, onFirst: isFirst, sharing.limits) else { return }
    let finding = Finding(script: found.script, violation: violation)
    let shortest = finding.shrunkApart(
      .shown(), sharing, by: { limits, find in finding.shrunk(limits: limits) { find($0, nil, $1) } },
      find: { script, _, _, limits in ending(of: script, onFirst: isFirst, limits) })
    (found.script, found.stop) = (shortest.script, shortest.stop)
    found.difference.operation = shortest.violation.operation
  }

  /// What a run beside the oracle finds in a script on one side.
  private func verdict<Map: RangeMap & ~Copyable>(
    on script: Script, _ makeMap: @escaping (MapConfiguration) -> Map
  ) -> CompareReport.Verdict {
    let world = TreeWorld(skipping: campaign.options.skippedKinds, makeSubject: makeMap)
    return CompareReport.Verdict(
      Shrinking(world: world, sharing: sharing).violation(of: script, isThorough: true, sharing.limits))
  }
}

extension Violation {
  /// How a side ended the process, in a few words.
  fileprivate var endText: String { "\(kind.rawValue): \(found)" }
}
