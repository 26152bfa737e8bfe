import ArgumentParser
import Harness
import Operations
import Proofs

struct ProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Proves how many nodes stores need and what a teardown leaves, or shows a script that says otherwise.",
    discussion: """
      Without files the formulas of \(ProveCommand.formulaFolder) are proved, and what comes out is compared with \
      \(ProveCommand.pinFile). docs/PROOFS.md explains what is proved.

      EXIT STATUS: 1 where a formula asks for too little, a proof is not what was expected, or proves nothing; \
      3 where the solver gave up.

      EXAMPLE: maplecheck prove bounds mine.toml
      """)

  static let formulaFolder = "models/bounds"
  static let pinFile = "models/expected.json"

  @Argument(help: "What to prove: bounds, teardown, dup or all; then formula files, for bounds.")
  var words: [String] = []

  @Option(help: "The greatest height of the trees.")
  var height = Formula.greatestHeight

  @Option(help: "The most seconds that one question to the solver may take.")
  var timeout = 30

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(help: ArgumentHelp("Write every question to the solver into this directory, as SMT-LIB.", valueName: "dir"))
  var smt: String?

  @Option(help: ArgumentHelp("Write the scripts of all bounds to height 5 into this directory.", valueName: "dir"))
  var scripts: String?

  @Flag(help: "Take what comes out as what is expected from now on.")
  var accept = false

  func validate() throws {
    guard (0...Formula.greatestHeight).contains(height) else {
      throw ValidationError("--height: expected 0 to \(Formula.greatestHeight), found \(height)")
    }
    guard (1...86_400).contains(timeout) else {
      throw ValidationError("--timeout: expected 1 to 86400 seconds, found \(timeout)")
    }
    if accept && !isPinned {
      throw ValidationError("--accept: expected no files and no --height, for the pins are of the package's own proofs")
    }
  }

  /// The families asked for, and the files.
  private var request: (families: [ObligationKind], files: [String]) {
    guard let first = words.first else { return (ObligationKind.allCases, []) }
    if first == "all" { return (ObligationKind.allCases, Array(words.dropFirst())) }
    guard let family = ObligationKind(rawValue: first) else { return (ObligationKind.allCases, words) }
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
    if let scripts { try ProveWork.writeScripts(to: scripts) }
    let limits = ProofLimits(queryMilliseconds: timeout * 1000)
    let log = smt.map { _ in QueryLog() }
    let work = ProveWork(families: families, files: files, height: height, limits: limits, log: log)
    var report = work.run { StandardStream.error.write($0 + "\n") }
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
    StandardStream.output.write(json ? try maplecheck.json(report.summary) : report.text)
    for line in report.complaints { StandardStream.error.write("maplecheck: \(line)\n") }
    if !report.differences.isEmpty {
      StandardStream.error.write(
        "maplecheck: if the change is meant, accept it with: maplecheck prove \(words.joined(separator: " ")) --accept\n"
      )
    }
    throw report.status
  }
}
