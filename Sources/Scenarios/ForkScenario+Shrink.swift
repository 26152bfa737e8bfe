import AddressSpaceModel
import Operations
import RangeMapCore

/// What came of shrinking a scenario.
public struct ForkShrinkResult: Sendable {
  /// The smallest scenario so far.
  public var scenario: ForkScenario
  /// How many scenarios were run.
  public var trials: Int
  /// `nil` where nothing could be made smaller any more.
  public var stop: ShrinkStop?
}

extension ForkScenario {
  /// A scenario that still fails, from which no line can be taken and no value made plainer, as far as the limits
  /// reach. One that does not fail comes back as it is.
  ///
  /// Large steps come first, as in `Shrinker`: the forks but for the one that fails, then all lines and flags of a
  /// kind, then runs of half the lines and ever shorter ones. A line that goes takes its steps with it, so that the one
  /// that is to fail has another number: it is counted anew.
  /// - Parameters:
  ///   - limits: `calls` does not count here.
  ///   - steps: how many steps the last fork has of those that its failure counts; `nil` where nobody can tell, and
  ///     each lower number is tried.
  public func shrunk(
    limits: ShrinkLimits, steps: ((ForkScenario) -> UInt64?)? = nil, fails: (ForkScenario) -> Bool
  ) -> ForkShrinkResult {
    withoutActuallyEscaping(fails) { fails in
      var search = ForkShrinkSearch(self, limits: limits, steps: steps, fails: fails)
      guard search.confirms() else { return search.result }
      search.keepOneFork()
      var before: ForkScenario
      repeat {
        before = search.scenario
        search.removeKinds()
        search.removeLines()
        search.failCharge()
        search.simplifyTree()
        search.simplifyLines()
      } while search.scenario != before && search.mayGoOn
      return search.result
    }
  }

  /// As above, where nobody waits.
  public func shrunk(attempts: Int = 5_000, fails: (ForkScenario) -> Bool) -> ForkScenario {
    shrunk(limits: ShrinkLimits(attempts: attempts), fails: fails).scenario
  }
}

private struct ForkShrinkSearch {
  private(set) var scenario: ForkScenario
  private var trials = 0
  private var wasAskedToStop = false
  /// The steps of the scenario, once they were counted.
  private var stepCount: UInt64??
  private let limits: ShrinkLimits
  private let steps: ((ForkScenario) -> UInt64?)?
  private let fails: (ForkScenario) -> Bool

  init(
    _ scenario: ForkScenario, limits: ShrinkLimits, steps: ((ForkScenario) -> UInt64?)?,
    fails: @escaping (ForkScenario) -> Bool
  ) {
    self.scenario = scenario
    self.limits = limits
    self.steps = steps
    self.fails = fails
  }

  var mayGoOn: Bool { trials < limits.attempts && !wasAskedToStop }

  var result: ForkShrinkResult {
    ForkShrinkResult(
      scenario: scenario, trials: trials, stop: wasAskedToStop ? .asked : mayGoOn ? nil : .limit)
  }

  /// Whether the scenario fails at all.
  mutating func confirms() -> Bool { makeTrial(scenario) }

  /// Takes the candidate over if it fails too.
  @discardableResult
  mutating func accept(_ candidate: ForkScenario) -> Bool { candidate != scenario && makeTrial(candidate) }

  private mutating func makeTrial(_ candidate: ForkScenario) -> Bool {
    guard mayBegin(), fails(candidate) else { return false }
    scenario = candidate
    stepCount = nil
    return true
  }

  /// Counts a trial that begins; false where there may be none.
  private mutating func mayBegin() -> Bool {
    if limits.shouldStop() { wasAskedToStop = true }
    guard mayGoOn else { return false }
    trials += 1
    limits.progress(trials, scenario.operations.count)
    return true
  }

  /// Takes over a candidate without some lines, if need be with the failure at the step that it was without theirs.
  private mutating func acceptLess(_ candidate: ForkScenario, isOneLine: Bool = false) -> Bool {
    if accept(candidate) { return true }
    guard candidate != scenario, let place = candidate.lastFork, case .fork(let trial) = candidate.operations[place],
      trial.failure != .none
    else { return false }
    if let lower = lowered(candidate, at: place, trial) { return accept(lower) }
    guard steps == nil, isOneLine else { return false }
    return (1...8 as ClosedRange<UInt64>).contains { steps in
      var lower = candidate
      lower.lowerFailure(at: place, by: steps)
      return accept(lower)
    }
  }

  /// The candidate with its failure lowered by the steps that it has less than the scenario; `nil` if that is none.
  private mutating func lowered(_ candidate: ForkScenario, at place: Int, _ trial: ForkTrial) -> ForkScenario? {
    guard let steps else { return nil }
    if stepCount == nil {
      guard mayBegin() else { return nil }
      stepCount = .some(steps(scenario))
    }
    guard let before = stepCount ?? nil, mayBegin(), let after = steps(candidate), after < before else { return nil }
    var lower = candidate
    lower.lowerFailure(at: place, by: before - after)
    return lower
  }

