import ArgumentParser
import Harness
import MapleTreeModule
import Operations
import Proofs
import Reports
import Support
import Workers

struct ProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Proves how many nodes stores need and what a teardown leaves, or shows a script that says otherwise.",
    discussion: """
      Without files the formulas of \(ProveCommand.formulaFolder) are proved, and what comes out is compared with \
      \(ProveCommand.pinFile). With files each of their formulas is compared with what stores take: a line for each \
      kind, and a script for each formula that is too low. docs/PROOFS.md explains what is proved, and the file's form.

      EXIT STATUS: 1 where a formula asks for too little, a proof is not what was expected, or proves nothing; \
      3 where the solver gave up.

      EXAMPLE: maplecheck prove bounds mine.toml
      EXAMPLE: maplecheck prove bounds mine.toml --kind split-store --scripts found
      """)

  static let formulaFolder = "models/bounds"
  static let pinFile = "models/expected.json"

  @Argument(help: "What to prove: bounds, teardown, dup or all; then formula files, for bounds.")
  var words: [String] = []

  @Option(help: "The greatest height of the trees.")
  var height = Formula.greatestHeight

  @Option(help: "The most seconds that one question to the solver may take.")
  var timeout = 30

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many processes; without it as many as there are cores.", valueName: "count"))
  var jobs: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("How much memory a process may take.", valueName: "MiB"))
  var memory = 4096

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write every question to the solver into this directory, as SMT-LIB. It is then one process that asks them.",
      valueName: "dir"))
  var smt: String?

  @Option(
    help: ArgumentHelp(
      """

      Write scripts into this directory: of each formula in the files that are named, one that breaks it or takes all of \
      it; without files those of all bounds to height 5.
      """, valueName: "dir"))
  var scripts: String?

  @Option(
    help: ArgumentHelp(
      "Only this kind of store, of the files that are named; may be given more than once.", valueName: "kind"))
  var kind: [StoreKind] = []

  @Flag(help: "Tell what the answers rest on too: proofs for all heights, paths, premises, figures.")
  var verbose = false

  @Flag(help: "Take what comes out as what is expected from now on.")
  var accept = false

  func validate() throws {
    guard (0...Formula.greatestHeight).contains(height) else {
      throw ValidationError("--height: expected 0 to \(Formula.greatestHeight), found \(height)")
    }
    guard (1...86_400).contains(timeout) else {
      throw ValidationError("--timeout: expected 1 to 86400 seconds, found \(timeout)")
    }
    if let jobs, !(1...256 ~= jobs) { throw ValidationError("--jobs: expected 1 to 256, found \(jobs)") }
    if smt != nil, let jobs, jobs > 1 {
      throw ValidationError("--smt: expected --jobs 1 or none, for one process writes the questions in their order")
    }
    guard 16...1 << 20 ~= memory else {
      throw ValidationError("--memory: expected 16 to \(1 << 20) MiB, found \(memory)")
    }
    if !kind.isEmpty && request.files.isEmpty { throw ValidationError("--kind goes with files of formulas") }
    if accept && !isPinned {
      throw ValidationError("--accept: expected no files and no --height, for the pins are of the package's own proofs")
    }
  }

  /// The families asked for, and the files.
  private var request: (families: [ObligationKind], files: [String]) {
    guard let first = words.first else { return (ObligationKind.allCases, []) }
    if first == "all" { return (ObligationKind.allCases, Array(words.dropFirst())) }
    guard let family = ObligationKind(rawValue: first) else { return ([.bounds], words) }
    return ([family], Array(words.dropFirst()))
  }

  /// Whether what comes out is compared with the pins.
  private var isPinned: Bool { request.files.isEmpty && height == Formula.greatestHeight }

  mutating func run() throws {
    let (families, names) = request
    if !names.isEmpty && !families.contains(.bounds) {
      throw CommandFailure("\(names[0]): expected no file, for formulas belong to bounds")
    }
    let files = families.contains(.bounds) ? try FormulaFiles.read(names) : []
    var pins = try isPinned ? FormulaFiles.pins() : ExpectedVerdicts()
    Interruption.listen()
    if let scripts, names.isEmpty { try ProveWork.writeScripts(to: scripts) }
    let limits = ProofLimits(queryMilliseconds: timeout * 1000)
    let log = smt.map { _ in QueryLog() }
    var work = ProveWork(families: families, files: files, height: height, limits: limits, log: log)
    work.kinds = kind.isEmpty ? Set(StoreKind.allCases) : Set(kind)
    // Of files that are named, only what they ask is answered.
    work.hasObligations = names.isEmpty || verbose || families.count > 1
    // A question has its own limit of time, which the solver keeps; there is no other.
    work.sharing = Sharing(
      jobs: jobs ?? Sharing.cores, isolates: log == nil,
      limits: WorkerLimits(callSeconds: 1e9, bytes: UInt64(memory) << 20))
    var report = work.run { if StandardStream.error.isTerminal { StandardStream.error.write($0 + "\n") } }
    if let scripts, !names.isEmpty { try report.writeScripts(to: scripts) }
    if let smt, let log { try ProveWork.write(log, to: smt) }
    if isPinned {
      if accept && !report.wasInterrupted && report.failure == nil {
        for family in families { pins.families[family.rawValue] = report.pins(family) }
        try OutputFile.write(Array(pins.text.utf8), to: Self.pinFile)
      }
      for family in families {
        report.differences += pins.differences(
          family.rawValue, from: report.pins(family), isComplete: !report.wasInterrupted && report.failure == nil)
      }
    }
    report.isPinned = isPinned
    StandardStream.output.write(json ? try Support.json(report.summary) : report.text(verbose: verbose))
    for line in report.complaints { StandardStream.error.write("maplecheck: \(line)\n") }
    if !report.differences.isEmpty {
      StandardStream.error.write(
        "maplecheck: if the change is meant, accept it with: maplecheck prove \(words.joined(separator: " ")) --accept\n"
      )
    }
    throw report.status
  }
}

extension StoreKind: ExpressibleByArgument {
  public init?(argument: String) {
    guard let kind = StoreKind.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = kind
  }

  public static var allValueStrings: [String] { allCases.map { "\($0)" } }
}
