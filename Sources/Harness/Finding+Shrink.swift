import Operations
import RangeMapCore
import SortedArrayOracle

extension Finding {
  /// The calls that shrinking may make once every check is made after every operation, where a call costs much more.
  private static var thoroughCalls: UInt64 { 250_000 }

  /// The smallest script found that leads to the same violation, with that violation.
  /// - Parameter options: the schedule of the run that found it.
  /// - Returns: the finding itself where it does not happen again, or where there was no time to see that.
  @inlinable
  public func shrunk<Subject: RangeMap & ~Copyable>(
    options: RunnerOptions = .fast, limits: ShrinkLimits = ShrinkLimits(),
    makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> Finding {
    var thorough = RunnerOptions.thorough
    thorough.skippedKinds = options.skippedKinds
    return shrunk(limits: limits) { candidate, isThorough in
      Runner<Subject>.violation(
        of: candidate, options: isThorough ? thorough : options, makeSubject: makeSubject)
    }
  }

  /// The smallest script found that leads to the same violation, however a script is run.
  ///
  /// It is shrunk on the schedule that found it, on which long scripts run fast, and the little that is left once
  /// more with every check after every operation, so that the violation shows where it happens and not where a
  /// schedule found it. Then an earlier check may be the one that sees it.
  /// - Parameter find: runs a script, on the schedule that found it or with every check after every operation.
  public func shrunk(
    limits: ShrinkLimits = ShrinkLimits(), find: (_ script: Script, _ isThorough: Bool) -> Violation?
  ) -> Finding {
    guard let first = shrunkOnce(limits: limits, find: { find($0, false) }) else {
      var same = self
      if limits.shouldStop() { same.stop = .asked }
      return same
    }
    if first.stop == .asked { return first }
    var limits = limits
    // A call of the dear schedule costs as much as the map is large.
    limits.calls = min(limits.calls, Self.thoroughCalls * 64 / max(64, first.script.callCount))
    return first.shrunkOnce(limits: limits, find: { find($0, true) }) ?? first
  }

  /// One round of shrinking on one schedule; `nil` where the script leads to nothing on it.
  private func shrunkOnce(limits: ShrinkLimits, find: (Script) -> Violation?) -> Finding? {
    var latest: (script: Script, violation: Violation)?
    var wanted: String?
    let result = Shrinker.shrink(script, limits: limits, content: Self.content) { candidate in
      guard let violation = find(candidate), wanted == nil || violation.signature == wanted else { return nil }
      wanted = violation.signature
      latest = (candidate, violation)
      return violation.operationIndex
    }
    guard let latest else { return nil }
    return Finding(script: result.script, violation: latest.violation, seed: seed, stop: result.stop)
  }

  /// What a map that is right holds after a script.
  static func content(of script: Script) -> [MapItem] {
    var runner = Runner(configuration: script.configuration) { SortedArrayOracle(configuration: $0) }
    for operation in script.operations where operation.kind != .failAllocation && operation.kind != .interlope {
      _ = runner.perform(operation)
    }
    var items: [MapItem] = []
    runner.oracle.forEachEntry { items.append(MapItem(range: $0, entry: $1)) }
    return items
  }
}
