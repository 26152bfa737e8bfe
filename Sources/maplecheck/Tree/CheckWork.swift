import Harness
import Operations
import RangeMapCore

/// Generated runs of a tree, on any subject.
struct CheckWork: SubjectWork {
  var seed: UInt64
  var limits = CheckLimits()
  /// The kind of all trees; `nil` lets each seed choose.
  var configuration: MapConfiguration?
  var sweepsOnly = false
  /// Scripts with one of which every run begins, in turn.
  var openings: [Script] = []
  /// Operations of a run beside the usual number: a long layout leaves as many generated ones as a short one.
  var additionalOperations = 0
  var skippedKinds: Set<OperationKind> = []
  /// Scripts of what is known of the subject; `nil` for none.
  var known: KnownScripts<Script>?
  /// Lets the subject show the faults that it knows of itself, or step around them; `nil` if it knows none.
  var exposeKnownFaults: ((Bool) -> Void)?

  func run<Subject: RangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> CheckReport<Script> {
    var campaign = Campaign(firstSeed: seed, configuration: configuration, makeSubject: makeSubject)
    if sweepsOnly { campaign.sweepInterval = 1 }
    campaign.openings = openings
    campaign.operationsPerRun += additionalOperations
    let world = TreeWorld(campaign, skipping: skippedKinds, makeSubject: makeSubject)
    return Check(world: world, limits: limits, known: known, exposeKnownFaults: exposeKnownFaults).run()
  }
}
