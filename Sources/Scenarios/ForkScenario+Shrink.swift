import AddressSpaceModel
import Operations
import RangeMapCore

extension ForkScenario: ShrinkableScript {
  /// How many steps the last fork has of those that its failure counts.
  public typealias Hint = UInt64

  public var callCount: UInt64 { UInt64(operations.count) }

  /// The scenario without some of its lines.
  public func without(_ isTakenOut: (Int) -> Bool) -> ForkScenario {
    var less = self
    less.operations = operations.enumerated().filter { !isTakenOut($0.offset) }.map(\.element)
    return less
  }

  /// Leaves out the forks but for the one that fails.
  public static func cutDown(_ search: inout ShrinkSearch<ForkScenario>) { search.keepOneFork() }

  /// All lines and flags of a kind go, then runs of lines; each line that is left says less.
  public static func simplify(_ search: inout ShrinkSearch<ForkScenario>) {
    search.removeKinds()
    search.removeOperations(downTo: 1)
    search.failCharge()
    var candidate = search.script
    candidate.geometry = .linux64
    search.accept(candidate)
    search.simplifyLines()
  }

  /// Takes over a candidate without some lines. A line that goes takes its steps with it, so that the one that is to
  /// fail has another number: it is counted anew, or if nobody can count, each lower number is tried.
  public static func acceptLess(
    _ candidate: ForkScenario, _ search: inout ShrinkSearch<ForkScenario>, isOneOperation: Bool
  ) -> Bool {
    guard let place = candidate.lastFork else { return false }
    if search.accept(candidate) { return true }
    guard candidate != search.script, case .fork(let trial) = candidate.operations[place], trial.failure != .none else {
      return false
    }
    var lower = candidate
    if search.hasHints {
      guard let (before, after) = search.countedHints(of: candidate), after < before else { return false }
      lower.lowerFailure(at: place, by: before - after)
      return search.accept(lower)
    }
    return isOneOperation
      && (1...8 as ClosedRange<UInt64>).contains { steps in
        lower = candidate
        lower.lowerFailure(at: place, by: steps)
        return search.accept(lower)
      }
  }
}

extension ShrinkSearch<ForkScenario> {
  /// Ends with the first fork that fails, and leaves out the others.
  fileprivate mutating func keepOneFork() {
    for place in script.operations.indices where script.operations[place].kind == .fork {
      let operations = script.operations
      let candidate = script.without { $0 > place || $0 < place && operations[$0].kind == .fork }
      if candidate == script || accept(candidate) { return }
    }
  }

  /// Takes out all lines of a kind, or what all lines have beside their range.
  fileprivate mutating func removeKinds() {
    for kind in [ForkOperation.Kind.touch, .pin, .unmap, .protect] {
      let operations = script.operations
      _ = Script.acceptLess(script.without { operations[$0].kind == kind }, &self, isOneOperation: false)
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
    var candidate = script
    candidate.operations = script.operations.map { operation in
      guard case .map(let request, let hasPolicy) = operation else { return operation }
      return change(request, hasPolicy)
    }
    _ = Script.acceptLess(candidate, &self, isOneOperation: false)
  }

  /// Lets the charge of a writable area fail instead of another step, which needs no page to be touched.
  fileprivate mutating func failCharge() {
    var candidate = script
    candidate.operations = script.operations.compactMap { (operation) -> ForkOperation? in
      switch operation {
      case .touch, .pin: return nil
      case .map(var request, let hasPolicy):
        request.flags.formUnion(.writable)
        return .map(request, hasPolicy: hasPolicy)
      default: return operation
      }
    }
    guard candidate.operations.count < script.operations.count else { return }
    for place in candidate.operations.indices {
      guard case .fork(var trial) = candidate.operations[place], trial.failure != .none else { continue }
      for number in 1...8 as ClosedRange<UInt64> {
        trial.failure = .step(number, kind: .charge, forever: false)
        candidate.operations[place] = .fork(trial)
        if accept(candidate) { return }
      }
    }
  }

  fileprivate mutating func simplifyLines() {
    for place in script.operations.indices {
      var isPlainer = true
      while isPlainer, mayGoOn {
        isPlainer = script.operations[place].plainer.contains { plainer in
          var candidate = script
          candidate.operations[place] = plainer
          return accept(candidate, cuts: false)
        }
      }
    }
  }
}

extension ForkOperation {
  /// What an operation is, without its values.
  enum Kind: Int, CaseIterable {
    case vma, touch, pin, unmap, protect, fork
  }

  /// Its first word in scripts.
  public var word: String { "\(kind)" }
  public var isFork: Bool { kind == .fork }

  var kind: Kind {
    switch self {
    case .map: .vma
    case .touch: .touch
    case .pin: .pin
    case .unmap: .unmap
    case .protect: .protect
    case .fork: .fork
    }
  }
}

extension ForkScenario {
  /// The place of the last fork; `nil` if there is none.
  fileprivate var lastFork: Int? { operations.lastIndex { $0.kind == .fork } }

  fileprivate mutating func lowerFailure(at place: Int, by steps: UInt64) {
    guard case .fork(var trial) = operations[place] else { return }
    trial.failure.lower(by: steps)
    operations[place] = .fork(trial)
  }

  /// How many steps the last fork has of those that its failure counts, if none fails; `nil` if it counts none.
  public func steps<Map: RangeMap & ~Copyable>(makeMap: @escaping (MapConfiguration) -> Map) -> UInt64? {
    guard let place = lastFork, case .fork(var trial) = operations[place], trial.failure != .none else { return nil }
    trial.failure = trial.failure.with(index: .max, forever: false)
    var counted = self
    counted.operations[place] = .fork(trial)
    return counted.run(makeMap: makeMap).unreached.last { $0.operation == place }?.steps
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
    case .step(let index, _, let forever), .nodeRequest(let index, let forever):
      add { $0.failure = .none }
      if forever { add { $0.failure = failure.with(index: index, forever: false) } }
      for lower in ForkOperation.lower(index) where lower > 0 {
        add { $0.failure = failure.with(index: lower, forever: forever) }
      }
    }
    return found
  }
}

extension ForkFailure {
  /// The same failure with another number and another duration.
  fileprivate func with(index: UInt64, forever: Bool) -> ForkFailure {
    switch self {
    case .none: .none
    case .step(_, let kind, _): .step(index, kind: kind, forever: forever)
    case .nodeRequest: .nodeRequest(index, forever: forever)
    }
  }

  /// The step of a lower number, at least the first.
  fileprivate mutating func lower(by steps: UInt64) {
    switch self {
    case .none: break
    case .step(let index, _, let forever), .nodeRequest(let index, let forever):
      self = with(index: index > steps ? index - steps : 1, forever: forever)
    }
  }
}
