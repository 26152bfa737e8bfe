import Operations
import RangeMapCore
import SortedArrayOracle

extension Finding {
  /// One round of shrinking; `nil` if the script leads to nothing.
  /// - Parameters:
  ///   - wanted: what the script must lead to; `nil` for whatever it leads to first.
  ///   - find: runs a script, and looks for what is like another violation.
  public func shrunkOnce(
    limits: ShrinkLimits, like wanted: Violation? = nil, hint: ((Script) -> Script.Hint?)? = nil,
    find: (_ script: Script, _ like: Violation?) -> Violation?
  ) -> Finding? {
    var latest = wanted
    var isFound = false
    let result = Shrinker.shrink(script, limits: limits, hint: hint) { candidate in
      guard let violation = find(candidate, latest), latest.map({ $0.signature == violation.signature }) ?? true else {
        return nil
      }
      latest = violation
      isFound = true
      return violation.operationIndex
    }
    guard isFound, let latest else { return nil }
    return Finding(script: result.script, violation: latest, seed: seed, stop: result.stop)
  }
}

extension Finding<Operations.Script> {
  /// The calls that shrinking may make once every check is made after every operation, where a call costs much more.
  private static var thoroughCalls: UInt64 { 250_000 }

  /// The smallest script found that leads to the same violation, with that violation.
  /// - Parameter options: the schedule of the run that found it.
  /// - Returns: the finding itself if it does not happen again, or if there was no time to see that.
  @inlinable
  public func shrunk<Subject: RangeMap & ~Copyable>(
    options: RunnerOptions = .fast, limits: ShrinkLimits = ShrinkLimits(),
    makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> Finding {
    let thorough = options.thorough
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
    guard let first = shrunkOnce(limits: limits, hint: Self.content, find: { script, _ in find(script, false) }) else {
      var same = self
      if limits.shouldStop() { same.stop = .asked }
      return same
    }
    if first.stop == .asked { return first }
    var limits = limits
    // A call of the dear schedule costs as much as the map is large.
    limits.calls = min(limits.calls, Self.thoroughCalls * 64 / max(64, first.script.callCount))
    return first.shrunkOnce(limits: limits, hint: Self.content) { script, _ in find(script, true) } ?? first
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
