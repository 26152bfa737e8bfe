import Harness
import Operations
import RangeMapCore

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
    campaign.willRun = CrashNote.willRun(seed:)
    var meter = progress
    let (timeLimit, operationLimit) = (timeLimit, operationLimit)
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start).seconds }
    let summary = campaign.run(
      shouldStop: { Interruption.isRequested || timeLimit.map { seconds() >= $0 } ?? false },
      progress: { meter.show($0, timeLimit: timeLimit, operationLimit: operationLimit) })
    meter.clear()
    var report = CheckReport(campaign: summary, seconds: seconds(), wasInterrupted: Interruption.isRequested)
    report.finding = summary.finding.map { finding in
      finding.shrunk(options: campaign.options, makeSubject: makeSubject)
    }
    return report
  }
}