  // MARK: Lines

  /// Ends with the first fork that fails, and leaves out the others.
  mutating func keepOneFork() {
    let operations = scenario.operations
    for place in operations.indices {
      guard case .fork = operations[place] else { continue }
      var candidate = scenario
      candidate.operations = operations[...place].enumerated().filter { !$1.isFork || $0 == place }.map(\.element)
      if candidate == scenario || accept(candidate) { return }
    }
  }

  /// Takes out all lines of a kind, or what all lines have beside their range.
  mutating func removeKinds() {
    for kind in [ForkOperation.isTouch, ForkOperation.isPin, ForkOperation.isUnmap, ForkOperation.isProtect] {
      var candidate = scenario
      candidate.operations.removeAll(where: kind)
      _ = acceptLess(candidate)
    }
    change { request, _ in .map(request, hasPolicy: false) }
    change { .map(MappingRequest($0.range, $0.flags), hasPolicy: $1) }
    for (_, flag) in VmaFlags.names {
      change { request, hasPolicy in
        var less = request
        less.flags.remove(flag)
        return .map(less, hasPolicy: hasPolicy)
      }
    }
  }

  private mutating func change(_ change: (MappingRequest, Bool) -> ForkOperation) {
    var candidate = scenario
    candidate.operations = scenario.operations.map { operation in
      guard case .map(let request, let hasPolicy) = operation else { return operation }
      return change(request, hasPolicy)
    }
    _ = acceptLess(candidate)
  }

  /// Takes out runs of lines, long ones first; single ones until none can go.
  mutating func removeLines() {
    var length = max(1, scenario.operations.count / 2)
    while mayGoOn {
      var isSmaller = false
      var end = scenario.operations.count
      while end > 0, mayGoOn {
        let start = max(0, end - length)
        var candidate = scenario
        candidate.operations.removeSubrange(start..<end)
        if candidate.lastFork != nil, acceptLess(candidate, isOneLine: length == 1) { isSmaller = true }
        end = min(start, scenario.operations.count)
      }
      if length == 1 && !isSmaller { return }
      if !isSmaller { length = max(1, length / 2) }
      length = min(length, max(1, scenario.operations.count))
    }
  }

  /// Lets the charge of a writable area fail instead of another step, which needs no page to be touched.
  mutating func failCharge() {
    var candidate = scenario
    candidate.operations = scenario.operations.compactMap { (operation) -> ForkOperation? in
      switch operation {
      case .touch, .pin: return nil
      case .map(var request, let hasPolicy):
        request.flags.formUnion(.writable)
        return .map(request, hasPolicy: hasPolicy)
      default: return operation
      }
    }
    guard candidate.operations.count < scenario.operations.count else { return }
    for place in candidate.operations.indices {
      guard case .fork(var trial) = candidate.operations[place], trial.failure != .none else { continue }
      for number in 1...8 as ClosedRange<UInt64> {
        trial.failure = .step(number, kind: .charge, forever: false)
        candidate.operations[place] = .fork(trial)
        if accept(candidate) { return }
      }
    }
  }

  mutating func simplifyTree() {
    var candidate = scenario
    candidate.geometry = .linux64
    accept(candidate)
  }

  mutating func simplifyLines() {
    for place in scenario.operations.indices {
      var isPlainer = true
      while isPlainer, mayGoOn {
        isPlainer = false
        for plainer in scenario.operations[place].plainer {
          var candidate = scenario
          candidate.operations[place] = plainer
          if accept(candidate) {
            isPlainer = true
            break
          }
        }
      }
    }
  }
}

extension ForkScenario {
  /// The place of the last fork; `nil` if there is none.
  fileprivate var lastFork: Int? { operations.lastIndex(where: \.isFork) }

  fileprivate mutating func lowerFailure(at place: Int, by steps: UInt64) {
    guard case .fork(var trial) = operations[place] else { return }
    trial.failure.lower(by: steps)
    operations[place] = .fork(trial)
  }

  /// How many steps the last fork has of those that its failure counts, if none fails; `nil` if it counts none.
  func steps<Map: RangeMap & ~Copyable>(makeMap: @escaping (MapConfiguration) -> Map) -> UInt64? {
    guard let place = lastFork, case .fork(var trial) = operations[place] else { return nil }
    switch trial.failure {
    case .none: return nil
    case .step(_, let kind, let forever): trial.failure = .step(.max, kind: kind, forever: forever)
    case .nodeRequest(_, let forever): trial.failure = .nodeRequest(.max, forever: forever)
    }
    var counted = self
    counted.operations[place] = .fork(trial)
    return counted.run(makeMap: makeMap).unreached.last { $0.operation == place }?.steps
  }
}

