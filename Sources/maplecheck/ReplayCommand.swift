import ArgumentParser
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Reports
import Scenarios
import Support

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Runs scripts beside the oracle, with every check after every operation.",
    discussion: """
      Each script has a process of its own: one that crashes, loops or takes too much memory is a violation at its \
      operation, and the next one follows. A script of more than \(ReplayWork.greatestThorough) operations is \
      checked at intervals, and at its end.

      EXAMPLE: maplecheck replay corpus/tree/seeds/*.maple
      EXAMPLE: maplecheck replay --trace corpus/tree/handwritten/every-operation.maple
      EXAMPLE: maplecheck replay --bytes crash-0123abcd
      EXAMPLE: maplecheck replay corpus/fork/*.fork
      EXAMPLE: maplecheck replay --subject linux --expose-known corpus/linux/stale-end.maple
      EXAMPLE: maplecheck replay --explain corpus/tree/bounds/7.3/split-store-2-plain.maple
      """)

  @Argument(help: "Scripts; - is the input.")
  var files: [String]

  @Option(help: SubjectName.help)
  var subject = SubjectName.maple

  @OptionGroup var knownFaults: KnownFaultOptions

  @Flag(help: "Refuse each allocation request of each operation too, once, and for ever. Scripts of a tree only.")
  var failures = false

  @Flag(help: "Print each line of the script as it is made, and what it returned or did.")
  var trace = false

  @Flag(
    help: """
      Print what each store is to our tree, the nodes that each version would ask for before it, and the nodes of the \
      tree at the end of the script, up to \(StoreExplanation.greatestNodeCount). Scripts of a tree, and only our own \
      tree.
      """)
  var explain = false

  @Flag(help: "With --explain, print the nodes at the end however many they are.")
  var nodes = false

  @Flag(help: "The files are a fuzzer's inputs and not scripts.")
  var bytes = false

  @OptionGroup var bounds: BoundOptions

  @Flag(help: "Print the result as JSON: one list with an element for each file.")
  var json = false

  func validate() throws {
    if let complaint = bounds.complaint { throw ValidationError(complaint) }
    if nodes && !explain { throw ValidationError("--nodes goes with --explain") }
    if explain && subject.rebuildRule == nil {
      throw ValidationError("--explain needs --subject maple, or maple- and a version")
    }
  }

  /// What came of a file.
  private enum Report: Encodable {
    case tree(ReplayReport)
    case fork(ForkReplayReport)

    var text: String {
      switch self {
      case .tree(let report): report.text
      case .fork(let report): report.text
      }
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .tree(let report): try report.encode(to: encoder)
      case .fork(let report): try report.encode(to: encoder)
      }
    }
  }

  mutating func run() throws {
    // All files are read before any is run, so that a broken one is told at once.
    let inputs = try files.map { ($0, try InputFile.replayable($0, isBytes: bytes)) }
    for case (let file, .fork) in inputs { try refuseTreeOptions(for: file) }
    let steppedAround = try knownFaults.apply(to: subject)
    Interruption.listen()
    var status = ExitStatus.clean
    var reports: [Report] = []
    for (file, input) in inputs {
      if inputs.count > 1 && (trace || explain) && !json { StandardStream.output.write("\(file):\n") }
      let (report, result) = try replay(input, file: file, steppedAround)
      if result == .violation || status == .clean { status = result }
      if !json { StandardStream.output.write(report.text) }
      reports.append(report)
      if Interruption.isRequested {
        StandardStream.error.write("maplecheck: interrupted after \(reports.count) of \(files.count) files\n")
        if status == .clean { status = .undecided }
        break
      }
    }
    StandardStream.output.write(json ? try Support.json(reports) : KnownFaultOptions.text(steppedAround))
    throw status
  }

  /// An option that means nothing for a script of forks is refused, and not passed over.
  private func refuseTreeOptions(for file: String) throws(CommandFailure) {
    let refused = [("--failures", failures), ("--explain", explain)].filter(\.1).map(\.0)
    guard let option = refused.first else { return }
    throw CommandFailure(
      file: file, expected: "a script of a tree ('maple 1'), for \(option) means nothing for others",
      found: "a script of forks")
  }

  private func replay(
    _ input: InputFile.Replayable, file: String, _ steppedAround: [String]
  ) throws -> (Report, ExitStatus) {
    switch input {
    case .fork(let source):
      var steps: [ReplayReport.Step] = []
      var work = ForkReplayWork(scenario: source.scenario)
      work.sharing = bounds.apart
      let isText = !json
      if trace {
        work.tell = { place, result in
          let (line, words) = source.lines[place]
          if isText { StandardStream.output.write("  \(line)  \(words) -> \(result)\n") }
          steps.append(ReplayReport.Step(line: line, operation: words, result: result))
        }
      }
      var report = try subject.run(work)
      report.file = file
      if trace { report.trace = steps }
      return (.fork(report), report.status)
    case .tree(let source):
      var explanation: StoreExplanation.Result?
      if explain, let rule = subject.rebuildRule {
        explanation = StoreExplanation.result(of: source, rule: rule.rawValue, withNodes: nodes)
        if !json { StandardStream.output.write(explanation?.text ?? "") }
      }
      var work = ReplayWork(
        source: source, withFailures: failures, traces: trace && json, stream: trace && !json ? .output : nil)
      work.sharing = bounds.apart
      var report = try subject.run(work)
      report.file = file
      report.knownFaultsSteppedAround = steppedAround
      report.explanation = explanation
      if report.violation != nil { return (.tree(report), .violation) }
      if report.calls > 0 { return (.tree(report), .clean) }
      StandardStream.error.write("\(file): no operation was made, so nothing was checked\n")
      return (.tree(report), .undecided)
    }
  }
}
