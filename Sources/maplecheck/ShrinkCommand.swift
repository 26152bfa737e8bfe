import ArgumentParser
import Harness
import Operations
import RangeMapCore

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

  @Flag(help: "The file is a fuzzer's input and not a script.")
  var bytes = false

  mutating func run() throws {
    let script = try InputFile.script(file, isBytes: bytes)
    Interruption.listen()
    guard let finding = try subject.run(ShrinkWork(script: script)) else {
      throw CommandFailure(file: file, expected: "a script that shows a violation", found: "none")
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

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> Finding? {
    for schedule in [RunnerOptions.fast, FuzzingLimits.tree.schedule, .thorough] {
      var options = schedule
      options.skippedKinds = skippedKinds
      guard let violation = Runner.violation(of: script, options: options, makeSubject: makeSubject) else { continue }
      return Finding(script: script, violation: violation).shrunk(
        options: options, limits: .shown(), makeSubject: makeSubject)
    }
    return nil
  }
}
