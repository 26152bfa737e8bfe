import AddressSpaceModel
import CForkABI
import Harness
import RangeMapCore
import Scenarios

/// The model and a kernel's own fork, side by side: the same calls, then the same forks with the same step failing.
///
/// After each call both have the same areas, page tables, pages and counters. A fork makes the same steps, by name and
/// in their order, and a step that fails ends it in both or in none. A child that lives has the same areas, tables,
/// pages and counters in both. Both keep the same laws. What differs is `ForkLaw.modelEqualsKernel`, broken.
package struct ForkLockstep<Map: RangeMap & ~Copyable> {
  private let machine: KernelMachine
  /// The design that is to be the kernel's fork.
  package let design: ForkDesignName
  private let makeMap: (MapConfiguration) -> Map

  /// - Parameter design: the design of the model; `nil` for the one that the kernel's fork is.
  package init(
    _ machine: KernelMachine, design: ForkDesignName? = nil, makeMap: @escaping (MapConfiguration) -> Map
  ) {
    self.machine = machine
    self.makeMap = makeMap
    self.design = design ?? machine.design
  }

  /// Carries a scenario out on both, up to the first difference.
  ///
  /// A fork whose failure counts more steps than there are begins again with the first of them: so nearly every
  /// failure of a generated scenario comes.
  /// - Parameters: as those of `ForkScenario.run(on:)`.
  /// - Complexity: O(forks · memory in use).
  package func run(
    _ written: ForkScenario, watch: RunWatch? = nil, shouldStop: () -> Bool = { false },
    begin: ((Int) -> Void)? = nil, tell: ((Int, String) -> Void)? = nil
  ) -> ForkReport {
    let start = machine.save()
    defer { machine.restore(start) }
    let operations = written.forLockstep.operations
    var report = ForkReport()
    report.lacking = written.leftOutOfLockstep
    var place = 0
    var tally = ForkLockstepTally()
    watch?.begin()
    do throws(KernelCallError) {
      var files: [UInt64] = []
      for _ in 0..<ForkLimits.files { files.append(try machine.newFile()) }
      let space = try machine.newSpace()
      var model = AddressSpace(machine: Machine(), owner: .parent, makeMap: makeMap)
      for _ in files { _ = model.machine.newFile() }
      model.machine.joinsVmasOfFiles = design != .oneByOne
      while place < operations.count, report.violation == nil {
        watch?.note(operation: place)
        guard operations[place].isFork else {
          begin?(place)
          report.calls += 1
          let ending = try call(operations[place], &model, space, files)
          tell?(place, ending.name)
          tally.count(ending)
          if ending == .refused { report.refusedCalls += 1 }
          if case .differs(let text) = ending { report.differ(text, at: place) }
          place += 1
          continue
        }
        var forks = ForkLockstepBench(
          ours: ForkBench(parent: model), theirs: try KernelForkBench(machine, parent: space, files: files),
          design: design)
        while place < operations.count, operations[place].isFork, report.violation == nil {
          if shouldStop() { return report }
          begin?(place)
          watch?.note(operation: place)
          watch?.note(call: UInt64(report.forks + 1))
          let ending = forks.run(operations[place].trial)
          tell?(place, ending.difference ?? (ending.succeeded ? "a child lived" : "failed"))
          report.forks += 1
          if !ending.succeeded { report.failedForks += 1 }
          tally.count(ending)
          if let text = ending.difference { report.differ(text, at: place) }
          place += 1
        }
        if report.violation == nil { model = forks.release() } else { break }
      }
    } catch {
      report.differ("the kernel cannot go on: \(machine.warnings.last ?? "\(error)")", at: place)
    }
    report.cells = tally.table
    return report
  }

  // MARK: Calls

  private func call(
    _ operation: ForkOperation, _ model: inout AddressSpace<Map>, _ space: KernelSpace, _ files: [UInt64]
  ) throws(KernelCallError) -> ForkLockstepTally.Call {
    if !operation.isOfLockstep || operation.readsZeroPage(model) { return .leftOut }
    let isMade = operation.prepare(&model)
    let isMadeByKernel = try operation.isMade(in: space, files: files, on: machine)
    if isMade != isMadeByKernel {
      return .differs("the model \(isMade ? "makes" : "refuses") the call, and the kernel does not")
    }
    let ours = SharedView(model)
    let theirs = SharedView(space, on: machine, pages: ours.pages.map(\.address))
    return ours.difference(fromKernel: theirs).map { .differs($0) } ?? (isMade ? .done : .refused)
  }
}

