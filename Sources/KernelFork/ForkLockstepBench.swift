import AddressSpaceModel
import RangeMapCore
import Scenarios

/// An address space of the model and the same one of a kernel, forked side by side, each time from the same state.
struct ForkLockstepBench<Map: RangeMap & ~Copyable>: ~Copyable {
  private var ours: ForkBench<Map>
  private let theirs: KernelForkBench
  private let design: ForkDesignName
  /// The parent's entries, of which the model's forks take away the right to write.
  private let entries: [EntryBeforeFork]
  /// Steps at which the kernel cannot be made to fail.
  private let absent: Set<FailureKind>
  /// The steps of a fork of which none fails, by the pages that the model copies at once.
  private var whole: [Int: [StepPairs.Pair]] = [:]

  init(ours: consuming ForkBench<Map>, theirs: consuming KernelForkBench, design: ForkDesignName) {
    entries = ours.parent.pageTable.entriesBeforeFork()
    self.ours = ours
    self.theirs = theirs
    self.design = design
    // A fatal signal is pending, or not: before 7.x nothing is waited for that a kill could end.
    absent = design.rules.isKillableAtEveryVma ? [.pageContents] : [.pageContents, .signal]
  }

  /// Ends the trials. The kernel's parent is as before the forks, and so are the entries of the model's.
  consuming func release() -> AddressSpace<Map> {
    theirs.rest()
    let parent = ours.release()
    parent.pageTable.restore(entries)
    return parent
  }

  /// Forks on both sides.
  /// - Complexity: O(n log n) in vmas and pages.
  mutating func run(_ trial: ForkTrial) -> ForkLockstepTally.Fork {
    if whole[trial.batch] == nil {
      let (ending, pairs) = run(trial, failing: nil)
      if ending.difference != nil { return ending }
      whole[trial.batch] = pairs
      if trial.failure == .none { return ending }
    }
    let pairs = whole[trial.batch] ?? []
    return run(trial, failing: trial.failure == .none ? nil : trial.failure.pair(of: pairs)).ending
  }

  private mutating func run(_ trial: ForkTrial, failing pair: StepPairs.Pair?) -> (
    ending: ForkLockstepTally.Fork, pairs: [StepPairs.Pair]
  ) {
    var ending = ForkLockstepTally.Fork(failed: pair?.kind)
    let isForever = pair != nil && trial.failure.forever
    let observer = pair == nil ? nil : trial.observation.flatMap { theirs.machine.modelObserver($0.observer) }
    let log = StepLog()
    var view: SharedView?
    let model = ours.run(
      ForkOptions(design: design, batch: trial.batch, observation: observer.map { ForkObservation($0) }),
      failure: pair.map { .step(UInt64($0.model + 1), kind: nil, forever: isForever) } ?? .none, log: log,
      inspect: { view = SharedView($0) })
    var kernelView: SharedView?
    let machine = theirs.machine
    let kernel = theirs.run(
      failing: pair.map {
        KernelFailure(UInt64($0.kernel + 1), forever: isForever, wholeRequest: $0.kind == .treeNode)
      }, observer: observer.flatMap { KernelObserver($0) },
      inspect: { space in
        kernelView = SharedView(space, on: machine, pages: view?.pages.map(\.address) ?? [])
      })
    let steps = StepPairs(model: log.kinds, kernel: kernel.steps.log.prefix(kernel.forkSteps), absent: absent)
    ending.succeeded = kernel.succeeded
    ending.alone = steps.alone
    ending.broken = Set(model.violations.map(\.law))
    ending.difference = difference(model, kernel, steps)
    // If a fork goes on after a refused step, a kernel's reaper takes away the pages of its child, and swap-off brings
    // pages back.
    let changesPages = observer.map { [.reaper, .swapOff, .checkedSwapOff].contains($0) } ?? false
    if ending.difference == nil, !(changesPages && kernel.looks > 0), let view, let kernelView {
      ending.difference = view.difference(fromKernel: kernelView).map { "the child: \($0)" }
    }
    if let text = ending.difference {
      let later = isForever ? ", and all later ones" : ""
      let failure = pair.map { "if \($0.kind.word) fails, step \($0.model + 1)\(later)" } ?? "if nothing fails"
      ending.difference = "\(failure): \(text)"
    }
    return (ending, steps.pairs)
  }

  private func difference(_ model: ForkOutcome, _ kernel: KernelForkOutcome, _ steps: StepPairs) -> String? {
    if let limit = kernel.limit { return "the machine has not what the kernel asks for: \(limit)" }
    if let difference = steps.difference { return difference }
    if (model.error == nil) != kernel.succeeded {
      return kernel.succeeded ? "the fork fails in the model alone" : "the fork fails in the kernel alone"
    }
    let name = self.theirs.machine.name
    // What userfaultfds hear is no law of the model's: a known fault in that is none of the other laws.
    let known = kernel.violations.filter {
      KernelFault.known(of: name, in: "fork", $0)?.isAlone == true
    }
    let (ours, theirs) = (
      Set(model.violations.map(\.law)), Set(kernel.violations.map(\.law)).subtracting(known.map(\.law))
    )
    if ours != theirs {
      let detail = (model.violations + kernel.violations).first.map { ": \($0)" } ?? ""
      return "the model breaks \(text(ours)), the kernel \(text(theirs))\(detail)"
    }
    return self.ours.isSpoiled ? "both break \(text(ours)), and cannot go on" : nil
  }

  private func text(_ laws: Set<ForkLaw>) -> String {
    laws.isEmpty ? "no law" : laws.map(\.rawValue).sorted().joined(separator: " and ")
  }
}

extension ForkFailure {
  /// The step that the failure leads to; `nil` if the fork has none of those that it counts.
  fileprivate func pair(of pairs: [StepPairs.Pair]) -> StepPairs.Pair? {
    let counted: [StepPairs.Pair] =
      switch steps {
      case .all: pairs
      case .of(let kind): pairs.filter { $0.kind == kind }
      case .nodeRequests: pairs.filter { $0.kind == .treeNode }
      }
    return counted.isEmpty ? nil : counted[Int((index &- 1) % UInt64(counted.count))]
  }
}
