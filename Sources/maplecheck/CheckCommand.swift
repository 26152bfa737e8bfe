import AddressSpaceModel
import ArgumentParser
import Checking
import Harness
import MapleTreeModule
import Operations
import Proofs
import RangeMapCore
import Readers
import Reports
import Scenarios
import Subjects
import Support

extension ForkDesignName: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument) }
}

extension MemoryOrder: ExpressibleByArgument {}

extension CheckTarget: ExpressibleByArgument {}

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Makes generated operations on a subject and compares it with the oracle after each.",
    discussion: """
      A run is a function of its seed; runs follow one another until the time or the operations are used up, or until \
      something is found, which is shrunk and told as a script. Without a limit it takes 10 seconds. Ctrl-C ends it and \
      keeps what was done.

      EXAMPLE: maplecheck check --time 60 --save
      EXAMPLE: maplecheck check --maps /proc/self/maps --failures
      EXAMPLE: maplecheck check --subject linux --time 60
      EXAMPLE: maplecheck check --lockstep --operations 1000000
      EXAMPLE: maplecheck check fork --design 6.16 --time 60
      EXAMPLE: maplecheck check fork --subject linux-6.12 --failures
      EXAMPLE: maplecheck check fork --lockstep --subject linux-6.12
      EXAMPLE: maplecheck check readers --sweep --subject linux
      EXAMPLE: maplecheck check fork --sweep /proc/self/maps --vmas 51221 --sample --design 6.1 --design 7.3
      """)

  @Argument(help: "A tree, fork's duplication of an address space on one, or readers beside a tree's writer.")
  var target = CheckTarget.tree

  @OptionGroup var sweeping: SweepOptions

  @Option(help: SubjectName.help)
  var subject = SubjectName.maple

  @OptionGroup var knownFaults: KnownFaultOptions

  @OptionGroup var knownScripts: KnownScriptOptions

  @Option(help: "A design of fork; may be given more than once.")
  var design: [ForkDesignName] = []

  @Option(help: "Which stores a reader may not have seen yet; each script has its own choice without it.")
  var order: MemoryOrder?

  @OptionGroup var runs: RunOptions

  @Flag(help: "Make every run a failure sweep: refuse each request for memory of each operation, once and for ever.")
  var failures = false

  @Flag(
    help: """
      Compare our tree's nodes with the kernel's, or another library's, instead of the content; of forks, our model \
      with the kernel's own fork, step by step.
      """)
  var lockstep = false

  @OptionGroup var tree: TreeOptions

  @Option(help: ArgumentHelp("Begin each run with the layout of a process.", valueName: "/proc/PID/maps"))
  var maps: String?

  @Flag(
    help: """
      Keep what is found, of our tree under \(Script.regressionDirectory), of another subject under \
      corpus/found in a folder of its own.
      """)
  var save = false

  @Option(help: ArgumentHelp("Keep what is found in a folder.", valueName: "folder"))
  var saveTo: String?

  @Flag(
    help: """
      Print the table of what was reached, with counts: the marks, which are kinds of stores and branches in the \
      subject's code, and the ways in which each operation ended.
      """)
  var table = false

  @Flag(help: "Print the most nodes that stores took, beside what is proved of them.")
  var nodes = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Begin each run with one of these scripts, in turn.", valueName: "script"))
  var begin: [String] = []

  @Option(
    help: ArgumentHelp("Demand what a file lists: a cell of the table and a least count a line.", valueName: "file"))
  var floor: String?

  @Flag(help: "Pin the counts of a sweep of readers in \(CountPins.file): they are expected from now on.")
  var accept = false

  @Flag(help: "Expect of a sweep of readers the counts that are pinned.")
  var pinned = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if accept && (order != nil || runs.time != nil || runs.operations != nil) {
      throw ValidationError("--accept: expected a whole sweep, without --order, --time and --operations")
    }
    let sweepComplaint = target == .readers ? nil : sweeping.complaint
    if let complaint = runs.complaint ?? sweepComplaint { throw ValidationError(complaint) }
    let mode = mode
    for option in Self.options where option.isGiven(self) && !option.modes.contains(mode) {
      let others = CheckMode.allCases.filter(option.modes.contains).map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(option.name): does not go with \(mode.rawValue), but with \(others)")
    }
    guard begin.isEmpty || maps == nil else { throw ValidationError("--begin: does not go with --maps") }
    if case .library = subject, tree.geometry == .tiny {
      throw ValidationError("--geometry: a library has nodes of its own, \(subject.name) those of linux64")
    }
    if mode == .lockstep, tree.geometry == .tiny {
      throw ValidationError("--geometry: the library has nodes of linux64")
    }
    let complaint = mode.complaint(
      about: subject, hasDesign: !design.isEmpty, hasObserver: !sweeping.observer.isEmpty)
    if let complaint { throw ValidationError(complaint) }
  }

  private var mode: CheckMode { CheckMode(target, sweeps: sweeping.sweep, isLockstep: lockstep) }

  /// The options that do not go with everything that is checked: what each world has, in one table.
  private static let options: [(name: String, modes: Set<CheckMode>, isGiven: @Sendable (CheckCommand) -> Bool)] = [
    ("--lockstep", [.lockstep, .forkLockstep], { $0.lockstep }),
    ("--design", [.fork, .sweep], { !$0.design.isEmpty }),
    ("--sweep", [.sweep, .readersSweep], { $0.sweeping.sweep }),
    ("layouts, --vmas, --mode, --sample and --observer", [.sweep], { !$0.sweeping.isPlain }),
    ("--seed", CheckMode.ofRuns, { $0.runs.seed != 1 }),
    ("--time", CheckMode.ofRuns, { $0.runs.time != nil }),
    ("--operations", CheckMode.ofRuns, { $0.runs.operations != nil }),
    ("--keep-going", CheckMode.ofRuns, { $0.runs.sharing.keepGoing }),
    ("--save", CheckMode.ofRuns, { $0.keepsFindings }),
    ("--accept and --pinned", [.readersSweep], { $0.accept || $0.pinned }),
    ("--order", [.readers, .readersSweep], { $0.order != nil }),
    ("--begin", CheckMode.ofOperations, { !$0.begin.isEmpty }),
    ("--maps", CheckMode.ofOperations, { $0.maps != nil }),
    ("--failures", [.tree, .fork, .forkLockstep], { $0.failures }),
    ("--table", [.tree, .fork, .forkLockstep, .readers, .readersSweep], { $0.table }),
    ("--floor", [.tree, .fork, .forkLockstep, .readers, .readersSweep], { $0.floor != nil }),
    ("--known", [.tree, .fork, .readers, .readersSweep], { $0.knownScripts.known != nil }),
    ("--nodes", [.tree], { $0.nodes }),
    ("--geometry, --gaps, --rcu and --external-lock", [.tree, .lockstep], { $0.tree.configuration != nil }),
  ]

  private var keepsFindings: Bool { save || saveTo != nil }

  mutating func run() throws {
    if target == .fork { subject = lockstep ? subject.ofLockstepForks : subject.ofForks }
    let floor = try floor.map { try InputFile.floor($0) }
    // What is right is checked unless another design is asked for.
    let designs = design.isEmpty ? [ForkDesignName.duplicateAndTearDown] : design
    switch mode {
    case .tree:
      var work = CheckWork(
        seed: runs.seed, limits: runs.limits, configuration: tree.configuration, sweepsOnly: failures)
      work.openings = try openings()
      work.additionalOperations = maps == nil ? 0 : work.openings[0].operations.count
      // What is proved of 7.3 is proved of trees that bulk mode did not build, for 7.3 has none.
      if nodes && subject.rebuildRule == .copiedByLevel { work.skippedKinds = OperationKind.ofBulkMode }
      work.known = try .scripts(for: subject, named: knownScripts.known)
      work.exposeKnownFaults = try knownFaults.switching(subject)
      try tell(floor, nil) { try work.check(subject) }
    case .lockstep:
      let work = try LockstepWork(subject, seed: runs.seed, configuration: tree.configuration, openings: try openings())
      try tell(floor, "lockstep") { work.check(runs.limits) }
    case .fork, .forkLockstep:
      var work = ForkCheckWork(
        seed: runs.seed, designs: designs, limits: runs.limits, sweepsOnly: failures, isLockstep: lockstep)
      work.openings =
        try maps.map { [ForkScenario(of: try InputFile.layout($0))] } ?? begin.map { try InputFile.script($0) }
      work.known = try .scripts(for: subject, named: knownScripts.known)
      try tell(floor, lockstep ? "fork-lockstep" : "fork") { try work.check(subject) }
    case .readers:
      let work = try readerWork()
      try tell(floor, "readers") { try work.check(subject) }
    case .readersSweep:
      var work = try readerWork()
      work.cases = ReaderCases.all(of: subject, orders: order.map { [$0] } ?? [.sequential, .kernel])
      try tell(floor, "readers") { try work.sweep(subject, accepts: accept, isPinned: pinned) }
    case .sweep:
      _ = try knownFaults.apply(to: subject)
      Interruption.listen()
      var work = sweeping.work(designs)
      work.sharing = runs.sharing.sharing
      let report = try work.sweep(subject)
      try report.tell(asJSON: json)
      throw report.status
    }
  }

  /// A check of readers, without the faults that the subject is known to have.
  private func readerWork() throws -> ReaderCheckWork {
    var work = ReaderCheckWork(
      seed: runs.seed, limits: mode == .readersSweep ? runs.limitsOfSweep : runs.limits, order: order,
      passedBy: knownFaults.exposeKnown ? [] : KnownReaderFault.known(of: subject.libraryName))
    work.known = try .scripts(for: subject, named: knownScripts.known)
    return work
  }

  /// What each run of a tree begins with.
  private func openings() throws(CommandFailure) -> [Script] {
    if let maps {
      var script = try MapsText.script(file: maps)
      if let kind = tree.configuration { script.configuration = kind }
      return [script]
    }
    var scripts: [Script] = []
    for file in begin { scripts.append(try InputFile.script(file)) }
    return scripts
  }

  /// Checks, and tells what came of it.
  /// - Parameter target: what is checked beside a tree's content, for the folder of what is found.
  private func tell<Script: WorldScript>(
    _ floor: CoverageFloor?, _ target: String?, check: () throws -> CheckReport<Script>
  ) throws {
    let folder = keepsFindings ? try SaveFolder.folder(for: subject, of: target, named: saveTo) : nil
    let steppedAround = try knownFaults.apply(to: subject)
    Interruption.listen()
    var report = try check()
    report.subject = subject
    report.knownFaultsSteppedAround = steppedAround
    report.exposesKnownFaults = knownFaults.exposeKnown
    if nodes { report.nodeUse = try NodeUseReport(report.summary.table, algorithm: subject.algorithm ?? .newest) }
    report.unreached = floor?.unreached(in: report.summary.table) ?? []
    if let folder { try report.save(in: folder) }
    (report.command, report.showsTable) = (CommandLine.arguments[0], table)
    try report.tell(asJSON: json)
    throw report.status
  }
}
