import ArgumentParser
import Checking
import Operations
import RangeMapCore
import Subjects
import Support

extension ShardNumber: ExpressibleByArgument {}

extension IndexRange: ExpressibleByArgument {}

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Tries everything that can be done in every state that a small tree reaches.",
    discussion: """
      Breadth first from an empty tree, or from the end of a script. In each state it makes every write over a few \
      indices, with each of its requests for memory refused in turn, every read, every move of a cursor, and a \
      duplicate. Each result is compared with the oracle, and all laws are checked. States are told apart by the exact \
      shape of the tree and by its NULLs. --folder keeps what was done: the same command goes on there.

      EXAMPLE: maplecheck explore --indices 6
      EXAMPLE: maplecheck explore --indices 5 --gaps --subject linux-7.3-small
      EXAMPLE: maplecheck explore --begin corpus/explore/three-levels.maple --over 20...22
      EXAMPLE: maplecheck explore --indices 8 --folder /scratch/eight --shard 1/4
      EXAMPLE: maplecheck explore --merge /scratch/eight
      """)

  @Option(help: SubjectName.help)
  var subject = SubjectName.maple

  @OptionGroup var knownFaults: KnownFaultOptions

  @OptionGroup var tree: TreeOptions

  @Option(help: "Write over the indices from 0 on, so many of them, and from each to the last index of all.")
  var indices: UInt64?

  @Option(help: ArgumentHelp("Begin where a script ends.", valueName: "script"))
  var begin: String?

  @Option(help: ArgumentHelp("Write over these indices, after --begin.", valueName: "first...last"))
  var over: IndexRange?

  @Option(help: ArgumentHelp("Keep what was done in a folder, and go on with what is there.", valueName: "folder"))
  var folder: String?

  @Option(help: ArgumentHelp("Do one part of several, which share the folder.", valueName: "number/count"))
  var shard: ShardNumber?

  @Flag(help: "Do not wait for the other parts: end if they are behind. The same command goes on later.")
  var noWait = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Add up the parts that are in folders, and say which are missing.", valueName: "folder"))
  var merge: [String] = []

  @Option(parsing: .unconditional, help: ArgumentHelp("End after so long; --folder goes on.", valueName: "seconds"))
  var time: Double?

  @Option(help: "End after states that so many steps lead to.")
  var levels: Int?

  @Option(help: ArgumentHelp("How much memory the keys of known states may take.", valueName: "MiB"))
  var seenMemory = 512

  @OptionGroup var sharing: SharingOptions

  @Flag(help: "Print how many states there are at each number of steps.")
  var table = false

  @Flag(help: "Pin the counts in \(CountPins.file): they are expected from now on.")
  var accept = false

  @Flag(help: "Expect the counts that are pinned.")
  var pinned = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if let complaint = sharing.complaint { throw ValidationError(complaint) }
    if let time, !(time >= 0 && time <= 1e9) { throw ValidationError("--time: expected 0 to 1000000000 seconds") }
    if let levels, !(0...900 ~= levels) { throw ValidationError("--levels: expected 0 to 900") }
    guard 1...1 << 20 ~= seenMemory else { throw ValidationError("--seen-memory: expected 1 to \(1 << 20) MiB") }
    if sharing.keepGoing { throw ValidationError("--keep-going: explore ends with what it finds") }
    if let complaint = choice.complaint { throw ValidationError(complaint) }
    if !merge.isEmpty { return }
    if case .library = subject, tree.geometry == .tiny {
      throw ValidationError("--geometry: a library has nodes of its own; linux-7.3-small has small ones")
    }
  }

  private var choice: ExploreChoice {
    var choice = ExploreChoice()
    (choice.indices, choice.begin, choice.over) = (indices, begin, over)
    (choice.folder, choice.shard, choice.merges, choice.waits) = (folder, shard, !merge.isEmpty, !noWait)
    (choice.comparesPins, choice.hasKind) = (accept || pinned, tree.configuration != nil)
    return choice
  }

  mutating func run() throws {
    if !merge.isEmpty {
      var report = try ExploreWork.merge(merge)
      report.showsTable = table
      try report.tell(asJSON: json)
      throw report.status
    }
    var work = try choice.work(on: subject, tree.configuration, hasGeometry: tree.geometry != nil)
    (work.seenMemory, work.lastLevel, work.waits) = (seenMemory, levels, !noWait)
    work.limits = CheckLimits(timeLimit: time, sharing: sharing.sharing)
    let steppedAround = try knownFaults.apply(to: subject)
    Interruption.listen()
    var report = try work.explore(subject)
    report.knownFaultsSteppedAround = steppedAround
    report.exposesKnownFaults = knownFaults.exposeKnown
    report.showsTable = table
    try work.comparePins(&report, subject, accepts: accept, isPinned: pinned)
    try report.tell(asJSON: json)
    throw report.status
  }
}
