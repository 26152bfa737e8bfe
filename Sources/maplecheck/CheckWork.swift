import Harness
import Operations
import RangeMapCore
import Support
import Workers

/// A campaign with limits, on any subject.
struct CheckWork: SubjectWork {
  var seed: UInt64
  /// Seconds.
  var timeLimit: Double?
  var operationLimit: UInt64?
  var configuration: MapConfiguration?
  var sweepsOnly = false
  var opening: [Operation] = []
  var openings: [Script] = []
  var skippedKinds: Set<OperationKind> = []
  var progress = ProgressMeter()
  var sharing = Sharing.none
  /// Scripts of what is known of the subject; `nil` for none.
  var known: KnownScripts?
  /// Lets the subject show the faults that it knows of itself, or step around them; `nil` if it steps around them, or
  /// knows none.
  var exposeKnownFaults: ((Bool) -> Void)?

  init(seed: UInt64, timeLimit: Double?, operationLimit: UInt64?) {
    self.seed = seed
    self.timeLimit = timeLimit
    self.operationLimit = operationLimit
  }

  /// Reads a floor.
  static func floor(file: String) throws(CommandFailure) -> CoverageFloor {
    let bytes = try InputFile.read(file, limit: ScriptText.greatestFileSize, content: "a floor")
    do throws(ScriptError) {
      return try CoverageFloor.parse(bytes, file: file)
    } catch {
      throw CommandFailure(error)
    }
  }

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) -> CheckReport {
    var campaign = Campaign(
      firstSeed: seed, operationLimit: operationLimit ?? .max, configuration: configuration, makeSubject: makeSubject)
    campaign.options.skippedKinds = skippedKinds
    if sweepsOnly { campaign.sweepInterval = 1 }
    campaign.opening = opening
    campaign.openings = openings
    // A long layout leaves as many generated operations as a short one.
    campaign.operationsPerRun += opening.count
    return SharedCampaign(work: self, campaign: campaign, makeSubject: makeSubject).run()
  }
}
