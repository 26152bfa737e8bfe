import RangeMapCore

/// Why a fork failed.
public enum ForkError: Error, Hashable, Sendable {
  /// Kernel: `-ENOMEM`.
  case outOfMemory
  /// Kernel: `-EINTR`.
  case interrupted
}

/// How a fork is to go.
public struct ForkOptions: Sendable {
  public var design: ForkDesignName
  /// The most pages that are copied at once.
  public var batch = 1
  public var observation: ForkObservation?
  /// Who has the fork go wrong; `nil` for nobody.
  public var spoiler: (any ForkSpoiler)?

  public init(
    design: ForkDesignName, batch: Int = 1, observation: ForkObservation? = nil, spoiler: (any ForkSpoiler)? = nil
  ) {
    self.design = design
    self.batch = batch
    self.observation = observation
    self.spoiler = spoiler
  }
}

/// What a fork and the teardown of its child did so far.
public final class ForkRun {
  public let options: ForkOptions
  /// How many vmas the machine had before.
  let firstNew: Int
  /// The vmas that the teardown removed.
  public internal(set) var removedCount = 0
  /// What broke, in the order in which it was found.
  public internal(set) var violations: [ForkViolation] = []
  /// The moments at which an observer could look, so far.
  public private(set) var observableSteps = 0
  /// Whether the fork has failed and its child is not gone yet.
  var isFailing = false
  /// Userfaultfd contexts that wait for the end of the fork. Kernel: `struct list_head uf`.
  var userfaultContexts: [(watcher: Int?, token: ResourceToken)] = []
  /// How many vmas were copied and stored.
  var copiedCount = 0

  public init(_ options: ForkOptions, machine: Machine) {
    self.options = options
    firstNew = machine.vmas.count
  }

  func violate(_ law: ForkLaw, _ detail: String) { violations.append(ForkViolation(law, detail)) }

  /// A moment at which others may look at a child whose fork has failed.
  func step<Map: RangeMap & ~Copyable>(_ child: borrowing AddressSpace<Map>, _ place: StaticString) {
    guard isFailing else { return }
    observableSteps += 1
    guard let observation = options.observation, observation.step == nil || observation.step == observableSteps else {
      return
    }
    // What an observer finds at one step, it finds at the next ones too.
    if violations.contains(where: { $0.law == .observersSeeOnlyLiveVmas }) { return }
    guard let fault = observation.observer.findFault(in: child, since: firstNew) else { return }
    violate(
      .observersSeeOnlyLiveVmas, "\(observation.observer.rawValue) at step \(observableSteps), \(place): \(fault)")
  }

  /// Ends the userfaultfd contexts. Kernel: `dup_userfaultfd_complete()`, `dup_userfaultfd_fail()`.
  func endUserfaultContexts(_ machine: Machine) {
    for context in userfaultContexts { machine.ledger.release(context.token) }
    userfaultContexts = []
  }
}
