import AddressSpaceModel
import RangeMapCore
import Scenarios

extension ForkScenario {
  /// Carries the scenario out by a kernel's own code, up to the first fork that breaks a law.
  ///
  /// The design of a fork is the kernel's own, whatever the script names. The machine is as it was afterwards.
  /// - Parameter generations: so many forks come before the trials, each of the child of the one before, which then
  ///   writes to its pages: its vmas have chains of as many anon_vmas.
  /// - Throws: `KernelCallError.ended` if the kernel's code cannot go on before a fork.
  /// - Complexity: O(forks · memory in use).
  package func run(on machine: KernelMachine, generations: Int = 0) throws(KernelCallError) -> KernelForkReport {
    let start = machine.save()
    defer { machine.restore(start) }
    var report = KernelForkReport()
    var files: [UInt64] = []
    for _ in 0..<ForkLimits.files { files.append(try machine.newFile()) }
    var space = try machine.newSpace()
    var left = generations
    var place = 0
    while place < operations.count {
      guard operations[place].isFork else {
        report.calls += 1
        do throws(KernelCallError) {
          try operations[place].prepare(space, files: files, on: machine)
        } catch .refused {
          report.refusedCalls += 1
        }
        place += 1
        continue
      }
      while left > 0 {
        space = try machine.nextGeneration(of: space)
        left -= 1
      }
      let bench = try KernelForkBench(machine, parent: space, files: files)
      while place < operations.count, operations[place].isFork {
        let trial = operations[place].trial
        let observer = trial.observation.flatMap { KernelObserver($0.observer) }
        let outcome = bench.run(failing: KernelFailure(trial.failure), observer: observer)
        report.forks += 1
        if !outcome.succeeded { report.failedForks += 1 }
        if trial.failure != .none && outcome.steps.failures == 0 { report.unreached.append(place) }
        if trial.observation?.observer.isOfKernels == false { report.unobserved.append(place) }
        if !outcome.violations.isEmpty {
          report.violation = (place, outcome.violations)
          return report
        }
        place += 1
      }
      bench.rest()
    }
    return report
  }
}

extension KernelMachine {
  /// Forks an address space, and writes to each private page that its child inherits.
  func nextGeneration(of space: KernelSpace) throws(KernelCallError) -> KernelSpace {
    let child = try fork(space)
    for area in areas(of: child) where area.flags.contains(.writable) && !area.flags.contains(.shared) {
      var address = area.range.first
      while true {
        if page(at: address, in: child) != nil { try touch(.single(address), writing: true, in: child) }
        if area.range.last - address < AddressLayout.pageSize { break }
        address += AddressLayout.pageSize
      }
    }
    return child
  }
}

/// What came of a scenario that a kernel carried out.
package struct KernelForkReport: Sendable {
  package var calls = 0
  package var refusedCalls = 0
  package var forks = 0
  package var failedForks = 0
  /// The lines, from 0, whose failure never came.
  package var unreached: [Int] = []
  /// The lines whose observer the machine has not: nobody looked.
  package var unobserved: [Int] = []
  /// The line whose fork broke a law, and the laws.
  package var violation: (operation: Int, violations: [ForkViolation])?

  /// The laws that were broken; empty if none was.
  package var laws: Set<ForkLaw> { Set(violation?.violations.map(\.law) ?? []) }
}

extension KernelFailure {
  /// The failure of a script; `nil` if nothing fails.
  package init?(_ failure: ForkFailure) {
    if failure == .none { return nil }
    let steps: Set<KernelStep>? =
      switch failure.steps {
      case .all: nil
      case .of(let kind): kind.kernelSteps
      case .nodeRequests: [.node, .nodes]
      }
    self.init(failure.index, of: steps, forever: failure.forever)
  }
}

extension FailureKind {
  /// The kernel's steps that a step of the model stands for.
  package var kernelSteps: Set<KernelStep> {
    switch self {
    case .lock: [.lock]
    case .signal: [.vmaLock]
    case .treeNode: [.node, .nodes]
    case .charge: [.charge]
    case .vma: [.vma, .lockObject]
    case .policy: [.policy]
    case .userfaultContext: [.userfault]
    case .anonVma: [.anonVma, .chain]
    case .hook: [.hook]
    case .pageTablePage: [.table]
    case .folio: [.folio]
    case .pageContents: []
    case .swapContinuation: [.swap]
    }
  }
}

extension ForkOperation {
  func prepare(
    _ space: KernelSpace, files: [UInt64], on machine: KernelMachine
  ) throws(KernelCallError) {
    let range = request.range
    switch kind {
    case .vma:
      var request = request
      if request.flags.isCharged { request.flags.insert(.accounted) }
      try machine.map(request, in: space, files: files)
      if hasPolicy { try machine.setPolicy(at: range.first, in: space) }
    case .touch:
      let area = machine.areas(of: space).first { $0.range.contains(range.first) }
      try machine.touch(range, writing: area?.flags.contains(.writable) ?? true, in: space)
    case .pin: try machine.pin(address, in: space)
    case .unmap: try machine.unmap(range, in: space)
    case .protect: try machine.protect(range, request.flags, in: space)
    case .fork: break
    }
  }
}

extension VmaFlags {
  /// Whether do_mmap() charges such a mapping. Kernel: `accountable_mapping()`.
  fileprivate var isCharged: Bool { contains(.writable) && isDisjoint(with: [.shared, .noReserve, .hugePage]) }
}
