import Operations
import RangeMapCore

/// Refuses every allocation request of every operation of a sequence, one after the other: the whole loop, not a
/// sample.
///
/// A run cannot go back to the state before an operation that succeeded, and running all before it again for each
/// attempt would make the work quadratic. So the sweep is a few linear passes:
///
/// - **For ever.** Before each operation, requests `n` and after are refused, for n = 1, 2, 3 ... Each such attempt
///   must fail and change nothing, so the next one starts from the same state; the first in which nothing is refused is
///   the operation itself, and the pass goes on.
/// - **Once, pass n.** For n = 1, 2, 3 ... the whole sequence is run anew, and in each operation request `n` alone is
///   refused. An operation that fails has changed nothing, and is made again with all memory. One that succeeds by
///   trying again has been made, and the pass goes on from there. After the first pass in which nothing was refused,
///   every pair of an operation and a request was tried.
///
/// A duplicate makes a request for each internal node, which would need as many passes. But it leaves its source alone,
/// and doing it again does no harm: both loops over it are made in the first pass, and in the others it is left out of
/// the refusals.
///
/// Every attempt is an ordinary `fail` order and an ordinary operation, so what was done is itself a script, and
/// whatever is found replays without the sweep.
public struct FailureSweep<Subject: RangeMap & ~Copyable> {
  @usableFromInline let script: Script
  @usableFromInline let options: RunnerOptions
  @usableFromInline let makeSubject: (MapConfiguration) -> Subject

  /// The greatest request number that is tried of one operation: above what any operation asks for.
  @inlinable
  static var greatestRequest: UInt64 { 4096 }

  /// A sweep over a script. Its own `fail` orders are left out, its fills are taken apart into stores.
  @inlinable
  public init(
    _ script: Script, options: RunnerOptions = .fast, makeSubject: @escaping (MapConfiguration) -> Subject
  ) {
    self.script = Script(
      configuration: script.configuration, operations: script.operations.flatMap { $0.expandedForSweep })
    self.options = options
    self.makeSubject = makeSubject
  }

  /// Makes all passes; stops at the first violation, or when it is asked to.
  /// - Parameters:
  ///   - shouldStop: asked before each attempt.
  ///   - progress: told the number of calls so far, after each pass.
  @inlinable
  public func run(shouldStop: () -> Bool = { false }, progress: (UInt64) -> Void = { _ in }) -> SweepReport {
    withoutActuallyEscaping(shouldStop) { run(escaping: $0, progress: progress) }
  }

  @inlinable
  func run(escaping shouldStop: @escaping () -> Bool, progress: (UInt64) -> Void) -> SweepReport {
    var report = SweepReport()
    report.allocatingOperations = script.operations.count { $0.kind.mayAllocate }
    var request: UInt64 = 0
    while true {
      var pass = Pass(
        runner: Runner(configuration: script.configuration, options: options, makeSubject: makeSubject))
      pass.shouldStop = shouldStop
      let refusedBefore = report.refusedAttempts
      _ = request == 0 ? pass.refuseForever(script, &report) : pass.refuseOnce(request, script, &report)
      _ = pass.runner.finish()
      report.passes += 1
      let result = pass.runner.report
      report.calls += result.calls
      report.table.merge(result.table)
      report.skipped.merge(result.skipped) { $0 + $1 }
      if let violation = result.violation {
        report.finding = Finding(
          script: Script(configuration: script.configuration, operations: pass.done), violation: violation)
        return report
      }
      progress(report.calls)
      if pass.isStopped || request > 0 && report.refusedAttempts == refusedBefore { return report }
      request += 1
    }
  }

  /// The script of the first operations of a pass, from 0: all that a pass that does not come back was told.
  ///
  /// What a pass makes depends on what the subject answers, so the pass is made anew, and ends before the last of them.
  @inlinable
  public func script(ofPass pass: UInt64, count: Int) -> Script {
    var report = SweepReport()
    var again = Pass(
      runner: Runner(configuration: script.configuration, options: options, makeSubject: makeSubject))
    again.greatestCount = count
    _ = pass == 0 ? again.refuseForever(script, &report) : again.refuseOnce(pass, script, &report)
    return Script(configuration: script.configuration, operations: again.done)
  }

