import ArgumentParser
import Harness
import Operations
import RangeMapCore
import Support

struct ShrinkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shrink",
    abstract: "Makes a script that shows a violation as short and as simple as it can be.",
    discussion: """
      The result violates the same check. A script that violates nothing is bad input.

      A count of calls limits the work, and a clock, at \(ShrinkLimits.seconds) seconds. Ctrl-C ends it and keeps the best so far.

      EXAMPLE: maplecheck shrink long.maple -o short.maple
      """)

  @Argument(help: "A script; - is the input.")
  var file: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the result is written; the output if not given.", valueName: "file"))
  var output: String?

  @Option(help: SubjectName.help)
  var subject = SubjectName.maple

  @OptionGroup var knownFaults: KnownFaultOptions

  @OptionGroup var bounds: BoundOptions

  @Flag(help: "The file is a fuzzer's input and not a script.")
  var bytes = false

  func validate() throws {
    if let complaint = bounds.complaint { throw ValidationError(complaint) }
  }

  mutating func run() throws {
    let input = try InputFile.anyScript(file, isBytes: bytes)
    if case .fork = input { subject = subject.ofForks }
    let steppedAround = try knownFaults.apply(to: subject)
    Interruption.listen()
    let work = ShrinkWork(input: input, sharing: bounds.apart)
    guard let result = try subject.machine().map(work.run) ?? subject.run(work) else {
      let reason = steppedAround.isEmpty ? "" : " while known faults are stepped around, which --expose-known shows"
      throw CommandFailure(file: file, expected: "a script that shows a violation", found: "none" + reason)
    }
    try OutputFile.write(Array(result.text.utf8), to: output)
    StandardStream.error.write("\(result.before) operations became \(result.after)\n")
  }
}

/// Shrinks a script of any world on the first schedule on which it violates anything.
struct ShrinkWork: SubjectWork {
  /// The shortest script as a file has it, and how many operations there were and are.
  struct Shrunk {
    var text: String
    var before: Int
    var after: Int
  }

  var input: InputFile.AnyScript
  var skippedKinds: Set<OperationKind> = []
  /// Whether trials have processes of their own, and what the first may use.
  var sharing = Sharing.none

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> Shrunk? {
    switch input {
    case .tree(let source): shrink(source.script, TreeWorld(skipping: skippedKinds, makeSubject: makeSubject))
    case .fork: run(ModelForks(makeSubject: makeSubject))
    }
  }

  /// Shrinks a script of forks.
  func run(_ forks: some ForkRunner) -> Shrunk? {
    guard case .fork(let source) = input else { return nil }
    return shrink(source.scenario, ForkWorld(forks: forks))
  }

  private func shrink<W: World>(_ script: W.Script, _ world: W) -> Shrunk? {
    Shrinking(world: world, sharing: sharing).finding(script, sharing.limits).map {
      Shrunk(text: $0.scriptText, before: script.operations.count, after: $0.script.operations.count)
    }
  }
}
