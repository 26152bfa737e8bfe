import AddressSpaceModel
import ArgumentParser
import Harness
import Operations
import RangeMapCore
import Workers

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

  @Option(help: "A design of fork; may be given more than once.")
  var design: [ForkDesignName] = []

  @Option(help: "The seed of the first run; each next run has the next one.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("How long.", valueName: "seconds"))
  var time: Double?

  @Option(help: "How many operations at least; without --time there is then no limit of time.")
  var operations: UInt64?

  @Flag(help: "Make every run a failure sweep: refuse each request for memory of each operation, once and for ever.")
  var failures = false

  @Flag(
    help: "Compare our tree's nodes with the kernel's, or another library's, instead of the content.")
  var lockstep = false

  @OptionGroup var tree: TreeOptions

  @Option(help: ArgumentHelp("Begin each run with the layout of a process.", valueName: "/proc/PID/maps"))
  var maps: String?

  @Flag(help: "Keep what is found under \(Finding.regressionDirectory).")
  var save = false

  @Option(help: ArgumentHelp("How many processes; without it as many as there are cores.", valueName: "count"))
  var jobs: Int?

  @Option(help: ArgumentHelp("After how long a call is taken for one that never returns.", valueName: "seconds"))
  var callTime = 10.0

  @Option(help: ArgumentHelp("How much memory the subject may take.", valueName: "MiB"))
  var memory = 1024

  @Flag(help: "Go on after a finding, and tell the first of each kind and how often each was found.")
  var keepGoing = false

  @Flag(help: "Print the whole table of what was reached.")
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
    guard jobs.map({ 1...256 ~= $0 }) ?? true else { throw ValidationError("--jobs: expected 1 to 256") }
    guard 0.1...1e6 ~= callTime else { throw ValidationError("--call-time: expected 0.1 to 1000000 seconds") }
    guard 16...1 << 20 ~= memory else { throw ValidationError("--memory: expected 16 to \(1 << 20) MiB") }
    let isPlain = !failures && !save && !table && maps == nil && floor == nil && !nodes && begin.isEmpty
    guard design.isEmpty || target == .fork else { throw ValidationError("--design: goes with fork") }
    guard target == .tree || (isPlain && !lockstep) else {
      throw ValidationError("fork: goes with --design, --subject, --seed, --time, --operations and --json")
    }
    guard !sweeping.sweep || (target == .fork && time == nil && operations == nil) else {
      throw ValidationError("--sweep: goes with fork, --design, --subject, --vmas, --mode, --sample and --json")
    }
    guard begin.isEmpty || maps == nil else { throw ValidationError("--begin: does not go with --maps") }
    if let complaint = sweeping.complaint { throw ValidationError(complaint) }
    guard lockstep else { return }
    guard isPlain else {
      throw ValidationError(
        "--lockstep: goes with --subject, --seed, --time, --operations, --json, a kind of tree")
    }
    switch subject {
    case .maple, .library: break
    case .mapleAs, .oracle, .canary:
      throw ValidationError("--lockstep: expected a library as the subject, found \(subject.name)")
    }
  }

  mutating func run() throws {
    let floor = try floor.map { try CheckWork.floor(file: $0) }
    var work = CheckWork(seed: seed, timeLimit: time ?? (operations == nil ? 10 : nil), operationLimit: operations)
    work.configuration = tree.configuration
    work.sweepsOnly = failures
    work.jobs = jobs ?? SharedWork.cores
    work.isolates = true
    work.keepsGoing = keepGoing
    work.limits = WorkerLimits(callSeconds: callTime, bytes: UInt64(memory) << 20)
    if let maps {
      let script = try MapsText.script(file: maps)
      work.opening = script.operations
      work.configuration = work.configuration ?? script.configuration
    }
    work.openings = try begin.map { try InputFile.script($0, isBytes: false) }
    let steppedAround = try knownFaults.apply(to: subject)
    Interruption.listen()
    if target == .fork { throw try runFork(work) }
    if lockstep { throw try runLockstep(work) }
    var report = try subject.run(work)
    report.subject = subject
    report.knownFaultsSteppedAround = steppedAround
    report.exposesKnownFaults = knownFaults.exposeKnown
    if nodes { report.nodeUse = try NodeUseReport(report.campaign.table) }
    report.unreached = floor?.unreached(in: report.campaign.table) ?? []
    if save { try report.save() }
    StandardStream.output.write(
      json ? try maplecheck.json(report) : report.text(command: CommandLine.arguments[0], withTable: table))
    if let complaint = report.complaint { StandardStream.error.write(complaint + "\n") }
    throw report.status
  }

  /// Forks address spaces on the subject, and returns the exit status.
  private func runFork(_ limits: CheckWork) throws -> ExitStatus {
    // What is right is checked unless another design is asked for.
    let designs = design.isEmpty ? [ForkDesignName.duplicateAndTearDown] : design
    if sweeping.sweep { return try runSweep(designs) }
    let work = ForkCheckWork(
      seed: seed, designs: designs, timeLimit: limits.timeLimit, forkLimit: limits.operationLimit,
      subject: subject.name)
    let report = try subject.run(work)
    StandardStream.output.write(json ? try maplecheck.json(report) : report.text)
    if report.forks == 0 { StandardStream.error.write("maplecheck: nothing was forked, so nothing was checked\n") }
    return report.status
  }

  /// Tries all failures of forks on the subject, and returns the exit status.
  private func runSweep(_ designs: [ForkDesignName]) throws -> ExitStatus {
    let report = try subject.run(SweepWork(options: sweeping, designs: designs, subject: subject.name))
    StandardStream.output.write(json ? try maplecheck.json(report) : report.text)
    if let complaint = report.complaint { StandardStream.error.write(complaint + "\n") }
    return report.status
  }

  /// Compares shapes instead of contents, and returns the exit status.
  private func runLockstep(_ work: CheckWork) throws -> ExitStatus {
    let report = try LockstepWork(limits: work).run(subject)
    StandardStream.output.write(json ? try maplecheck.json(report) : report.text)
    if report.operations == 0 {
      StandardStream.error.write("maplecheck: no operation was made, so nothing was compared\n")
    }
    return report.status
  }
}