  /// One pass: a runner, and all that it was told.
  @usableFromInline
  struct Pass: ~Copyable {
    @usableFromInline var runner: Runner<Subject>
    @usableFromInline var done: [Operation] = []
    /// The pass ends before it makes the operation that this many end with.
    @usableFromInline var greatestCount = Int.max
    /// An interloper that waits for a call in which it can come in.
    @usableFromInline var interloper: Operation?
    /// Asked before each attempt, and whether it said so.
    @usableFromInline var shouldStop: () -> Bool = { false }
    @usableFromInline var isStopped = false

    @inlinable
    init(runner: consuming Runner<Subject>) { self.runner = runner }

    @inlinable
    mutating func make(_ operation: Operation) -> Bool {
      done.append(operation)
      return done.count < greatestCount && runner.perform(operation)
    }

    /// Makes one attempt at an operation, with the interloper if one waits.
    @inlinable
    mutating func attempt(_ operation: Operation, refusing index: UInt64, forever: Bool, _ report: inout SweepReport)
      -> Bool
    {
      if let interloper {
        guard make(interloper) else { return false }
      }
      if index > 0 {
        isStopped = isStopped || shouldStop()
        if isStopped { return false }
        report.attempts += 1
        guard make(.failAllocation(index, forever: forever)) else { return false }
      }
      let isClean = make(operation)
      if runner.progress.lastInterloperRan { interloper = nil }
      if index > 0 && runner.progress.lastRefusals > 0 { report.refusedAttempts += 1 }
      return isClean
    }

    /// Makes an operation that is not swept.
    @inlinable
    mutating func makePlainly(_ operation: Operation, _ report: inout SweepReport) -> Bool {
      if operation.kind == .interlope {
        interloper = operation
        return true
      }
      guard attempt(operation, refusing: 0, forever: false, &report) else { return false }
      if !operation.kind.isOrder { interloper = nil }
      return true
    }

    @inlinable
    mutating func refuseForever(_ script: Script, _ report: inout SweepReport) -> Bool {
      for operation in script.operations {
        let kind = operation.kind
        guard kind.mayAllocate else {
          guard makePlainly(operation, &report) else { return false }
          continue
        }
        guard refuseEach(operation, forever: true, &report) else { return false }
        if kind == .duplicate {
          guard refuseEach(operation, forever: false, &report) else { return false }
        }
        interloper = nil
      }
      return true
    }

    /// Refuses request 1, 2, 3 ... of an operation until nothing is refused.
    @inlinable
    mutating func refuseEach(_ operation: Operation, forever: Bool, _ report: inout SweepReport) -> Bool {
      for index in 1...FailureSweep.greatestRequest {
        guard attempt(operation, refusing: index, forever: forever, &report) else { return false }
        if runner.progress.lastRefusals == 0 { return true }
        if forever && runner.progress.lastResult != .refused { return true }
      }
      return runner.report(
        .refusalsNeverEnd, operation, expected: "at most \(FailureSweep.greatestRequest) allocation requests",
        found: "more of them")
    }

    @inlinable
    mutating func refuseOnce(_ request: UInt64, _ script: Script, _ report: inout SweepReport) -> Bool {
      for operation in script.operations {
        let kind = operation.kind
        guard kind.mayAllocate && kind != .duplicate else {
          guard makePlainly(operation, &report) else { return false }
          continue
        }
        guard attempt(operation, refusing: request, forever: false, &report) else { return false }
        if runner.progress.lastResult == .refused {
          guard attempt(operation, refusing: 0, forever: false, &report) else { return false }
        }
        interloper = nil
      }
      return true
    }
  }
}

extension Operation {
  /// The operation as a sweep makes it: a fill as its stores, a `fail` order as nothing.
  @inlinable
  var expandedForSweep: [Operation] {
    switch kind {
    case .failAllocation: return []
    case .fill, .bulkFill: return FillStores(self).map(Array.init) ?? []
    default: return [self]
    }
  }
}