extension ForkReport {
  fileprivate mutating func differ(_ text: String, at place: Int) {
    violation = (place, [ForkViolation(.modelEqualsKernel, text)])
  }
}

extension KernelMachine {
  /// The design of the model that is this kernel's fork, by what its files do.
  package var design: ForkDesignName {
    if !has(MAPLECHECK_FORK_DUPLICATES) { return .oneByOne }
    if !has(MAPLECHECK_FORK_MARKS_PLACE) { return .duplicateAndTearDown }
    if !has(MAPLECHECK_FORK_MARKS_SPACE) { return .duplicateAndMarkPlaceOnly }
    return has(MAPLECHECK_FORK_HAS_LOCK_OBJECTS) ? .duplicateAndMark : .duplicateAndMarkLater
  }

  /// The observer of the model that looks as the kernel's does; `nil` if the kernel has none.
  func modelObserver(_ observer: ForkObserver) -> ForkObserver? {
    switch observer {
    case .migration, .folio, .fault, .reader: nil
    case .swapOff, .checkedSwapOff: has(MAPLECHECK_FORK_SWAP_OFF_ASKS) ? .checkedSwapOff : .swapOff
    case .reverseMap, .reaper: observer
    }
  }

  private func has(_ trait: maplecheck_fork_trait) -> Bool { table.pointee.traits & UInt64(trait.rawValue) != 0 }
}

extension ForkOperation {
  /// Whether the model and a kernel make the call side by side. Nothing fails in a call there, and nobody looks at it.
  fileprivate var isOfLockstep: Bool {
    switch kind {
    case .fork: true
    case .vma, .touch, .pin, .unmap, .protect, .swap: !isTried
    case .remap, .brk, .grow, .lock, .unlock, .advise, .limit: false
    }
  }

  /// Whether a page of private memory without a file is read that nobody may write to.
  fileprivate func readsZeroPage<Map: RangeMap & ~Copyable>(_ space: borrowing AddressSpace<Map>) -> Bool {
    guard kind == .touch else { return false }
    return space.vmas(from: request.range.first, through: request.range.last).contains { vma in
      space.machine[vma].file == nil && space.machine[vma].flags.isDisjoint(with: [.writable, .shared])
    }
  }
}

extension ForkScenario {
  /// What is not compared, in words, so that a script with it is not decided.
  fileprivate var leftOutOfLockstep: [String] {
    var lacking = Lacking()
    for operation in operations where !operation.isOfLockstep {
      lacking.add(operation.isTried ? "call that is refused a step or looked at" : operation.nameOfCall)
    }
    return lacking.list.map { "lockstep has no \($0.name): \(Self.lines($0.count))" }
  }

  /// The scenario with what both a kernel's machine and the model have.
  fileprivate var forLockstep: ForkScenario {
    var scenario = ofKernels
    // A refused page of counts is asked for once more by a kernel, and by the model not.
    for place in scenario.operations.indices { scenario.operations[place].isFull = false }
    for place in scenario.operations.indices where scenario.operations[place].kind == .vma {
      // Neighbours that differ in this alone are two vmas of the model and one of the machine.
      scenario.operations[place].request.flags.remove(.noReserve)
    }
    return scenario
  }
}
