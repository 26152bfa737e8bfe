import AddressSpaceModel
import RangeMapCore

extension ForkScenario {
  /// A scenario that still fails, from which no line can be taken and no value made plainer, as far as `attempts`
  /// reach.
  /// One that does not fail comes back as it is.
  public func shrunk(attempts: Int = 5_000, fails: (ForkScenario) -> Bool) -> ForkScenario {
    var search = ForkShrinkSearch(scenario: self, attemptsLeft: attempts)
    guard fails(self) else { return self }
    var before: ForkScenario
    repeat {
      before = search.scenario
      search.removeLines(fails)
      search.failCharge(fails)
      search.simplifyTree(fails)
      search.simplifyLines(fails)
    } while search.scenario != before && search.attemptsLeft > 0
    return search.scenario
  }
}

private struct ForkShrinkSearch {
  var scenario: ForkScenario
  var attemptsLeft: Int

  mutating func accept(_ candidate: ForkScenario, _ fails: (ForkScenario) -> Bool) -> Bool {
    if attemptsLeft <= 0 || candidate == scenario { return false }
    attemptsLeft -= 1
    if !fails(candidate) { return false }
    scenario = candidate
    return true
  }

  /// Takes out runs of lines, long ones first.
  mutating func removeLines(_ fails: (ForkScenario) -> Bool) {
    var length = max(1, scenario.operations.count / 2)
    while true {
      var end = scenario.operations.count
      while end > 0 {
        let start = max(0, end - length)
        var candidate = scenario
        candidate.operations.removeSubrange(start..<end)
        if !accept(candidate, fails), length == 1 { removeLine(start, fails) }
        end = start
      }
      if length == 1 { return }
      length /= 2
    }
  }

  /// Takes out a line together with the steps that it made before the one that is to fail.
  private mutating func removeLine(_ place: Int, _ fails: (ForkScenario) -> Bool) {
    if case .fork = scenario.operations[place] { return }
    for steps in 1...8 as ClosedRange<UInt64> {
      var candidate = scenario
      candidate.operations.remove(at: place)
      for place in candidate.operations.indices {
        guard case .fork(var trial) = candidate.operations[place] else { continue }
        trial.failure.lower(by: steps)
        candidate.operations[place] = .fork(trial)
      }
      if accept(candidate, fails) { return }
    }
  }

  /// Lets the charge of a writable area fail instead of another step, which needs no page to be touched.
  mutating func failCharge(_ fails: (ForkScenario) -> Bool) {
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
        if accept(candidate, fails) { return }
      }
    }
  }

  mutating func simplifyTree(_ fails: (ForkScenario) -> Bool) {
    var candidate = scenario
    candidate.geometry = .linux64
    _ = accept(candidate, fails)
  }

  mutating func simplifyLines(_ fails: (ForkScenario) -> Bool) {
    for place in scenario.operations.indices {
      var isPlainer = true
      while isPlainer, attemptsLeft > 0 {
        isPlainer = false
        for plainer in scenario.operations[place].plainer {
          var candidate = scenario
          candidate.operations[place] = plainer
          if accept(candidate, fails) {
            isPlainer = true
            break
          }
        }
      }
    }
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
