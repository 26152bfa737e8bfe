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
    var scripts = try ReplayedFiles(files, isBytes: bytes, on: lockstep ? subject.ofLockstepForks : subject)
    (scripts.withFailures, scripts.isLockstep, scripts.sharing) = (failures, lockstep, bounds.apart)
    (scripts.traces, scripts.streams) = (trace && json, trace && !json)
    (scripts.explains, scripts.showsAllNodes) = (explain, nodes)
    try scripts.demandKinds()
    for subject in scripts.subjects { scripts.steppedAround += try knownFaults.apply(to: subject) }
    Interruption.listen()
    var reports: [ReplayReport] = []
    let status = try scripts.replay(
      begin: { file, explanation in
        if json { return }
        if files.count > 1 && (trace || explain) { StandardStream.output.write("\(file):\n") }
        StandardStream.output.write(explanation?.text ?? "")
      },
      end: { report in
        if !json { StandardStream.output.write(report.text) }
        if let complaint = report.complaint { StandardStream.error.write(complaint + "\n") }
        reports.append(report)
      })
    StandardStream.output.write(json ? try Support.json(reports) : KnownFaults.text(scripts.steppedAround))
    throw status
  }
}
