import AddressSpaceModel
import Harness
import Operations
import RangeMapCore
import Scenarios
import Subjects

/// Generated address spaces and forks, on any subject.
package struct ForkCheckWork: SubjectWork {
  var seed: UInt64
  var designs: [ForkDesignName]
  var limits: CheckLimits
  var sweepsOnly: Bool
  /// Whether a kernel's fork is made beside our model's.
  var isLockstep: Bool
  /// Scripts with the calls of one of which every run begins, in turn.
  package var openings: [ForkScenario] = []
  package var skippedKinds: Set<OperationKind> = []
  /// Scripts of what is known; `nil` for none.
  package var known: KnownScripts<ForkScenario>?

  package init(
    seed: UInt64, designs: [ForkDesignName], limits: CheckLimits, sweepsOnly: Bool = false, isLockstep: Bool = false
  ) {
    (self.seed, self.designs, self.limits) = (seed, designs, limits)
    (self.sweepsOnly, self.isLockstep) = (sweepsOnly, isLockstep)
  }

  /// Checks a subject.
  package func check(_ subject: SubjectName) throws -> CheckReport<ForkScenario> {
    guard var forks = try subject.kernelForks else { return try subject.run(self) }
    forks.passesKnownFaults = known != nil
    return isLockstep ? run(LockstepForks(forks.machine)) : run(forks)
  }

  package func run<Subject: RangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> CheckReport<ForkScenario> {
    run(ModelForks(makeSubject: makeSubject))
  }

  /// The same on whatever carries out scripts of forks.
  func run(_ forks: some ForkRunner) -> CheckReport<ForkScenario> {
    var world = ForkWorld(forks: forks)
    (world.firstSeed, world.designs, world.sweepsOnly, world.openings) = (seed, designs, sweepsOnly, openings)
    return Check(world: world, limits: limits, known: known).run()
  }
}
