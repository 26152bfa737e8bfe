import Harness
import Operations
import RangeMapCore
import Support
import Workers

/// A campaign whose runs are shared out to processes.
///
/// What came of the runs is added up in the order of their seeds: with any number of processes the same runs count, and
/// of several findings the one of the lowest seed is told. Only `--time` ends where it happens to.
struct SharedCampaign<Subject: RangeMap & ~Copyable> {
  var work: CheckWork
  var campaign: Campaign<Subject>
  var makeSubject: (MapConfiguration) -> Subject

  /// Runs of a piece: enough of them to make a process for each piece cost little.
  static var runsPerPiece: Int { 8 }

  func run() -> CheckReport {
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start).seconds }
    var meter = work.progress
    var summary = CampaignSummary(firstSeed: work.seed)
    let shrinking = IsolatedShrinking(options: campaign.options, sharing: work.sharing, makeSubject: makeSubject)
    let known = work.known.map { KnownFindings($0, shrinking, expose: work.exposeKnownFaults) }
    var findings = KindsOfFindings()
    var knownCounts: [String: Int] = [:]

    /// To compare a finding takes longer than to find it: what was found in time and comes up late is as if it had not
    /// been run, but for the first.
    func isTooLate() -> Bool {
      guard known != nil, let limit = work.timeLimit, !knownCounts.isEmpty || !findings.list.isEmpty else {
        return false
      }
      return seconds() >= limit
    }

    /// Counts a finding if it is known, or keeps it.
    func judge(_ finding: Finding) {
      switch known?.compare(finding, isTold: findings.counts[finding.violation.kind] == nil) {
      case .known(let name)?: knownCounts[name, default: 0] += 1
      case .unknown(let shrunk, let isShrunk)?:
        findings.add(shrunk, isShrunk: isShrunk)
        summary.finding = summary.finding ?? shrunk
      case nil:
        findings.add(finding)
        summary.finding = summary.finding ?? finding
      }
    }

    let limit = work.operationLimit ?? .max
    work.sharing.pool.run(
      count: limit == 0 ? 0 : .max,
      shouldStop: { Interruption.isRequested || work.timeLimit.map { seconds() >= $0 } ?? false },
      isGivenUp: { Interruption.isRequested },
      progress: {
        meter.show(summary.operations + $0, timeLimit: work.timeLimit, operationLimit: work.operationLimit)
      },
      body: { makeRuns(of: $0, limit: limit, $1) },
      take: { result in
        var reader = SummaryReader(result.bytes, firstSeed: work.seed)
        var number = first(of: result.piece)
        while summary.operations < limit, var run = reader.next() {
          let finding = run.finding
          if finding != nil && isTooLate() { return .stop }
          run.finding = nil
          summary.add(run)
          number += 1
          if let finding { judge(finding) }
        }
        if summary.operations < limit, let ended = endedRun(result) {
          if isTooLate() { return .stop }
          summary.operations += result.page[.calls]
          summary.runs += 1
          judge(ended)
          number = result.page[.part] + 1
        }
        if summary.operations >= limit || (!findings.list.isEmpty && !work.sharing.keepsGoing) { return .stop }
        let done = Int(number) - result.piece.number * Self.runsPerPiece
        let isWhole = done >= Self.runsPerPiece || Interruption.isRequested
        return isWhole || number == first(of: result.piece) ? .goOn : .again(skipping: done)
      })
    meter.clear()
    var report = CheckReport(campaign: summary, seconds: seconds(), wasInterrupted: Interruption.isRequested)
    report.findings = findings.list.map { $0.isShrunk ? $0.finding : shrinking.shrink($0.finding) }
    report.counts = findings.counts
    report.knownFindings = knownCounts
    report.knownFolder = work.known?.folder
    return report
  }

  private func first(of piece: WorkerPool.Piece) -> UInt64 {
    UInt64(piece.number * Self.runsPerPiece + piece.skipped)
  }

  /// Makes the runs of a piece, and says what came of each. No run is begun that would not be with all operations in
  /// one process.
  private func makeRuns(of piece: WorkerPool.Piece, limit: UInt64, _ output: WorkerOutput) {
    let page = output.page
    var campaign = campaign
    campaign.options.watch = RunWatch(words: page.position)
    var writer = SummaryWriter()
    var operations: UInt64 = 0
    for number in first(of: piece)..<UInt64((piece.number + 1) * Self.runsPerPiece) {
      if operations >= limit || output.shouldStop() { return }
      page[.pass] = 0
      page[.part] = number
      let before = operations
      let summary = campaign.run(number: number, shouldStop: output.shouldStop) { page[.amount] = before + $0 }
      output.send(writer.bytes(of: summary))
      operations += summary.operations
      page[.amount] = operations
      if summary.finding != nil { return }
    }
  }

  /// What the run did that ended its process.
  private func endedRun(_ result: WorkerPool.Result) -> Finding? {
    let page = result.page
    let number = page[.part]
    let seed = work.seed &+ number
    let count = Int(truncatingIfNeeded: page[.operation]) + 1
    let script =
      campaign.isSweep(number: number)
      ? sweptScript(seed: seed, pass: max(1, page[.pass]) - 1, count: count)
      : campaign.script(seed: seed, count: min(count, campaign.operationsPerRun))
    guard let violation = Violation(result.ending, at: page, of: script) else { return nil }
    if !result.errors.isEmpty { StandardStream.error.write("the subject's last words:\n\(result.errors)\n") }
    return Finding(script: script, violation: violation, seed: seed)
  }

  /// What a pass of a sweep was told, up to an operation: it depends on the subject, so a process makes it anew.
  private func sweptScript(seed: UInt64, pass: UInt64, count: Int) -> Script {
    let swept = campaign.sweptScript(seed: seed)
    let sweep = FailureSweep(swept, options: campaign.options, makeSubject: makeSubject)
    let bytes = work.sharing.apart { output in
      output.send(OperationCoding.encode(sweep.script(ofPass: pass, count: count)))
    }
    return bytes.map { OperationCoding.decode($0, limit: .max) } ?? swept
  }
}

/// Findings, the first of each kind, and how often each kind came.
struct KindsOfFindings {
  /// Each with whether it was shrunk already.
  private(set) var list: [(finding: Finding, isShrunk: Bool)] = []
  private(set) var counts: [ViolationKind: Int] = [:]

  mutating func add(_ finding: Finding, isShrunk: Bool = false) {
    let kind = finding.violation.kind
    if counts[kind, default: 0] == 0 { list.append((finding, isShrunk)) }
    counts[kind, default: 0] += 1
  }
}
