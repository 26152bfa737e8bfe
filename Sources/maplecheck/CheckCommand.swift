import AddressSpaceModel
import ArgumentParser
import Harness
import MapleTreeModule
import Operations
import Proofs
import RangeMapCore
import Reports
import Support

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
      EXAMPLE: maplecheck check fork --design C --time 60
      EXAMPLE: maplecheck check fork --sweep /proc/self/maps --vmas 51221 --sample --design A --design D
      """)

  @Argument(help: "A tree, or fork's duplication of an address space on one.")
  var target = CheckTarget.tree

  @OptionGroup var sweeping: SweepOptions

  @Option(help: SubjectName.help)
  var subject = SubjectName.maple

  @OptionGroup var knownFaults: KnownFaultOptions

  @OptionGroup var knownScripts: KnownScriptOptions

  @Option(help: "A design of fork; may be given more than once.")
  var design: [ForkDesignName] = []

  @Option(parsing: .unconditional, help: "The seed of the first run; each next run has the next one.")
  var seed: UInt64 = 1

  @Option(parsing: .unconditional, help: ArgumentHelp("How long.", valueName: "seconds"))
  var time: Double?

  @Option(parsing: .unconditional, help: "How many operations at least; without --time there is then no limit of time.")
  var operations: UInt64?

  @Flag(help: "Make every run a failure sweep: refuse each request for memory of each operation, once and for ever.")
  var failures = false

  @Flag(
    help: "Compare our tree's nodes with the kernel's, or another library's, instead of the content.")
  var lockstep = false

  @OptionGroup var tree: TreeOptions

  @Option(help: ArgumentHelp("Begin each run with the layout of a process.", valueName: "/proc/PID/maps"))
  var maps: String?

  @Flag(
    help: """
      Keep what is found, of our tree under \(Finding.regressionDirectory), of another subject under \
      corpus/found in a folder of its own.
      """)
  var save = false

  @Option(help: ArgumentHelp("Keep what is found in a folder.", valueName: "folder"))
  var saveTo: String?

  @OptionGroup var sharing: SharingOptions

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

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if let time, !(time >= 0 && time <= 1e9) { throw ValidationError("--time: expected 0 to 1000000000 seconds") }
    if let complaint = sharing.complaint { throw ValidationError(complaint) }
    if let complaint = sweeping.complaint { throw ValidationError(complaint) }
    guard begin.isEmpty || maps == nil else { throw ValidationError("--begin: does not go with --maps") }
    guard knownScripts.known == nil || (target == .tree && !lockstep) else {
      throw ValidationError("--known: does not go with fork or --lockstep, which have findings of other kinds")
    }
    if target == .fork { return try validateFork() }
    guard design.isEmpty else { throw ValidationError("--design: goes with fork") }
    guard !sweeping.sweep else { throw ValidationError("--sweep: goes with fork") }
    if case .library = subject, tree.geometry == .tiny {
      throw ValidationError("--geometry: a library has nodes of its own, \(subject.name) those of linux64")
    }
    if lockstep { try validateLockstep() }
  }

  private func validateFork() throws {
    guard !failures && !table && maps == nil && floor == nil && !nodes && begin.isEmpty && !lockstep else {
      throw ValidationError(
        "fork: goes with --design, --subject, --seed, --time, --operations, --sweep, --save, --json, --jobs and limits")
    }
    guard subject != .canary else {
      throw ValidationError(
        "--subject canary: its fault is in stores that cut the last of several ranges, which no address space makes; "
          + "a fork that is broken on purpose is --design B-only-ceiling")
    }
    guard sweeping.sweep else { return }
    guard time == nil && operations == nil && !keepsFindings && !sharing.keepGoing else {
      throw ValidationError("--sweep: goes with fork, --design, --subject, --vmas, --mode, --sample, --json and --jobs")
    }
  }

  private func validateLockstep() throws {
    guard
      !failures && !table && maps == nil && floor == nil && !nodes && begin.count <= 1 && !sharing.keepGoing
        && tree.geometry != .tiny
    else {
      throw ValidationError(
        "--lockstep: goes with --subject, --seed, --time, --operations, one --begin, --save, --json, --jobs, a kind of tree"
      )
    }
    switch subject {
    case .maple, .library: break
    case .mapleAs, .oracle, .canary:
      throw ValidationError("--lockstep: expected a library as the subject, found \(subject.name)")
    }
  }

  private var keepsFindings: Bool { save || saveTo != nil }

  /// Where what is found is kept; `nil` where it is not.
  private func saveFolder(of target: String? = nil) throws(CommandFailure) -> SaveFolder? {
    keepsFindings ? try SaveFolder.folder(for: subject, of: target, named: saveTo) : nil
  }

  mutating func run() throws {
    let floor = try floor.map { try CheckWork.floor(file: $0) }
    var work = CheckWork(seed: seed, timeLimit: time ?? (operations == nil ? 10 : nil), operationLimit: operations)
    work.configuration = tree.configuration
    work.sweepsOnly = failures
    work.sharing = sharing.sharing
    if let maps {
      let script = try MapsText.script(file: maps)
      work.opening = script.operations
      work.configuration = work.configuration ?? script.configuration
    }
    // What is proved of 7.3 is proved of trees that bulk mode did not build, for 7.3 has none.
    if nodes && subject.rebuildRule == .copiedByLevel { work.skippedKinds = OperationKind.ofBulkMode }
    work.openings = try begin.map { try InputFile.script($0, isBytes: false) }
    let steppedAround = try knownFaults.apply(to: subject)
    Interruption.listen()
    if target == .fork { throw try runFork(work) }
    if lockstep { throw try runLockstep(work) }
    let folder = try saveFolder()
    work.known = try knownScripts.scripts(for: subject)
    work.exposeKnownFaults = try knownFaults.switching(subject)
    var report = try subject.run(work)
    report.subject = subject
    report.knownFaultsSteppedAround = steppedAround
    report.exposesKnownFaults = knownFaults.exposeKnown
    if nodes {
      report.nodeUse = try NodeUseReport(report.campaign.table, algorithm: subject.algorithm ?? .newest)
    }
    report.unreached = floor?.unreached(in: report.campaign.table) ?? []
    if let folder { try report.save(in: folder) }
    let command = CommandLine.arguments[0]
    throw try tell(report, report.text(command: command, withTable: table), report.complaint, report.status)
  }

  /// Forks address spaces on the subject, and returns the exit status.
  private func runFork(_ limits: CheckWork) throws -> ExitStatus {
    // What is right is checked unless another design is asked for.
    let designs = design.isEmpty ? [ForkDesignName.duplicateAndTearDown] : design
    if sweeping.sweep {
      var work = SweepWork(options: sweeping, designs: designs, subject: subject.name)
      work.sharing = limits.sharing
      let report = try subject.run(work)
      return try tell(report, report.text, report.complaint, report.status)
    }
    let folder = try saveFolder(of: "fork")
    var work = ForkCheckWork(
      seed: seed, designs: designs, timeLimit: limits.timeLimit, forkLimit: limits.operationLimit,
      subject: subject.name)
    work.argument = subject.argument
    work.sharing = limits.sharing
    var report = try subject.run(work)
    if let folder { try report.save(in: folder) }
    return try tell(report, report.text(command: CommandLine.arguments[0]), report.complaint, report.status)
  }

  /// Compares shapes instead of contents, and returns the exit status.
  private func runLockstep(_ work: CheckWork) throws -> ExitStatus {
    let folder = try saveFolder(of: "lockstep")
    var report = try LockstepWork(limits: work).run(subject)
    if let folder { try report.save(in: folder) }
    return try tell(report, report.text(command: CommandLine.arguments[0]), report.complaint, report.status)
  }

  /// Prints what came of the work, and returns the exit status.
  private func tell(
    _ report: some Encodable, _ text: String, _ complaint: String?, _ status: ExitStatus
  ) throws -> ExitStatus {
    StandardStream.output.write(json ? try Support.json(report) : text)
    if let complaint { StandardStream.error.write(complaint + "\n") }
    return status
  }
}
