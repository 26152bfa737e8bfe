import ArgumentParser
import Checking
import RangeMapCore
import Subjects
import Support

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Makes the same operations on two subjects, and groups the differences.",
    discussion: """
      Two kernels, a kernel before and after a patch, or our tree and a kernel. Compared are results, errors, cursors, \
      content, nodes asked for, taken and reserved, requests that are refused by index, and all nodes. A difference is \
      an answer, and no failure: the status is 0. With --no-functional-change it is 1. Without scripts the operations \
      are those of check; without a limit it takes 10 seconds.

      EXAMPLE: maplecheck compare linux-6.12 linux
      EXAMPLE: maplecheck compare linux .build/linux/patched/libmaplecheck-linux-corrected.so --no-functional-change
      EXAMPLE: maplecheck compare linux-6.12 linux corpus/linux/*.maple
      EXAMPLE: maplecheck compare maple-6.12 maple-7.3 --time 60 --speed --save-to differences
      """)

  @Argument(help: SubjectName.help)
  var first: SubjectName

  @Argument(help: "The other subject, named as the first.")
  var second: SubjectName

  @Argument(help: "Scripts to compare on, in the place of generated operations.")
  var files: [String] = []

  @OptionGroup var knownFaults: KnownFaultOptions

  @OptionGroup var runs: RunOptions

  @OptionGroup var tree: TreeOptions

  @Flag(help: "Fail, with status 1, if there is any difference: no functional change is intended.")
  var noFunctionalChange = false

  @Option(help: ArgumentHelp("Keep the shortest script of each group in a folder.", valueName: "folder"))
  var saveTo: String?

  @Flag(help: "Race the two as well, on rows of make bench, with an interval of confidence for each ratio.")
  var speed = false

  @Flag(help: "Print each group whole, with its script.")
  var verbose = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if let complaint = runs.complaint { throw ValidationError(complaint) }
    if runs.sharing.keepGoing { throw ValidationError("--keep-going: compare always goes on after a difference") }
    if tree.geometry == .tiny { throw ValidationError("--geometry: both are compared with nodes of linux64") }
    guard files.isEmpty || (runs.time == nil && runs.operations == nil && tree.configuration == nil) else {
      throw ValidationError("scripts: do not go with --time, --operations and a kind of tree")
    }
  }

  mutating func run() throws {
    let work = CompareWork(
      seed: runs.seed, limits: runs.limits, configuration: tree.configuration,
      scripts: try files.map { try InputFile.script($0) })
    let steppedAround = try knownFaults.apply(to: first, second)
    Interruption.listen()
    var report = try work.run(first, second)
    (report.first.steppedAround, report.second.steppedAround) = steppedAround
    report.exposesKnownFaults = knownFaults.exposeKnown
    report.demandsNone = noFunctionalChange
    if speed { try report.race(first, second) }
    if let saveTo { try report.save(in: SaveFolder(path: saveTo)) }
    report.isVerbose = verbose
    try report.tell(asJSON: json)
    throw report.status
  }
}
