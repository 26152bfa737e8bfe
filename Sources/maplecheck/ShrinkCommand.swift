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
    let script = try InputFile.script(file, isBytes: bytes)
    let steppedAround = try knownFaults.apply(to: subject)
    Interruption.listen()
    guard let finding = try subject.run(ShrinkWork(script: script, sharing: bounds.apart)) else {
      let reason = steppedAround.isEmpty ? "" : " while known faults are stepped around, which --expose-known shows"
      throw CommandFailure(file: file, expected: "a script that shows a violation", found: "none" + reason)
    }
    try OutputFile.write(Array(finding.scriptText.utf8), to: output)
    StandardStream.error.write(
      "\(script.operations.count) operations became \(finding.script.operations.count)\n")
  }
}

/// Shrinks a script on the first schedule on which it violates anything.
struct ShrinkWork: SubjectWork {
  var script: Script
  var skippedKinds: Set<OperationKind> = []
  /// Whether trials have processes of their own, and what the first may use.
  var sharing = Sharing.none

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> Finding? {
    let trials = Trials(limits: sharing.limits, isolates: sharing.canIsolate, makeSubject: makeSubject)
    for schedule in [RunnerOptions.fast, FuzzingLimits.tree.schedule, .thorough] {
      var options = schedule
      options.skippedKinds = skippedKinds
      guard let violation = trials.violation(of: script, options: options) else { continue }
      return IsolatedShrinking(options: options, sharing: sharing, makeSubject: makeSubject).shrink(
        Finding(script: script, violation: violation))
    }
    return nil
  }
}
