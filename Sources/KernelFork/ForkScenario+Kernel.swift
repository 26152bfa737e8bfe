import AddressSpaceModel
import Harness
import RangeMapCore
import Scenarios

extension ForkScenario {
  /// What the scenario names and a kernel's machine has not, in the order of the lines, and how many lines name it.
  package var lackedByKernels: [(name: String, count: UInt64)] {
    var lacking = Lacking()
    func lack(_ name: String) { lacking.add(name) }
    if geometry == .tiny { lack("tiny tree") }
    for operation in operations {
      switch operation.kind {
      case .vma:
        for (name, flag) in VmaFlags.names
        where operation.request.flags.contains(flag) && !VmaFlags.ofKernelScripts.contains(flag) {
          lack("flag \(name)")
        }
        if operation.request.isSharedWithoutFile { lack("shared memory without a file") }
        if operation.request.watchesFile { lack("userfaultfd of a file") }
      // Kernel: THP_ORDERS_ALL_ANON.
      case .touch: if operation.order == 1 { lack("folio of two pages") }
      default: break
      }
      let trial = operation.trial
      if trial.batch > 1 { lack("choice of a batch") }
      if case .of(let kind) = trial.failure.steps, kind.kernelSteps.isEmpty { lack("step \(kind.word)") }
      if let observer = trial.observation?.observer, !observer.isOfKernels { lack("observer \(observer.rawValue)") }
    }
    return lacking.list
  }

  /// The same, with what this machine has not and others have.
  package func lacked(by machine: KernelMachine) -> [(name: String, count: UInt64)] {
    let count = machine.hasLargeFolios ? 0 : operations.count { $0.kind == .touch && $0.order > 1 }
    return lackedByKernels + (count > 0 ? [("large folios", UInt64(count))] : [])
  }

  /// The scenario with what this machine has.
  package func adapted(to machine: KernelMachine) -> ForkScenario {
    var scenario = ofKernels
    if !machine.hasLargeFolios { for place in operations.indices { scenario.operations[place].order = 0 } }
    return scenario
  }

  /// The scenario with what a kernel's machine has, so that a script says what was done.
  package var ofKernels: ForkScenario {
    var scenario = self
    scenario.geometry = .linux64
    for place in operations.indices {
      let operation = operations[place]
      switch operation.kind {
      case .vma: scenario.operations[place].request = operation.request.ofKernels
      case .touch: if operation.order == 1 { scenario.operations[place].order = 0 }
      default: break
      }
      scenario.operations[place].trial.batch = 1
      switch operation.trial.failure.steps {
      case .all: break
      case .of(let kind): if kind.kernelSteps.isEmpty { scenario.operations[place].trial.failure = .none }
      // A request for a node is a step of a kernel.
      case .nodeRequests: scenario.operations[place].trial.failure.steps = .of(.treeNode)
      }
      if operation.trial.observation?.observer.isOfKernels == false {
        scenario.operations[place].trial.observation = nil
      }
    }
    return scenario
  }

  /// The scenario without areas that show a known fault of a kernel, and how many lines have them.
  package func passingKnownFaults(of machine: KernelMachine) -> (scenario: ForkScenario, count: UInt64) {
    let flags = KernelFault.flags(shownBy: machine.name)
    var (scenario, count) = (self, UInt64(0))
    for place in operations.indices where !operations[place].request.flags.isDisjoint(with: flags) {
      scenario.operations[place].request.flags.subtract(flags)
      count += 1
    }
    return (scenario, count)
  }

  /// The scenario with the failure that broke a law told by the kind of its step, which stays the same if other kinds
  /// of steps go.
  package func precise(on machine: KernelMachine, passesKnownFaults: Bool = false) -> ForkScenario {
    let report = run(on: machine, passesKnownFaults: passesKnownFaults)
    guard let place = report.violation?.operation, let failure = report.preciseFailure else { return self }
    var precise = self
    precise.operations[place].trial.failure = failure
    return precise
  }

  /// How many steps the last trial has of those that its failure counts, if none fails; `nil` if it counts none.
  package func steps(on machine: KernelMachine) -> UInt64? {
    guard let place = lastTrial, operations[place].trial.failure != .none else {
      return nil
    }
    var counted = self
    counted.operations[place].trial.failure.index = .max
    return counted.run(on: machine).unreached.last { $0.operation == place }?.steps
  }

  /// The scenario with each of its forks once for each failure that the fork can meet, without an observer and with
  /// each that there is: a failure sweep is a script.
  package func swept(on machine: KernelMachine) -> ForkScenario {
    var swept = ForkScenario()
    var calls = swept
    var isForked = false
    for operation in operations {
      guard operation.isFork else {
        swept.operations.append(operation)
        calls.operations.append(operation)
        isForked = false
        continue
      }
      // Forks one after the other differ in what fails and in who looks, and a sweep tries all of both.
      if isForked { continue }
      isForked = true
      let plain = ForkTrial(design: operation.trial.design)
      swept.operations.append(.fork(plain))
      var once = calls
      once.operations.append(.fork(plain))
      let report = once.run(on: machine)
      guard report.violation == nil else { continue }
      let points = KernelSweepPoints.points { report.cells["step \($0.name)"] }
      for observer in KernelSweepPoints.observers {
        for point in points {
          swept.operations.append(
            .fork(
              ForkTrial(
                design: plain.design, failure: point.failure, observation: observer.map { ForkObservation($0) })))
        }
      }
    }
    return swept
  }
}

extension MappingRequest {
  /// Kernel: `shmem_zero_setup()`, whose file the machine has not.
  fileprivate var isSharedWithoutFile: Bool { file == nil && flags.contains(.shared) }

  /// Kernel: `vma_can_userfault()`, which knows the files of shared memory alone.
  fileprivate var watchesFile: Bool { file != nil && flags.contains(.userfault) }

  /// The request with what a kernel's machine has.
  package var ofKernels: MappingRequest {
    var request = self
    request.flags.formIntersection(.ofKernelScripts)
    if isSharedWithoutFile { request.flags.remove(.shared) }
    if watchesFile { request.flags.remove(.userfault) }
    return request
  }
}

extension VmaFlags {
  /// What a script can say of a mapping on a kernel's machine. That a mapping is not charged is all that `no-reserve`
  /// does here.
  fileprivate static let ofKernelScripts = known.union(.noReserve)
}