extension ForkOperation {
  fileprivate var isFork: Bool { if case .fork = self { true } else { false } }
  fileprivate static func isTouch(_ operation: ForkOperation) -> Bool {
    if case .touch = operation { true } else { false }
  }
  fileprivate static func isPin(_ operation: ForkOperation) -> Bool { if case .pin = operation { true } else { false } }
  fileprivate static func isUnmap(_ operation: ForkOperation) -> Bool {
    if case .unmap = operation { true } else { false }
  }
  fileprivate static func isProtect(_ operation: ForkOperation) -> Bool {
    if case .protect = operation { true } else { false }
  }
}

extension ForkOperation {
  /// Lines that say less, the plainest first. Each is smaller in a fixed order, so that no two undo each other.
  fileprivate var plainer: [ForkOperation] {
    switch self {
    case .map(let request, let hasPolicy): return ForkOperation.plainer(request, hasPolicy)
    case .touch(let range, let order):
      let plain = order > 0 ? [ForkOperation.touch(range, order: 0)] : []
      return plain + ForkOperation.plainer(range).map { .touch($0, order: order) }
    case .pin(let address): return ForkOperation.lower(address >> 12).map { .pin($0 << 12) }
    case .unmap(let range): return ForkOperation.plainer(range).map { .unmap($0) }
    case .protect(let range, let flags): return ForkOperation.plainer(range).map { .protect($0, flags) }
    case .fork(let trial): return trial.plainer.map { .fork($0) }
    }
  }

  private static func plainer(_ request: MappingRequest, _ hasPolicy: Bool) -> [ForkOperation] {
    var found: [ForkOperation] = []
    if hasPolicy { found.append(.map(request, hasPolicy: false)) }
    if request.file != nil {
      found.append(.map(MappingRequest(request.range, request.flags), hasPolicy: hasPolicy))
      if request.filePage != 0 {
        found.append(.map(MappingRequest(request.range, request.flags, file: request.file), hasPolicy: hasPolicy))
      }
    }
    for (_, flag) in VmaFlags.names where request.flags.contains(flag) {
      var less = request
      less.flags.remove(flag)
      found.append(.map(less, hasPolicy: hasPolicy))
    }
    for range in plainer(request.range) {
      var less = request
      less.range = range
      found.append(.map(less, hasPolicy: hasPolicy))
    }
    return found
  }

  /// The range with fewer pages, then the range further down.
  private static func plainer(_ range: KeyRange) -> [KeyRange] {
    let count = (range.last - range.first) >> 12
    let shorter = lower(count).map { KeyRange(range.first, range.first + $0 << 12 + 0xfff) }
    let further = lower(range.first >> 12).map { KeyRange($0 << 12, $0 << 12 + (range.last - range.first)) }
    return shorter + further
  }

  fileprivate static func lower(_ number: UInt64) -> [UInt64] {
    if number == 0 { return [] }
    // What agrees in its high bits lies under the same page table.
    let candidates = [0, 1, number & 0x1ff, number & 0x3ffff, number & ~0x1ff, number / 2, number - 1]
    var found: [UInt64] = []
    for candidate in candidates where candidate < number && !found.contains(candidate) { found.append(candidate) }
    return found
  }
}

extension ForkTrial {
  fileprivate var plainer: [ForkTrial] {
    var found: [ForkTrial] = []
    func add(_ change: (inout ForkTrial) -> Void) {
      var less = self
      change(&less)
      if less != self { found.append(less) }
    }
    add { $0.observation = nil }
    add { $0.observation?.step = nil }
    add { $0.batch = 1 }
    switch failure {
    case .none: break
    case .step(let index, let kind, let forever):
      add { $0.failure = .none }
      if forever { add { $0.failure = .step(index, kind: kind, forever: false) } }
      for lower in ForkOperation.lower(index) where lower > 0 {
        add { $0.failure = .step(lower, kind: kind, forever: forever) }
      }
    case .nodeRequest(let index, let forever):
      add { $0.failure = .none }
      if forever { add { $0.failure = .nodeRequest(index, forever: false) } }
      for lower in ForkOperation.lower(index) where lower > 0 {
        add { $0.failure = .nodeRequest(lower, forever: forever) }
      }
    }
    return found
  }
}

extension ForkFailure {
  /// The step of a lower number, at least the first.
  fileprivate mutating func lower(by steps: UInt64) {
    switch self {
    case .none: break
    case .step(let index, let kind, let forever):
      self = .step(index > steps ? index - steps : 1, kind: kind, forever: forever)
    case .nodeRequest(let index, let forever):
      self = .nodeRequest(index > steps ? index - steps : 1, forever: forever)
    }
  }
}
