import ExternalSubject
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Subjects
import Support
import Workers

/// Generated runs of our tree and a library's, node by node.
package struct LockstepWork {
  private var world: LockstepWorld

  /// Our tree and the library that a subject names, the newest kernel's if it names none.
  package init(_ subject: SubjectName, seed: UInt64, configuration: MapConfiguration?, openings: [Script]) throws {
    world = try .make(subject, seed: seed, configuration: configuration)
    world.campaign.comparison.runs.openings = openings
  }

  package func check(_ limits: CheckLimits) -> CheckReport<Script> {
    var limits = limits
    if world.algorithm.doubt != nil { limits.sharing.keepsGoing = false }
    return Check(world: world, limits: limits).run()
  }
}

/// Scripts of a tree, on our tree in lockstep with a library's.
struct LockstepWorld: World {
  var campaign: LockstepCampaign<ExternalSubject, MapleTreeSubject>
  var words = WorldWords()
  /// The algorithm of our tree, and why it may not be the library's; `nil` if it is.
  var algorithm: LibraryAlgorithm

  /// Our tree and the library that a subject names, the newest kernel's if it names none.
  static func make(_ subject: SubjectName, seed: UInt64, configuration: MapConfiguration?) throws -> LockstepWorld {
    guard case .library(let path, _) = subject else {
      return try make(
        .library(path: LinuxLibraries.path(of: LinuxLibraries.ofOurShape), argument: ""), seed: seed,
        configuration: configuration)
    }
    let library = try SubjectName.load(path)
    guard library.features.contains(.shape), library.skippedKinds.isEmpty else {
      throw CommandFailure(file: path, expected: "a library that shows its shape and has all operations", found: "less")
    }
    let algorithm = LibraryAlgorithm(ofLibrary: library.name)
    let (rule, geometry) = (algorithm.rule, subject.libraryGeometry)
    var campaign = LockstepCampaign(
      firstSeed: seed, operationLimit: .max, configuration: configuration, makeFirst: { library.map(of: $0) },
      makeSecond: { kind in
        // Of a library with small nodes our tree has the sizes too.
        var configuration = kind
        configuration.geometry = geometry
        return MapleTreeSubject(configuration: configuration, rebuildRule: rule)
      })
    campaign.names = (library.name, "MapleCheck's tree")
    var words = WorldWords()
    words.checked = "all results and nodes compared"
    (words.replay, words.replayEnd) = (["check", "--lockstep"], ["--operations", "1", "--begin"])
    words.undecided = "it differs from a kernel that was never compared, which decides nothing"
    return LockstepWorld(campaign: campaign, words: words, algorithm: algorithm)
  }

  /// What is said of the two.
  var lines: [(heading: String, text: String)] {
    [("lockstep", "our tree and \(campaign.names.0)")]
      + (algorithm.doubt.map { [("algorithm", "\(algorithm.rule.rawValue), \($0)")] } ?? [])
  }

  var runsPerPiece: Int { 8 }

  func seed(ofRun number: UInt64) -> UInt64 { campaign.comparison.runs.firstSeed &+ number }

  func run(number: UInt64, _ context: RunContext) -> RunSummary<Script> {
    campaign.run(
      number: number, watch: context.watch, shouldStop: context.shouldStop, progress: context.progress)
  }

  func script(ofRun number: UInt64, at place: WorkerPlace) -> Script {
    campaign.comparison.script(number: number, count: place.operation + 1)
  }

  func violation(
    of script: Script, like wanted: Violation?, isThorough: Bool, watch: RunWatch
  ) -> Violation? { campaign.violation(of: script, watch: watch) }

  func shrunk(
    _ finding: Finding<Script>, limits: ShrinkLimits, isApart: Bool,
    find: @escaping (Script, Violation?, Bool) -> Violation?
  ) -> Finding<Script> {
    var limits = limits
    (limits.calls, limits.attempts) = (.max, min(limits.attempts, 5_000))
    return finding.shrunkOnce(limits: limits) { find($0, $1, false) } ?? finding
  }

  func shape(of finding: Finding<Script>) -> FindingShape { FindingShape(finding) }

  /// Differences of one kind are told once.
  func key(of finding: Finding<Script>) -> String { finding.violation.signature }

  /// A difference from a kernel whose algorithm nobody knows is none, but for a fault that the library noticed itself.
  func isFailure(_ violation: Violation) -> Bool {
    algorithm.doubt == nil || violation.kind != .treesDiffer
      || violation.found.hasPrefix(ComparedAspect.ownCheck.rawValue)
  }

  func lines(of summary: RunSummary<Script>) -> [(heading: String, text: String)] {
    [("nodes", "all of both compared \(summary.walks) times")]
  }
}
