import Harness
import Operations
import RangeMapCore
import Scenarios
import Subjects
import Support

/// Shrinks a script of any world on the first schedule on which it violates anything.
package struct ShrinkWork: SubjectWork {
  /// The shortest script as a file has it, and how many operations there were and are.
  package struct Shrunk {
    package var text: String
    package var before: Int
    package var after: Int
  }

  var input: InputFile.AnyScript
  package var skippedKinds: Set<OperationKind> = []
  /// Whether trials have processes of their own, and what the first may use.
  var sharing: Sharing

  package init(input: InputFile.AnyScript, sharing: Sharing = .none) { (self.input, self.sharing) = (input, sharing) }

  /// Shrinks the script on a subject; `nil` if it violates nothing.
  package func shrink(on subject: SubjectName) throws -> Shrunk? {
    if case .readers(let source) = input {
      return try subject.run(witnessed: ReaderShrinking(source: source, work: self))
    }
    return try subject.kernelForks.map(run) ?? subject.run(self)
  }

  package func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> Shrunk? {
    switch input {
    case .tree(let source): shrink(source.script, TreeWorld(skipping: skippedKinds, makeSubject: makeSubject))
    case .fork: run(ModelForks(makeSubject: makeSubject))
    case .readers: preconditionFailure("shrunk on a map that shows its accesses")
    }
  }

  /// Shrinks a script of forks.
  private func run(_ forks: some ForkRunner) -> Shrunk? {
    guard case .fork(let source) = input else { return nil }
    return shrink(source.scenario, ForkWorld(forks: forks))
  }

  func shrink<W: World>(_ script: W.Script, _ world: W) -> Shrunk? {
    Shrinking(world: world, sharing: sharing).finding(script, sharing.limits).map {
      Shrunk(text: $0.scriptText, before: script.operations.count, after: $0.script.operations.count)
    }
  }
}
