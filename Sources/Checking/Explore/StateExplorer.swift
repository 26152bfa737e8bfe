import Harness
import Operations
import RangeMapCore

/// What came of states that were explored.
struct ExploreCounts: Codable, Hashable {
  /// States from which everything was tried.
  var states: UInt64 = 0
  /// Steps that were made from them, those that ran out of memory among them.
  var transitions: UInt64 = 0
  /// Steps that ran out of memory.
  var refusals: UInt64 = 0
  /// Calls that read.
  var reads: UInt64 = 0
  /// States that steps led to and that were not known to be old: written down for their owners.
  var sent: UInt64 = 0

  mutating func add(_ other: ExploreCounts) {
    states += other.states
    transitions += other.transitions
    refusals += other.refusals
    reads += other.reads
    sent += other.sent
  }
}

/// Tries all that can be done in one state after the other, on a subject and the oracle.
///
/// A state is made from the first one by the steps that lead to it. Each step then begins at a duplicate of it. So any
/// subject that can be duplicated and shows its shape can be explored.
struct StateExplorer<Map: ShapedRangeMap & ~Copyable>: ~Copyable {
  /// The steps that lead to a state, by their numbers.
  typealias Path = [UInt16]

  let opening: Script
  let steps: [ExploreSteps.Step]
  let reads: [Operation]
  let domain: KeyRange
  let watch: RunWatch?
  private var root: Runner<Map>
  private var base: Runner<Map>
  private var scratch: Runner<Map>
  private var shape = TreeShape()
  private(set) var counts = ExploreCounts()

  /// - Parameter opening: what leads to the first state.
  init(
    _ opening: Script, _ steps: ExploreSteps, skipping kinds: Set<OperationKind>, watch: RunWatch? = nil,
    makeMap: @escaping (MapConfiguration) -> Map
  ) {
    self.opening = opening
    (self.steps, reads, domain, self.watch) = (steps.writes(), steps.reads(), steps.domain, watch)
    var options = RunnerOptions(contentInterval: 0, lawInterval: 0, cursorInterval: 0, fingerprintInterval: 0)
    options.oracleCapacity = 64
    options.collectsMarks = false
    options.skippedKinds = kinds
    root = Runner(configuration: opening.configuration, options: options, makeSubject: makeMap)
    base = Runner(configuration: opening.configuration, options: options, makeSubject: makeMap)
    scratch = Runner(configuration: opening.configuration, options: options, makeSubject: makeMap)
  }

  /// The first state, or what broke on the way to it.
  enum Beginning {
    case state(StateKey)
    case broken(Finding<Script>)
  }

  /// Makes the first state.
  mutating func begin() -> Beginning {
    for operation in opening.operations + [Operation(.verify)] where !root.perform(operation) {
      return .broken(finding(root.progress.violation, [], []))
    }
    return .state(Self.key(of: root, &shape))
  }

  private static func key(of runner: borrowing Runner<Map>, _ shape: inout TreeShape) -> StateKey {
    shape.removeAll()
    runner.describeShape(to: &shape)
    if shape.nodeCount > 0 { return StateKey(shape.words, and: 0) }
    var words: ContiguousArray<UInt64> = []
    runner.describeSlots(to: &words)
    return StateKey(words, and: 1)
  }

  /// Tries everything in a state.
  /// - Parameters:
  ///   - key: the state's key, which the path must lead to.
  ///   - emit: told of each state that a step leads to, other than this one, and of the step.
  /// - Returns: what broke; nil if nothing did.
  mutating func expand(_ path: Path, _ key: StateKey, emit: (StateKey, UInt16) -> Void) -> Finding<Script>? {
    watch?.begin()
    counts.states += 1
    if let broken = Self.branch(&base, off: root) { return finding(broken, path, []) }
    for step in path {
      for operation in steps[Int(step)].operations where !base.perform(operation) {
        return finding(base.progress.violation, path, [])
      }
    }
    if Self.key(of: base, &shape) != key { return finding(isNotTheSame("made again by its steps"), path, []) }
    if let finding = read(path) ?? duplicate(path, key) { return finding }
    for number in steps.indices {
      watch?.note(operation: number)
      if let finding = step(number, path, key, emit) { return finding }
    }
    return nil
  }

  private func isNotTheSame(_ how: String) -> Violation {
    Violation(
      kind: .treesDiffer, operationIndex: 0, operation: "the whole script", expected: "the same nodes each time",
      found: "other nodes in the state that is \(how)")
  }

