import Harness
import Operations
import Workers

/// Shrinks what was found, so that a subject which ends the process on the way does no harm.
struct Shrinking<W: World> {
  var world: W
  var sharing: Sharing

  /// The finding, shrunk as far as the limits and Ctrl-C allow.
  func shrink(_ finding: Finding<W.Script>, limits: ShrinkLimits = .shown()) -> Finding<W.Script> {
    if !finding.violation.kind.endsProcess {
      let together = sharing.apart(limits) { output, limits in
        let watch = RunContext(output: output).watch
        return world.shrunk(finding, limits: limits, isApart: false) {
          world.violation(of: $0, like: $1, isThorough: $2, watch: watch)
        }
      }
      if let shrunk = together.value { return shrunk }
    }
    return finding.shrunkApart(
      limits, sharing, by: { world.shrunk(finding, limits: $0, isApart: true, find: $1) },
      find: { violation(of: $0, like: $1, isThorough: $2, $3) })
  }

  /// What a script leads to on the first schedule on which it leads to anything, shrunk on that.
  func finding(
    _ script: W.Script, _ limits: WorkerLimits, shrinkingWithin shrinkLimits: ShrinkLimits = .shown()
  ) -> Finding<W.Script>? {
    for world in world.schedules {
      let shrinking = Shrinking(world: world, sharing: sharing)
      guard let violation = shrinking.violation(of: script, limits) else { continue }
      return shrinking.shrink(Finding(script: script, violation: violation), limits: shrinkLimits)
    }
    return nil
  }

  /// What a script leads to, whatever that is, in a process of its own if there can be one.
  func violation(
    of script: W.Script, like wanted: Violation? = nil, isThorough: Bool = false, _ limits: WorkerLimits
  ) -> Violation? {
    let found = sharing.apart(limits: limits, shouldStop: { false }) { output in
      world.violation(of: script, like: wanted, isThorough: isThorough, watch: RunContext(output: output).watch)
    }
    switch found {
    case .value(let violation): return violation
    case .ended(let ending, let place): return Violation(ending, at: place, of: script)
    }
  }
}

extension Sharing {
  /// What a script is allowed that is run once more: enough to be sure that a call does not return.
  var confirmationLimits: WorkerLimits {
    var longer = limits
    longer.callSeconds = min(longer.callSeconds, 1.5)
    return longer
  }
}

extension Finding {
  /// What a trial allows a call and its script: less than a search does, for it is one of thousands.
  private static var trialLimits: WorkerLimits { WorkerLimits(callSeconds: 0.2, bytes: 128 << 20) }
  /// How many processes shrinking may use. What comes of it is decided by them and not by the clock, unless calls do
  /// not return.
  private static var greatestTrialCount: Int { 4_000 }

  /// The smallest script that leads to the same violation, with a process for each trial, for what ends the process
  /// that it happens in.
  /// - Parameters:
  ///   - shrink: shrinks the finding, if it is told what scripts lead to.
  ///   - find: runs a script in a process of its own, with every check or not, within limits.
  func shrunkApart(
    _ shown: ShrinkLimits, _ sharing: Sharing,
    by shrink: (ShrinkLimits, @escaping (Script, Violation?, Bool) -> Violation?) -> Finding,
    find: @escaping (Script, Violation?, Bool, WorkerLimits) -> Violation?
  ) -> Finding {
    var limits = shown
    limits.attempts = min(limits.attempts, Self.greatestTrialCount)
    let best = shrink(limits) { find($0, $1, $2, Self.trialLimits) }
    guard violation.kind == .endlessCall else { return best }
    // What was found with the short time of a trial must lead to the same with more.
    return find(best.script, nil, false, sharing.confirmationLimits)?.kind == .endlessCall ? best : self
  }
}
