import AddressSpaceModel
import Scenarios

extension KernelFailure {
  /// The failure of a script; `nil` if nothing fails.
  package init?(_ failure: ForkFailure) {
    if failure == .none { return nil }
    let steps: Set<KernelStep>? =
      switch failure.steps {
      case .all: nil
      case .of(let kind): kind.kernelSteps
      case .nodeRequests: FailureKind.treeNode.kernelSteps
      }
    self.init(failure.index, of: steps, forever: failure.forever)
  }

  /// How many steps there were of those that the failure counts.
  func counted(in steps: KernelSteps) -> UInt64 { self.steps.map { steps.count(of: $0) } ?? steps.count }
}

extension KernelSteps {
  /// A failure of all steps by the kind of the step that failed first, which stays the same if other kinds of steps go;
  /// `nil` if scripts have no name for it.
  func preciseFailure(_ failure: ForkFailure) -> ForkFailure? {
    guard failure.steps == .all, let kind = firstFailed?.step.scriptKind else { return nil }
    return .step(count(of: kind.kernelSteps, untilFailure: true), kind: kind, forever: failure.forever)
  }
}

extension KernelStep {
  /// The step as scripts name it; `nil` if they do not.
  package var scriptKind: FailureKind? { FailureKind.allCases.first { $0.kernelSteps.contains(self) } }
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