  /// Lets a run go on from where another one is.
  private static func branch(_ runner: inout Runner<Map>, off other: borrowing Runner<Map>) -> Violation? {
    do throws(RangeMapError) {
      try runner.branch(off: other)
      return nil
    } catch {
      return Violation(
        kind: .wrongError, operationIndex: 0, operation: "duplicate", expected: "success", found: "error: \(error)")
    }
  }

  /// Makes all reads. Cursors alone change by them, and they begin anew in each branch.
  private mutating func read(_ path: Path) -> Finding<Script>? {
    watch?.note(operation: steps.count)
    for place in reads.indices where !base.perform(reads[place]) {
      // A move of a cursor is what the cursor was set to, and the moves since.
      let first = reads[...place].lastIndex { $0.kind == .cursorSet } ?? place
      let needed = reads[place].kind == .cursorMove ? reads[first...place] : reads[place...place]
      return finding(base.progress.violation, path, Array(needed))
    }
    counts.reads += UInt64(reads.count)
    return base.perform(Operation(.verify)) ? nil : finding(base.progress.violation, path, reads)
  }

  /// Duplicates the state, with each request refused in turn.
  private mutating func duplicate(_ path: Path, _ key: StateKey) -> Finding<Script>? {
    let operation = Operation.duplicate(.mustNotSleep)
    if let broken = Self.branch(&scratch, off: base) { return finding(broken, path, [operation]) }
    counts.transitions += 1
    guard scratch.perform(operation) else { return finding(scratch.progress.violation, path, [operation]) }
    if Self.key(of: scratch, &shape) == key { return nil }
    return finding(isNotTheSame("duplicated"), path, [operation])
  }

  /// Makes a step: first with each of its requests refused in turn, which must change nothing, and at last without.
  private mutating func step(
    _ number: Int, _ path: Path, _ key: StateKey, _ emit: (StateKey, UInt16) -> Void
  ) -> Finding<Script>? {
    let step = steps[number]
    var done: [Operation] = []
    if let broken = Self.branch(&scratch, off: base) { return finding(broken, path, step.operations) }
    if let erased = step.erased, !domain.contains(scratch.expectedSlot(at: erased)) { return nil }
    for place in step.operations.indices {
      let operation = step.operations[place]
      // What a cursor came to may reach beyond the domain.
      if place == step.operations.count - 1, let cursor = step.cursor,
        !domain.contains(scratch.expectedCursorRange(cursor))
      {
        return nil
      }
      var refused: UInt64 = 0
      while operation.kind.mayAllocate {
        let order = Operation.failAllocation(refused + 1, forever: false)
        watch?.note(call: counts.transitions)
        guard scratch.perform(order) && scratch.perform(operation) else {
          return finding(scratch.progress.violation, path, done + [order, operation])
        }
        if scratch.progress.lastRefusals == 0 { break }
        refused += 1
        counts.refusals += 1
        counts.transitions += 1
        if scratch.progress.lastResult == .refused { continue }
        // It did without the node that it was refused: the state is another one, and so the step begins anew.
        guard scratch.perform(Operation(.verify)) else {
          return finding(scratch.progress.violation, path, done + [order, operation])
        }
        if let broken = Self.branch(&scratch, off: base) { return finding(broken, path, step.operations) }
        for earlier in done where !scratch.perform(earlier) {
          return finding(scratch.progress.violation, path, step.operations)
        }
      }
      if !operation.kind.mayAllocate && !scratch.perform(operation) {
        return finding(scratch.progress.violation, path, done + [operation])
      }
      done.append(operation)
    }
    counts.transitions += 1
    guard scratch.perform(Operation(.verify)) else { return finding(scratch.progress.violation, path, done) }
    let reached = Self.key(of: scratch, &shape)
    if reached != key { emit(reached, UInt16(number)) }
    return nil
  }

  /// The script of what broke after the steps of a path.
  private func finding(_ violation: Violation?, _ path: Path, _ operations: [Operation]) -> Finding<Script> {
    let script = script(path, operations)
    var violation = violation ?? isNotTheSame("looked at twice")
    violation.operationIndex = max(0, script.operations.count - 1)
    return Finding(script: script, violation: violation)
  }

  /// The script that leads to a state and makes operations there.
  func script(_ path: Path, _ operations: [Operation]) -> Script {
    var script = opening
    for step in path { script.operations += steps[Int(step)].operations }
    script.operations += operations
    return script
  }

  /// What was being done in a state when its process ended.
  func script(_ path: Path, at place: Int) -> Script {
    script(path, place < steps.count ? steps[place].operations : reads)
  }
}
