import AddressSpaceModel
import Operations
import RangeMapCore

extension ForkScenario: ShrinkableScript {
  /// How many steps the last trial has of those that its failure counts.
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
    if search.accept(candidate) { return true }
    guard let place = candidate.lastTrial else { return false }
    guard candidate != search.script, candidate.operations[place].trial.failure != .none else { return false }
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
    for kind in ForkOperation.Kind.allCases where kind != .vma && kind != .fork {
      let operations = script.operations
      _ = Script.acceptLess(script.without { operations[$0].kind == kind }, &self, isOneOperation: false)
    }
    changeMappings { $0.hasPolicy = false }
    changeMappings { ($0.request.file, $0.request.filePage) = (nil, 0) }
    for (_, flag) in VmaFlags.names { changeMappings { $0.request.flags.remove(flag) } }
  }

  private mutating func changeMappings(_ change: (inout ForkOperation) -> Void) {
    var candidate = script
    for place in candidate.operations.indices where candidate.operations[place].kind == .vma {
      change(&candidate.operations[place])
    }
    _ = Script.acceptLess(candidate, &self, isOneOperation: false)
  }

  /// Lets the charge of a writable area fail instead of another step, which needs no page to be touched.
  fileprivate mutating func failCharge() {
    var candidate = script
    candidate.operations.removeAll { $0.kind == .touch || $0.kind == .pin || $0.kind == .swap }
    guard candidate.operations.count < script.operations.count else { return }
    for place in candidate.operations.indices where candidate.operations[place].kind == .vma {
      candidate.operations[place].request.flags.formUnion(.writable)
    }
    for place in candidate.operations.indices where candidate.operations[place].trial.failure != .none {
      for number in 1...8 as ClosedRange<UInt64> {
        candidate.operations[place].trial.failure = .step(number, kind: .charge, forever: false)
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

extension ForkScenario {
  /// The place of the last fork, or of a call after it that is tried; `nil` if there is none.
  public var lastTrial: Int? { operations.lastIndex { $0.isFork || $0.isTried } }

  /// Lets the step of a lower number fail, at least the first.
  fileprivate mutating func lowerFailure(at place: Int, by steps: UInt64) {
    let index = operations[place].trial.failure.index
    operations[place].trial.failure.index = index > steps ? index - steps : min(index, 1)
  }

  /// How many steps the last trial has of those that its failure counts, if none fails; `nil` if it counts none.
  public func steps<Map: RangeMap & ~Copyable>(makeMap: @escaping (MapConfiguration) -> Map) -> UInt64? {
    guard let place = lastTrial, operations[place].trial.failure != .none else { return nil }
    var counted = self
    counted.operations[place].trial.failure.index = .max
    return counted.run(makeMap: makeMap).unreached.last { $0.operation == place }?.steps
  }
}

extension ForkOperation {
  /// Lines that say less, the plainest first. Each is smaller in a fixed order, so that no two undo each other.
  fileprivate var plainer: [ForkOperation] {
    var found: [ForkOperation] = []
    func add(_ change: (inout ForkOperation) -> Void) {
      var less = self
      change(&less)
      if less != self { found.append(less) }
    }
    add { $0.hasPolicy = false }
    add { ($0.request.file, $0.request.filePage) = (nil, 0) }
    add { $0.request.filePage = 0 }
    for (_, flag) in VmaFlags.names { add { $0.request.flags.remove(flag) } }
    add { $0.order = 0 }
    add { $0.isFull = false }
    add { $0.size = 0 }
    add { $0.keepsOld = false }
    add { $0.advice = .normal }
    let range = request.range
    switch kind {
    case .pin, .brk, .grow: for page in Self.lower(range.first >> 12) { add { $0.address = page << 12 } }
    case .fork: break
    case .limit: for count in Self.lower(UInt64(areaLimit)) where count > 0 { add { $0.areaLimit = Int(count) } }
    case .vma, .touch, .unmap, .protect, .swap, .remap, .lock, .unlock, .advise:
      // Fewer pages, then further down.
      for count in Self.lower(range.countLessOne >> 12) {
        add { $0.request.range.last = range.first + count << 12 + 0xfff }
      }
      for page in Self.lower(range.first >> 12) {
        add { $0.request.range = KeyRange(page << 12, page << 12 + range.countLessOne) }
      }
    }
    for page in Self.lower(target >> 12) where kind == .remap { add { $0.target = page << 12 } }
    for pages in Self.lower(size >> 12) where pages > 0 { add { $0.size = pages << 12 } }
    add { $0.trial.observation = nil }
    add { $0.trial.observation?.step = nil }
    add { $0.trial.batch = 1 }
    add { $0.trial.failure = .none }
    add { $0.trial.failure.forever = false }
    for index in Self.lower(trial.failure.index) where index > 0 { add { $0.trial.failure.index = index } }
    return found
  }

  private static func lower(_ number: UInt64) -> [UInt64] {
    if number == 0 { return [] }
    // What agrees in its high bits lies under the same page table.
    let candidates = [0, 1, number & 0x1ff, number & 0x3ffff, number & ~0x1ff, number / 2, number - 1]
    var found: [UInt64] = []
    for candidate in candidates where candidate < number && !found.contains(candidate) { found.append(candidate) }
    return found
  }
}
