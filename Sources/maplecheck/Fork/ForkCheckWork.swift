import AddressSpaceModel
import ArgumentParser
import Harness
import Operations
import RangeMapCore
import Scenarios

extension ForkDesignName: ExpressibleByArgument {}

/// Generated address spaces and forks, on any subject.
struct ForkCheckWork: SubjectWork {
  var seed: UInt64
  var designs: [ForkDesignName]
  var limits = CheckLimits()
  var sweepsOnly = false
  /// Scripts with the calls of one of which every run begins, in turn.
  var openings: [ForkScenario] = []
  var skippedKinds: Set<OperationKind> = []
  /// Scripts of what is known; `nil` for none.
  var known: KnownScripts<ForkScenario>?

  func run<Subject: RangeMap & ~Copyable>(
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
