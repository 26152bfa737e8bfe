import Harness
import Operations
import RangeMapCore
import Subjects

/// Generated runs of a tree, on any subject.
package struct CheckWork: SubjectWork {
  var seed: UInt64
  var limits: CheckLimits
  /// The kind of all trees; `nil` lets each seed choose.
  var configuration: MapConfiguration?
  var sweepsOnly: Bool
  /// Scripts with one of which every run begins, in turn.
  package var openings: [Script] = []
  /// Operations of a run beside the usual number: a long layout leaves as many generated ones as a short one.
  package var additionalOperations = 0
  package var skippedKinds: Set<OperationKind> = []
  /// Scripts of what is known of the subject; `nil` for none.
  package var known: KnownScripts<Script>?
  /// Lets the subject show the faults that it knows of itself, or step around them; `nil` if it knows none.
  package var exposeKnownFaults: ((Bool) -> Void)?

  package init(
    seed: UInt64, limits: CheckLimits = CheckLimits(), configuration: MapConfiguration? = nil, sweepsOnly: Bool = false
  ) {
    (self.seed, self.limits, self.configuration, self.sweepsOnly) = (seed, limits, configuration, sweepsOnly)
  }

  /// Checks a subject.
  package func check(_ subject: SubjectName) throws -> CheckReport<Script> { try subject.run(self) }

  package func run<Subject: RangeMap & ~Copyable>(
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
