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
  package let machine: KernelMachine
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
    let operations = written.forLockstep(machine).operations
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
      model.machine.unchargesUntouchedMemory = design != .oneByOne
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
    if !operation.isOfLockstep || operation.readsZeroPage(model) || operation.joinsOtherwise(model) {
      return .leftOut
    }
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

  /// Whether private memory can have folios of more than one page.
  package var hasLargeFolios: Bool { has(MAPLECHECK_FORK_LARGE_FOLIOS) }

  private func has(_ trait: maplecheck_fork_trait) -> Bool { table.pointee.traits & UInt64(trait.rawValue) != 0 }
}

extension ForkOperation {
  /// Whether the model and a kernel make the call side by side. Nothing fails in a call there, and nobody looks at it.
  fileprivate var isOfLockstep: Bool {
    switch kind {
    case .fork: true
    case .vma, .touch, .pin, .unmap, .protect, .swap, .lock, .unlock: !isTried
    case .advise: !isTried && advice.change != nil
    case .remap, .brk, .grow, .limit: false
    }
  }

  /// Whether folios of a whole page table are asked for. Kernel: `HPAGE_PMD_ORDER`.
  fileprivate var isHuge: Bool { kind == .touch && order == ForkLimits.order }

  /// Whether a page of private memory without a file is read that nobody may write to, or one that nobody may read.
  fileprivate func readsZeroPage<Map: RangeMap & ~Copyable>(_ space: borrowing AddressSpace<Map>) -> Bool {
    guard kind == .touch else { return false }
    return space.vmas(from: request.range.first, through: request.range.last).contains { vma in
      let flags = space.machine[vma].flags
      return flags.isDisjoint(with: .protection)
        || space.machine[vma].file == nil && flags.isDisjoint(with: [.writable, .shared])
    }
  }
}

extension ForkOperation {
  /// Whether the call may join vmas that a kernel does not, or the other way round; or is advice about files, some of
  /// which a kernel refuses.
  ///
  /// A vma that a driver hears of does not go by a join: `can_merge_remove_vma()`. Vmas whose policies are equal are
  /// joined by a kernel alone.
  fileprivate func joinsOtherwise<Map: RangeMap & ~Copyable>(_ space: borrowing AddressSpace<Map>) -> Bool {
    let range = request.range
    switch kind {
    case .protect, .lock, .unlock, .advise:
      return space.vmas(from: range.first, through: range.last).contains { vma in
        let found = space.machine[vma].range
        let isWhole = range.first <= found.first && found.last <= range.last
        return space.machine[vma].policy != nil || space.machine[vma].file != nil && (isWhole || kind == .advise)
      }
    case .vma:
      guard let file = request.file, range.first > 0 else { return false }
      return [range.first - 1, range.last + 1].allSatisfy { address in
        space.vmas(from: address, through: address).contains { space.machine[$0].file == file }
      }
    default: return false
    }
  }
}

extension ForkScenario {
  /// What is not compared, in words, so that a script with it is not decided.
  fileprivate var leftOutOfLockstep: [String] {
    var lacking = Lacking()
    for operation in operations {
      if operation.isHuge { lacking.add("huge page") }
      if operation.isOfLockstep { continue }
      lacking.add(operation.isTried ? "call that is refused a step or looked at" : operation.nameOfCall)
    }
    return lacking.list.map { "lockstep has no \($0.name): \(Self.lines($0.count))" }
  }

  /// The scenario with what both a kernel's machine and the model have.
  fileprivate func forLockstep(_ machine: KernelMachine) -> ForkScenario {
    var scenario = adapted(to: machine)
    // A refused page of counts is asked for once more by a kernel, and by the model not.
    for place in scenario.operations.indices { scenario.operations[place].isFull = false }
    // A huge page has one entry in a kernel, and in the model as many as it has pages.
    for place in scenario.operations.indices where scenario.operations[place].isHuge {
      scenario.operations[place].order -= 1
    }
    for place in scenario.operations.indices where scenario.operations[place].kind == .vma {
      // Neighbours that differ in this alone are two vmas of the model and one of the machine.
      scenario.operations[place].request.flags.remove(.noReserve)
    }
    return scenario
  }
}
