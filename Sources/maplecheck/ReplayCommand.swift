import ArgumentParser
import Harness
import Operations
import RangeMapCore
import Scenarios

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Runs scripts beside the oracle, with every check after every operation.",
    discussion: """
      A script of more than \(ReplayWork.greatestThorough) operations is checked at intervals, and at its end.

      EXAMPLE: maplecheck replay corpus/tree/seeds/*.maple
      EXAMPLE: maplecheck replay --bytes crash-0123abcd
      EXAMPLE: maplecheck replay corpus/fork/*.fork
      EXAMPLE: maplecheck replay --subject linux --expose-known corpus/linux/stale-end.maple
      EXAMPLE: maplecheck replay --explain corpus/tree/bounds/split-store-2-plain.maple
      """)

  @Argument(help: "Scripts; - is the input.")
  var files: [String]

  @Option(help: SubjectName.help)
  var subject = SubjectName.maple

  @OptionGroup var knownFaults: KnownFaultOptions

  @Flag(help: "Refuse each allocation request of each operation too, once, and for ever.")
  var failures = false

  @Flag(help: "Print each operation before it is made and how it ended.")
  var trace = false

  @Flag(
    help: """
      Print what each store is to our tree, the nodes that each version would ask for before it, and the nodes of the \
      tree at the end of the script. Only maple and maple-6.16.
      """)
  var explain = false

  @Flag(help: "The files are a fuzzer's inputs and not scripts.")
  var bytes = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    guard explain else { return }
    if json { throw ValidationError("--explain prints text: leave out --json") }
    if subject.rebuildRule == nil { throw ValidationError("--explain needs --subject maple or maple-6.16") }
  }

  mutating func run() throws {
    // All files are read before any is run, so that a broken one is told at once.
    let inputs = try files.map { ($0, try InputFile.replayable($0, isBytes: bytes)) }
    let steppedAround = try knownFaults.apply(to: subject)
    Interruption.listen()
    var status = ExitStatus.clean
    var reports: [ReplayReport] = []
    for (file, input) in inputs {
      guard case .tree(let script) = input else {
        if case .fork(let scenario) = input, try !replay(scenario, file: file) { status = .violation }
        continue
      }
      if explain, let rule = subject.rebuildRule {
        StandardStream.output.write(StoreExplanation.text(of: script, rule: rule))
      }
      let work = ReplayWork(script: script, withFailures: failures, trace: trace ? .output : nil)
      var report = try subject.run(work)
      report.file = file
      report.knownFaultsSteppedAround = steppedAround
      if report.violation != nil {
        status = .violation
      } else if report.operations == 0 && status == .clean {
        StandardStream.error.write("\(file): no operation was made, so nothing was checked\n")
        status = .undecided
      }
      if !json { StandardStream.output.write(report.text) }
      reports.append(report)
      if Interruption.isRequested {
        StandardStream.error.write("maplecheck: interrupted after \(reports.count) of \(files.count) files\n")
        if status == .clean { status = .undecided }
        break
      }
    }
    StandardStream.output.write(json ? try maplecheck.json(reports) : KnownFaultOptions.text(steppedAround))
    throw status
  }

  /// Runs a fork script, and tells whether what it expects came.
  private func replay(_ scenario: ForkScenario, file: String) throws -> Bool {
    var report = try subject.run(ForkReplayWork(scenario: scenario))
    report.file = file
    StandardStream.output.write(json ? try maplecheck.json(report) : report.text)
    return report.isExpected
  }
}
