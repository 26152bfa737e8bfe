import ArgumentParser
import Checking
import MapleTreeModule
import Operations
import Reports
import Subjects
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

  @Flag(help: "Refuse each allocation request of each operation too, once, and for ever; of a fork each step.")
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

  @Flag(help: "Scripts of forks: our model and the kernel's own fork that --subject names, step by step.")
  var lockstep = false

  @OptionGroup var bounds: BoundOptions

  @Flag(help: "Print the result as JSON: one list with an element for each file.")
  var json = false

  func validate() throws {
    if let complaint = bounds.complaint { throw ValidationError(complaint) }
    if nodes && !explain { throw ValidationError("--nodes goes with --explain") }
    if lockstep, let complaint = subject.lockstepComplaint { throw ValidationError(complaint) }
    if explain && subject.rebuildRule == nil {
      throw ValidationError("--explain needs --subject maple, or maple- and a version")
    }
  }

  mutating func run() throws {
    // All files are read before any is run, so that a broken one is told at once.
    let inputs = try files.map { ($0, try InputFile.anyScript($0, isBytes: bytes)) }
    for case (let file, .fork) in inputs where explain {
      throw CommandFailure(
        file: file, expected: "a script of a tree ('maple 1'), for --explain means nothing for others",
        found: "a script of forks")
    }
    for (file, input) in inputs where lockstep {
      if case .tree = input {
        throw CommandFailure(
          file: file, expected: "a script of forks ('fork 1'), for --lockstep means nothing for others",
          found: "a script of a tree")
      }
    }
    if lockstep { subject = subject.ofLockstepForks }
    let subjects = inputs.map { if case .fork = $0.1 { subject.ofForks } else { subject } }
    var steppedAround: [String] = []
    for subject in Set(subjects) { steppedAround += try knownFaults.apply(to: subject) }
    Interruption.listen()
    var status = ExitStatus.clean
    var reports: [ReplayReport] = []
    for ((file, input), subject) in zip(inputs, subjects) {
      if inputs.count > 1 && (trace || explain) && !json { StandardStream.output.write("\(file):\n") }
      var work = ReplayWork(
        input: input, withFailures: failures, traces: trace && json, stream: trace && !json ? .output : nil,
        sharing: bounds.apart)
      work.isLockstep = lockstep
      let explanation = explanation(of: input)
      if !json { StandardStream.output.write(explanation?.text ?? "") }
      var report = try work.replay(on: subject)
      (report.file, report.explanation, report.knownFaultsSteppedAround) = (file, explanation, steppedAround)
      if report.status == .violation || status == .clean { status = report.status }
      if !json { StandardStream.output.write(report.text) }
      if let complaint = report.complaint { StandardStream.error.write(complaint + "\n") }
      reports.append(report)
      if Interruption.isRequested {
        StandardStream.error.write("maplecheck: interrupted after \(reports.count) of \(files.count) files\n")
        if status == .clean { status = .undecided }
        break
      }
    }
    StandardStream.output.write(json ? try Support.json(reports) : KnownFaults.text(steppedAround))
    throw status
  }

  private func explanation(of input: InputFile.AnyScript) -> StoreExplanation.Result? {
    guard explain, let rule = subject.rebuildRule, case .tree(let source) = input else { return nil }
    return StoreExplanation.result(of: source, rule: rule.rawValue, withNodes: nodes)
  }
}
