import RangeMapCore

/// A script of any world, as the shrinker sees it: a list of operations that can be taken out and made simpler.
public protocol ShrinkableScript: Hashable {
  associatedtype Operation: Hashable
  /// What a search is told of a script beside whether it fails: what a map holds after it, how many steps it has.
  associatedtype Hint

  var operations: [Operation] { get set }

  /// What a trial costs: the calls that the script makes if it is run to its end.
  var callCount: UInt64 { get }

  /// The script without some of its operations, and without what belongs to them alone.
  func without(_ isTakenOut: (Int) -> Bool) -> Self

  /// Makes the large steps of a search, once.
  static func cutDown(_ search: inout ShrinkSearch<Self>)

  /// Makes the small steps of a search, which come again until none changes anything.
  static func simplify(_ search: inout ShrinkSearch<Self>)

  /// Tries a script from which operations were taken out, with what follows from that.
  static func acceptLess(_ candidate: Self, _ search: inout ShrinkSearch<Self>, isOneOperation: Bool) -> Bool
}

extension ShrinkableScript {
  public static func acceptLess(
    _ candidate: Self, _ search: inout ShrinkSearch<Self>, isOneOperation: Bool
  ) -> Bool { search.accept(candidate) }
}

/// Makes a script that fails as small and as plain as it can.
public enum Shrinker {
  /// Returns a script that still fails, and from which no operation can be taken and no value made simpler without
  /// losing that, as far as the limits reach. A script that does not fail comes back as it is.
  ///
  /// Large steps come first. What follows the failure is cut off. Then operations are taken out by delta debugging:
  /// runs of half the script first, then ever shorter ones, single ones last. Then each operation becomes plainer; all
  /// of it again until nothing changes. The same script and the same answers give the same result.
  /// - Parameters:
  ///   - hint: what a world can tell of a script; `nil` if nobody can tell.
  ///   - failure: the place of the operation at which a script fails, `operations.count` for its end; `nil` if it does
  ///     not fail.
  public static func shrink<Script: ShrinkableScript>(
    _ script: Script, limits: ShrinkLimits, hint: ((Script) -> Script.Hint?)? = nil, failure: (Script) -> Int?
  ) -> ShrinkResult<Script> {
    withoutActuallyEscaping(failure) { failure in
      var search = ShrinkSearch(script, limits: limits, hint: hint, failure: failure)
      guard search.confirms() else { return search.result }
      Script.cutDown(&search)
      var before: Script
      repeat {
        before = search.script
        Script.simplify(&search)
      } while search.script != before && search.mayGoOn
      return search.result
    }
  }

  /// As above, if all that is known of a script is whether it fails.
  public static func shrink<Script: ShrinkableScript>(
    _ script: Script, attempts: Int = 20_000, fails: (Script) -> Bool
  ) -> Script {
    shrink(script, limits: ShrinkLimits(calls: .max, attempts: attempts)) {
      fails($0) ? $0.operations.count : nil
    }.script
  }
}

/// What came of shrinking.
public struct ShrinkResult<Script: ShrinkableScript> {
  /// The smallest script so far.
  public var script: Script
  /// Trials, and the calls of all of them.
  public var attempts: Int
  public var calls: UInt64
  /// `nil` if nothing could be made smaller any more.
  public var stop: ShrinkStop?
}

/// The smallest script so far, and how often the question may still be asked.
public struct ShrinkSearch<Script: ShrinkableScript> {
  /// What a trial costs beside its calls: a subject and an oracle are made, and emptied in the end.
  private static var callsOfTrial: UInt64 { 32 }

  public private(set) var script: Script
  private(set) var callsLeft: UInt64
  private var attempts = 0
  private var wasAskedToStop = false
  private let limits: ShrinkLimits
  private let hint: ((Script) -> Script.Hint?)?
  /// The hint of the script, once somebody asked for it.
  private var ownHint: Script.Hint??
  private let failure: (Script) -> Int?

