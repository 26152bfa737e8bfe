import ExternalSubject
import Harness
import MapleTreeModule
import Operations
import RangeMapCore

/// What came of `maplecheck check --lockstep`.
struct LockstepReport: Encodable {
  var library: String
  var firstSeed: UInt64
  var operations: UInt64
  var runs: UInt64
  /// How often all nodes of both trees were compared.
  var walks: UInt64
  var seconds: Double
  var wasInterrupted: Bool
  /// Where the trees parted, with the shrunk script that leads there.
  var difference: String?
  var script: String?

  var status: ExitStatus {
    if difference != nil { return .violation }
    return operations == 0 || wasInterrupted ? .undecided : .clean
  }

  /// The result for people.
  var text: String {
    let rate = seconds > 0 ? UInt64(Double(operations) / seconds) : 0
    let start = """
      lockstep    our tree and \(library), seeds from \(firstSeed)
      operations  \(operations) in \(CheckReport.decimal(seconds)) s, \(rate) a second
      runs        \(runs); \(walks) comparisons of all nodes

      """
    guard let difference, let script else { return start + "found       no difference\n" }
    return start + "\ndifference: \(difference)\n\(script)"
  }
}

/// Our tree in lockstep with a library's, within the limits of a check.
struct LockstepWork {
  var limits: CheckWork

  func run(_ subject: SubjectName) throws -> LockstepReport {
    let path =
      switch subject {
      case .library(let path, _): path
      case .maple, .mapleAs, .oracle, .canary: LinuxLibraries.path(of: LinuxLibraries.ofOurShape)
      }
    let library = try SubjectName.load(path)
    guard library.features.contains(.shape), library.skippedKinds.isEmpty else {
      throw CommandFailure(file: path, expected: "a library that shows its shape and has all operations", found: "less")
    }
    let rule = RebuildRule(ofLibrary: library.name)
    let campaign = LockstepCampaign(
      firstSeed: limits.seed, operationLimit: limits.operationLimit ?? .max, configuration: limits.configuration,
      makeFirst: { library.map(of: $0) }, makeSecond: { MapleTreeSubject(configuration: $0, rebuildRule: rule) })
    let start = ContinuousClock.now
    let summary = campaign.run(shouldStop: {
      Interruption.isRequested || limits.timeLimit.map { (ContinuousClock.now - start).seconds >= $0 } ?? false
    })
    return LockstepReport(
      library: library.name, firstSeed: limits.seed, operations: summary.operations, runs: summary.runs,
      walks: summary.walks, seconds: (ContinuousClock.now - start).seconds,
      wasInterrupted: Interruption.isRequested,
      difference: summary.difference?.text(naming: (library.name, "MapleCheck's tree")),
      script: summary.script.map { ScriptText.print($0) })
  }
}
