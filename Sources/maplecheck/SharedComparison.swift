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
  private var runCount: Int { work.scripts.isEmpty ? .max : work.scripts.count }
  private var runsPerPiece: Int { work.scripts.isEmpty ? 8 : 1 }

  func run() -> CompareReport {
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start).seconds }
    var report = CompareReport(firstSeed: work.limits.seed)
    report.areScripts = !work.scripts.isEmpty
    var meter = work.limits.progress
    let limit = work.scripts.isEmpty ? work.limits.operationLimit ?? .max : .max
    let timeLimit = work.scripts.isEmpty ? work.limits.timeLimit : nil
    sharing.pool.run(
      count: limit == 0 ? 0 : runCount,
      shouldStop: { Interruption.isRequested || timeLimit.map { seconds() >= $0 } ?? false },
      isGivenUp: { Interruption.isRequested },
      progress: {
        meter.show(report.operations + $0, timeLimit: timeLimit, operationLimit: work.limits.operationLimit)
      },
      body: { makeRuns(of: $0, limit: limit, $1) },
      take: { result in
        var reader = MessageReader(result.bytes)
        var number = first(of: result.piece)
        while report.operations < limit, let summary = reader.comparisonSummary() {
          report.add(summary, ofRun: number)
          number += 1
        }
        if report.operations < limit, takeEnd(of: result, &report) { number = result.page[.part] + 1 }
        if report.operations >= limit { return .stop }
        let done = Int(number) - result.piece.number * runsPerPiece
        let isWhole = done >= runsPerPiece || Interruption.isRequested
        return isWhole || number == first(of: result.piece) ? .goOn : .again(skipping: done)
      })
    meter.clear()
    report.seconds = seconds()
    report.wasInterrupted = Interruption.isRequested
    report.groups.sort { $0.group < $1.group }
    for place in report.groups.indices { shrink(&report.groups[place]) }
    return report
  }

  private func first(of piece: WorkerPool.Piece) -> UInt64 { UInt64(piece.number * runsPerPiece + piece.skipped) }

  /// Makes the runs of a piece, and says what came of each.
  private func makeRuns(of piece: WorkerPool.Piece, limit: UInt64, _ output: WorkerOutput) {
    let page = output.page
    var campaign = campaign
    campaign.options.watch = RunWatch(words: page.position)
    var operations: UInt64 = 0
    for number in first(of: piece)..<UInt64((piece.number + 1) * runsPerPiece) {
      if operations >= limit || output.shouldStop() { return }
      page[.part] = number
      let before = operations
      let summary =
        work.scripts.isEmpty
        ? campaign.run(number: number, shouldStop: output.shouldStop) { page[.amount] = before + $0 }
        : Comparison.run(
          work.scripts[Int(number)].script, options: campaign.options.thorough, makeFirst: campaign.makeFirst,
          makeSecond: campaign.makeSecond)
      operations += summary.operations
      page[.amount] = operations
      var writer = MessageWriter()
      writer.write(summary)
      output.send(writer.bytes)
    }
  }

  /// The script of the first operations of a run.
  private func script(ofRun number: UInt64, count: Int) -> Script {
    guard work.scripts.isEmpty else {
      var script = work.scripts[Int(number)].script
      script.operations = Array(script.operations.prefix(count))
      return script
    }
    guard campaign.runs.isSweep(number: number), sharing.canIsolate else {
      return campaign.script(number: number, count: count)
    }
    // A sweep depends on what the subjects answer, so that a process makes it anew.
    let bytes = sharing.apart { $0.send(OperationCoding.encode(campaign.script(number: number, count: count))) }
    return bytes.map { OperationCoding.decode($0, limit: .max) } ?? Script()
  }

  // MARK: Runs that end the process

  /// Takes account of a run that ended its process.
  /// - Returns: whether it did.
  private func takeEnd(of result: WorkerPool.Result, _ report: inout CompareReport) -> Bool {
    let number = result.page[.part]
    let count = Int(truncatingIfNeeded: result.page[.operation]) + 1
    let script = script(ofRun: number, count: count)
    guard let violation = Violation(result.ending, at: result.page, of: script) else { return false }
    report.operations += result.page[.calls]
    report.runs += 1
    let (one, other) = (endsOfFirst(script, sharing.limits), endsOfSecond(script, sharing.limits))
    if let one, let other, one.kind == other.kind {
      report.endedAlike += 1
      return true
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
    report.add(difference, ofRun: number)
    return true
  }

  private func endsOfFirst(_ script: Script, _ limits: WorkerLimits) -> Violation? {
    ending(of: script, limits, campaign.makeFirst)
  }

  private func endsOfSecond(_ script: Script, _ limits: WorkerLimits) -> Violation? {
    ending(of: script, limits, campaign.makeSecond)
  }

  /// How a script ends a process that makes it on one side alone, which is compared with itself; `nil` if it does not.
  private func ending<Map: ShapedRangeMap & ~Copyable>(
    of script: Script, _ limits: WorkerLimits, _ makeMap: @escaping (MapConfiguration) -> Map
  ) -> Violation? {
    guard sharing.canIsolate else { return nil }
    let worker = WorkerProcess(limits: limits) { output in
      var options = campaign.options
      options.watch = RunWatch(words: output.page.position)
      _ = Comparison.run(script, options: options, makeFirst: makeMap, makeSecond: makeMap)
    }
    guard let worker else { return nil }
    let ending = worker.finish { Interruption.isRequested }
    return withExtendedLifetime(worker) { Violation(ending, at: worker.page, of: script) }
  }

  // MARK: Shrinking

  /// The calls that shrinking to one group may make. They decide the result, so that it is the same on every machine.
  private static var greatestCalls: UInt64 { 200_000 }

  /// Finds the shortest script of a group, and whom the oracle agrees with.
  private func shrink(_ found: inout CompareReport.Group) {
    let script = script(ofRun: found.run, count: found.difference.operationIndex + 1)
    found.script = script
    if Interruption.isRequested { return }
    if found.group.aspect == .processEnd { return shrinkEnd(&found) }
    let group = found.group
    func shrunk(_ calls: UInt64) -> [UInt8]? {
      told { output in
        var limits = ShrinkLimits.shown()
        limits.calls = calls
        let result = Comparison.shrink(
          script, to: group, options: campaign.options, limits: limits, makeFirst: campaign.makeFirst,
          makeSecond: campaign.makeSecond)
        var writer = MessageWriter()
        writer.write(result == nil ? 0 : 1)
        if let result {
          writer.write(OperationCoding.encode(result.script))
          writer.write(result.difference)
          writer.write(result.stop?.rawValue ?? "")
        }
        output.send(writer.bytes)
      }
    }
    // A trial may end the process; then the script stays as it was found.
    if let bytes = shrunk(Self.greatestCalls) ?? shrunk(0) {
      var reader = MessageReader(bytes)
      if reader.number() == 1, let shortest = reader.data(), let difference = reader.mapDifference() {
        found.script = OperationCoding.decode(shortest, limit: .max)
        found.difference = difference
        found.stop = reader.text().flatMap(ShrinkStop.init(rawValue:))
      }
    }
    found.firstVerdict = verdict(on: found.script, campaign.makeFirst)
    found.secondVerdict = verdict(on: found.script, campaign.makeSecond)
  }

  private func shrinkEnd(_ found: inout CompareReport.Group) {
    let endsFirst = found.difference.first != "returns"
    func ends(_ script: Script, _ limits: WorkerLimits) -> Violation? {
      endsFirst ? endsOfFirst(script, limits) : endsOfSecond(script, limits)
    }
    if let violation = ends(found.script, sharing.limits) {
      let finding = Finding(script: found.script, violation: violation)
      let shortest = ShrinkingApart.shrink(finding, .shown(), sharing) { script, _, limits in ends(script, limits) }
      found.script = shortest.script
      found.difference.operation = shortest.violation.operation
      found.stop = shortest.stop
    }
    found.firstVerdict = verdict(on: found.script, campaign.makeFirst)
    found.secondVerdict = verdict(on: found.script, campaign.makeSecond)
  }

  /// What a run beside the oracle finds in a script on one side.
  private func verdict<Map: RangeMap & ~Copyable>(
    on script: Script, _ makeMap: @escaping (MapConfiguration) -> Map
  ) -> CompareReport.Verdict {
    var options = RunnerOptions.thorough
    options.skippedKinds = campaign.options.skippedKinds
    guard sharing.canIsolate else {
      let violation = Runner<Map>.violation(of: script, options: options, makeSubject: makeMap)
      return CompareReport.Verdict(violation)
    }
    return CompareReport.Verdict(
      Trials(limits: sharing.limits, makeSubject: makeMap).violation(of: script, options: options))
  }

  /// What a body says, in a process of its own if there can be one; `nil` if it did not come to its end.
  private func told(_ body: (WorkerOutput) -> Void) -> [UInt8]? {
    sharing.canIsolate ? sharing.apart(body: body) : WorkerOutput.collect(body)
  }
}

extension Violation {
  /// How a side ended the process, in a few words.
  fileprivate var endText: String { "\(kind.rawValue): \(found)" }
}