  init(
    _ script: Script, limits: ShrinkLimits, hint: ((Script) -> Script.Hint?)?, failure: @escaping (Script) -> Int?
  ) {
    self.script = script
    self.limits = limits
    callsLeft = limits.calls
    self.hint = hint
    self.failure = failure
  }

  /// Whether there may be another trial.
  public var mayGoOn: Bool { callsLeft > 0 && attempts < limits.attempts && !wasAskedToStop }

  /// What is told of the search.
  var result: ShrinkResult<Script> {
    ShrinkResult(
      script: script, attempts: attempts, calls: limits.calls - callsLeft,
      stop: wasAskedToStop ? .asked : mayGoOn ? nil : .limit)
  }

  /// Whether the script fails at all.
  mutating func confirms() -> Bool { makeTrial(script) }

  /// Takes the candidate over if it fails too.
  /// - Parameter cuts: whether what follows the failure is cut off; a pass that counts places does not want it.
  @discardableResult
  public mutating func accept(_ candidate: Script, cuts: Bool = true) -> Bool {
    candidate != script && makeTrial(candidate, cuts: cuts)
  }

  /// Makes a trial; what fails is the script from then on.
  private mutating func makeTrial(_ candidate: Script, cuts: Bool = true) -> Bool {
    guard mayBegin(candidate) else { return false }
    guard let place = failure(candidate) else { return false }
    script = candidate
    ownHint = nil
    if cuts && place + 1 < script.operations.count { script.operations.removeSubrange((place + 1)...) }
    return true
  }

  /// Counts a trial that begins; false if there may be none.
  private mutating func mayBegin(_ candidate: Script) -> Bool {
    if !wasAskedToStop && limits.shouldStop() { wasAskedToStop = true }
    guard mayGoOn else { return false }
    attempts += 1
    limits.progress(attempts, script.operations.count)
    callsLeft -= min(callsLeft, Self.callsOfTrial + candidate.callCount)
    return true
  }

  // MARK: Hints

  /// Whether somebody can tell more of a script than whether it fails.
  public var hasHints: Bool { hint != nil }

  /// What a world can tell of a candidate, which does not count as a trial.
  public func hint(of candidate: Script) -> Script.Hint? { hint.flatMap { $0(candidate) } }

  /// The same of the script itself, and of a candidate, each of which runs it and counts as a trial.
  public mutating func countedHints(of candidate: Script) -> (own: Script.Hint, other: Script.Hint)? {
    if ownHint == nil {
      guard mayBegin(script) else { return nil }
      ownHint = .some(hint(of: script))
    }
    guard let own = ownHint ?? nil, mayBegin(candidate), let other = hint(of: candidate) else { return nil }
    return (own, other)
  }

  // MARK: Operations

  /// Takes runs out, from the end of the script, where what does not matter any more usually is.
  /// - Parameter shortest: the length of the shortest runs.
  public mutating func removeOperations(downTo shortest: Int) {
    var length = max(1, script.operations.count / 2)
    while mayGoOn, !script.operations.isEmpty, length >= shortest {
      var isSmaller = false
      var end = script.operations.count
      while end > 0, mayGoOn {
        let start = max(0, end - length)
        let less = script.without { (start..<end).contains($0) }
        if Script.acceptLess(less, &self, isOneOperation: length == 1) { isSmaller = true }
        end = min(start, script.operations.count)
      }
      if length == 1 && !isSmaller { break }
      if !isSmaller || length > script.operations.count { length = max(1, min(length / 2, script.operations.count)) }
    }
  }

  /// Takes out two operations that need each other, such as a reader's coming and going, where few are left.
  public mutating func removePairs() {
    var first = 0
    while first < script.operations.count, script.operations.count <= 40, mayGoOn {
      var isSmaller = false
      for second in (first + 1)..<max(first + 1, script.operations.count) where !isSmaller {
        isSmaller = accept(script.without { $0 == first || $0 == second })
      }
      first = isSmaller ? 0 : first + 1
    }
  }
}
