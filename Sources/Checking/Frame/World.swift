import Harness
import Operations
import Workers

/// Scripts of one kind, on one kind of subject: what the frame must be told of them.
///
/// The frame makes of it a check that is shared out to processes, with limits, progress, coverage table and floor; the
/// shrinking of what is found, in processes of their own; the comparison with what is known; and the report. A
/// conformance is a value of concrete types, so that the runs inside are compiled for each subject.
protocol World {
  associatedtype Script: WorldScript

  /// What its counts are called.
  var words: WorldWords { get }

  // MARK: Runs

  /// How many runs one process makes.
  var runsPerPiece: Int { get }

  /// How many runs there are; `.max` if they do not end.
  var runCount: Int { get }

  /// Whether a finding is the end of its process: what follows could show what it left behind.
  var endsProcessWithFinding: Bool { get }

  /// The seed of a run.
  func seed(ofRun number: UInt64) -> UInt64

  /// Makes a run by its number, from 0: what it does depends on nothing else.
  func run(number: UInt64, _ context: RunContext) -> RunSummary<Script>

  /// The script of a run that ended its process, up to the operation that it was at.
  func script(ofRun number: UInt64, at place: WorkerPlace) -> Script

  // MARK: Findings

  /// What a script leads to.
  /// - Parameters:
  ///   - wanted: what it should lead to, if it leads to several things.
  ///   - isThorough: whether every check is made after every operation, or as often as the runs do.
  func violation(
    of script: Script, like wanted: Violation?, isThorough: Bool, watch: RunWatch
  ) -> Violation?

  /// The world with each schedule of checks on which a script may show what it leads to, the quickest first.
  var schedules: [Self] { get }

  /// The smallest script that leads to the same violation.
  /// - Parameters:
  ///   - isApart: whether a trial may end its process, so that the subject is used by `find` alone.
  ///   - find: `violation(of:like:isThorough:watch:)`, in whatever process.
  func shrunk(
    _ finding: Finding<Script>, limits: ShrinkLimits, isApart: Bool,
    find: @escaping (_ script: Script, _ like: Violation?, _ isThorough: Bool) -> Violation?
  ) -> Finding<Script>

  /// What a shrunk finding is, without its numbers.
  func shape(of finding: Finding<Script>) -> FindingShape

  /// Findings of one key are told once.
  func key(of finding: Finding<Script>) -> String

  /// Whether the violation is a failure; else it is told, and decides nothing.
  func isFailure(_ violation: Violation) -> Bool

  /// Lines about the subject, and about what was done, each with its heading.
  var lines: [(heading: String, text: String)] { get }
  func lines(of summary: RunSummary<Script>) -> [(heading: String, text: String)]

  /// Lines that explain a finding.
  func notes(on finding: Finding<Script>) -> [String]
}

/// A world whose scripts can be replayed, operation by operation.
protocol ReplayedWorld: World {
  /// Makes a script once with every check, in this process.
  /// - Parameters:
  ///   - withFailures: whether a failure sweep follows.
  ///   - steps: told of each operation before and after it is made.
  func replay(
    _ script: Script, withFailures: Bool, _ context: RunContext, steps: ReplaySteps?
  ) -> ReplayResult

  /// The script of a replay that ended its process, if that is not the script itself: a sweep makes other operations.
  func replayedScript(of script: Script, at place: WorkerPlace) -> Script?
}

extension World {
  var schedules: [Self] { [self] }
  var runCount: Int { .max }
  var endsProcessWithFinding: Bool { true }
  func key(of finding: Finding<Script>) -> String { finding.violation.name }
  func isFailure(_ violation: Violation) -> Bool { true }
  var lines: [(heading: String, text: String)] { [] }
  func lines(of summary: RunSummary<Script>) -> [(heading: String, text: String)] { [] }
  func notes(on finding: Finding<Script>) -> [String] { [] }
}

/// What a world's counts are called in reports.
struct WorldWords {
  /// What is made on the subject, and what is looked at each time.
  var operations = "operations"
  var checked = "all results compared"
  var runs = "runs"
  /// Whether runs are made from seeds, which the report then names.
  var hasSeeds = true
  /// What is said of the number of refusals; nothing, and nothing of sweeps, if it is empty.
  var refused = "requests refused"
  /// The command that replays a script, and what it must be told beside the subject.
  var replay = ["replay"]
  var replayEnd: [String] = []
  /// What findings that are no failures come to.
  var undecided = ""

  /// One of the operations.
  var operation: String { String(operations.dropLast()) }
}
