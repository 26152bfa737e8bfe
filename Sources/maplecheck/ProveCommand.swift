import ArgumentParser
import Checking
import MapleTreeModule
import Proofs
import Reports
import Support

struct ProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Proves how many nodes stores need and what a teardown leaves, or shows a script that says otherwise.",
    discussion: """
      Without files the formulas of \(FormulaFiles.folder) are proved, and what comes out is compared with \
      \(FormulaFiles.pinFile). With files each of their formulas is compared with what stores take: a line for each \
      kind, and a script for each formula that is too low. docs/PROOFS.md explains what is proved, and the file's form.

      EXIT STATUS: 1 if a formula asks for too little, a proof is not what was expected, or proves nothing; \
      3 if the solver gave up.

      EXAMPLE: maplecheck prove bounds mine.toml
      EXAMPLE: maplecheck prove bounds mine.toml --kind split-store --scripts found
      EXAMPLE: maplecheck prove D/nothing-left --verbose
      EXAMPLE: maplecheck prove --list
      """)

  @Argument(
    help: """
      What to prove: bounds, teardown, dup or all, then formula files, for bounds; or names of proofs, or what they \
      begin with.
      """)
  var words: [String] = []

  @Flag(help: "List the proofs, and prove nothing.")
  var list = false

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

  @Flag(help: "Print which rules the proofs about teardown need, as a table in Markdown.")
  var rules = false

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

  @Flag(help: "Tell what the answers rest on too: claims, proofs for all heights, paths, premises, figures.")
  var verbose = false

  @Flag(help: "Take the numbers that come out as what is expected from now on.")
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
    if accept && height != Formula.greatestHeight {
      throw ValidationError("--accept: expected no --height, for the pins are of the package's own proofs")
    }
  }

  mutating func run() throws {
    let request = try ProofRequest(words, kinds: kind, greatestHeight: height, tellsOthers: verbose)
    if list {
      let text = json ? try Support.json(request.obligations) : request.obligations.map(\.listing).joined()
      return StandardStream.output.write(text)
    }
    var work = ProofWork(request, greatestHeight: height, jobs: jobs, bytes: UInt64(memory) << 20)
    (work.timeout, work.accepts, work.scripts, work.questions) = (timeout, accept, scripts, smt)
    Interruption.listen()
    let outcome = try work.prove()
    let result = outcome.result
    StandardStream.output.write(
      rules
        ? result.ruleTable
        : json ? try Support.json(result) : result.text(verbose: verbose, scriptFiles: outcome.scriptFiles))
    for line in outcome.complaints { StandardStream.error.write("maplecheck: \(line)\n") }
    throw result.status
  }
}

extension StoreKind: ExpressibleByArgument {
  public init?(argument: String) {
    guard let kind = StoreKind.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = kind
  }

  public static var allValueStrings: [String] { allCases.map { "\($0)" } }
}
