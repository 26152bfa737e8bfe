import ArgumentParser
import Checking
import Operations
import Subjects
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
    guard let result = try ShrinkWork(input: input, sharing: bounds.apart).shrink(on: subject) else {
      let reason = steppedAround.isEmpty ? "" : " while known faults are stepped around, which --expose-known shows"
      throw CommandFailure(file: file, expected: "a script that shows a violation", found: "none" + reason)
    }
    try OutputFile.write(Array(result.text.utf8), to: output)
    StandardStream.error.write("\(result.before) operations became \(result.after)\n")
  }
}
