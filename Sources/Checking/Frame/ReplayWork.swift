import Harness
import Operations
import RangeMapCore
import Scenarios
import Subjects
import Support

/// A script of any world, on any subject.
package struct ReplayWork: SubjectWork {
  /// The greatest number of operations of a tree for which everything is compared after each.
  package static let greatestThorough = 20_000

  var input: InputFile.AnyScript
  /// Whether a failure sweep follows.
  var withFailures: Bool
  /// Whether the report has what each operation returned.
  var traces: Bool
  /// Where each operation is told as it is made; `nil` if none is.
  var stream: StandardStream?
  package var skippedKinds: Set<OperationKind> = []
  /// Whether a kernel's fork is made beside our model's.
  package var isLockstep = false
  /// Whether the script has a process of its own, and what it may use.
  var sharing: Sharing

  package init(
    input: InputFile.AnyScript, withFailures: Bool = false, traces: Bool = false, stream: StandardStream? = nil,
    sharing: Sharing = .none
  ) {
    (self.input, self.withFailures, self.traces) = (input, withFailures, traces)
    (self.stream, self.sharing) = (stream, sharing)
  }

  /// Replays the script on a subject.
  package func replay(on subject: SubjectName) throws -> ReplayReport {
    if case .readers(let source) = input { return try subject.run(witnessed: ReaderReplay(source: source, work: self)) }
    guard let forks = try subject.kernelForks else { return try subject.run(self) }
    return isLockstep ? try run(LockstepForks(forks.machine)) : try run(forks)
  }

  package func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject)
    -> ReplayReport
  {
    switch input {
    case .tree(let source):
      let script = ReplayedScript(
        script: source.script, hasLines: source.hasLines, line: source.line(of:), words: source.words(of:))
      return report(TreeWorld(skipping: skippedKinds, makeSubject: makeSubject), script, kind: "tree")
    case .fork(let source): return report(source, ModelForks(makeSubject: makeSubject))
    case .readers: preconditionFailure("replayed on a map that shows its accesses")
    }
  }

  /// The same of a script of forks, on whatever carries it out.
  private func run(_ forks: some ForkRunner) throws -> ReplayReport {
    guard case .fork(let source) = input else { throw CommandFailure("expected a script of forks") }
    return report(source, forks)
  }

  private func report(_ source: ForkSource, _ forks: some ForkRunner) -> ReplayReport {
    let script = ReplayedScript(
      script: source.scenario, hasLines: true, line: { source.lines[$0].number }, words: { source.lines[$0].words })
    return report(ForkWorld(forks: forks), script, kind: "fork")
  }

  func report<W: ReplayedWorld>(
    _ world: W, _ source: ReplayedScript<W.Script>, kind: String
  ) -> ReplayReport {
    var report = Replay(
      world: world, source: source, withFailures: withFailures, traces: traces, stream: stream, sharing: sharing
    ).run()
    report.kind = kind
    return report
  }
}
