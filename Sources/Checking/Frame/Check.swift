import Harness
import Operations
import Support
import Workers

/// What a check may take, and what it does with what it finds.
package struct CheckLimits {
  /// Seconds.
  var timeLimit: Double?
  var operationLimit: UInt64?
  var sharing: Sharing
  var progress = ProgressMeter()

  package init(timeLimit: Double? = nil, operationLimit: UInt64? = nil, sharing: Sharing = .none) {
    (self.timeLimit, self.operationLimit, self.sharing) = (timeLimit, operationLimit, sharing)
  }

  /// Runs within these limits.
  func runs(ofPiece count: Int, noun: String) -> SharedRuns {
    SharedRuns(
      sharing: sharing, runsPerPiece: count, timeLimit: timeLimit, limit: operationLimit ?? .max, noun: noun,
      progress: progress)
  }
}

/// Runs of a world, one after the other, until a limit or a finding, which is shrunk.
struct Check<W: World> {
  var world: W
  var limits: CheckLimits
  /// Scripts of what is known of the subject; `nil` for none.
  var known: KnownScripts<W.Script>?
  /// Lets the subject show the faults that it knows of itself, or step around them; `nil` if it knows none.
  var exposeKnownFaults: ((Bool) -> Void)?

  func run() -> CheckReport<W.Script> {
    var report = CheckReport<W.Script>(world.words, seed: world.seed(ofRun: 0))
    report.known = known.map { ($0.folder, [:]) }
    let shrinking = Shrinking(world: world, sharing: limits.sharing)
    let knownFindings = known.map { KnownFindings($0, shrinking, expose: exposeKnownFaults) }
    let start = ContinuousClock.now

    /// To compare a finding takes longer than to find it: what was found in time and comes up late is as if it had not
    /// been run, but for the first.
    func isTooLate() -> Bool {
      guard known != nil, let limit = limits.timeLimit,
        report.known?.counts.isEmpty == false || !report.findings.isEmpty
      else { return false }
      return (ContinuousClock.now - start).seconds >= limit
    }

    /// Counts a finding if it is known, or keeps it; false if the check ends with it.
    func judge(_ finding: Finding<W.Script>) -> Bool {
      let key = world.key(of: finding)
      let place = report.findings.firstIndex { $0.key == key }
      var (kept, isShrunk) = (finding, false)
      switch knownFindings?.compare(finding, isTold: place == nil) {
      case .known(let name)?:
        report.known?.counts[name, default: 0] += 1
        return true
      case .unknown(let quick, let isWhole)?: (kept, isShrunk) = (quick, isWhole)
      case nil: break
      }
      if let place {
        report.findings[place].times += 1
      } else {
        report.findings.append(
          CheckReport.Found(kept, key: key, isFailure: world.isFailure(finding.violation), isShrunk: isShrunk))
      }
      return limits.sharing.keepsGoing || !world.isFailure(finding.violation)
    }

    var shared = limits.runs(ofPiece: world.runsPerPiece, noun: world.words.operations)
    shared.count = world.runCount
    let runs = shared.run(
      make: { world.run(number: $0, $1) }, amount: { $0.operations },
      endsPiece: { $0.finding != nil && (world.endsProcessWithFinding || !limits.sharing.keepsGoing) },
      take: { number, outcome in
        switch outcome {
        case .done(var run):
          let finding = run.finding
          if finding != nil && isTooLate() { return false }
          run.finding = nil
          report.summary.add(run)
          return finding.map(judge) ?? true
        case .ended(let end):
          let script = script(of: end)
          guard !isTooLate(), let violation = Violation(end.ending, at: end.place, of: script) else { return false }
          if !end.errors.isEmpty { StandardStream.error.write("the subject's last words:\n\(end.errors)\n") }
          report.summary.operations += end.place.calls
          report.summary.runs += 1
          return judge(Finding(script: script, violation: violation, seed: world.seed(ofRun: number)))
        }
      })
    (report.seconds, report.wasInterrupted) = (runs.seconds, runs.wasInterrupted)
    (report.subjectLines, report.countLines) = (world.lines, world.lines(of: report.summary))
    for place in report.findings.indices {
      let found = report.findings[place]
      if !found.isShrunk { report.findings[place].finding = shrinking.shrink(found.finding) }
      report.findings[place].notes = world.notes(on: report.findings[place].finding)
    }
    return report
  }

  /// What a run did that ended its process. A sweep depends on what the subject answers, so a process makes it anew.
  private func script(of end: RunEnd) -> W.Script {
    let made = limits.sharing.apart { _ in world.script(ofRun: end.number, at: end.place) }
    return made.value
      ?? world.script(ofRun: end.number, at: WorkerPlace(pass: 0, operation: end.place.operation, calls: 0))
  }
}
