import CForkABI

/// A step of a kernel's fork that can fail, by the name that it has in every version.
package enum KernelStep: UInt32, CaseIterable, Hashable, Sendable {
  case mm, pgd, counters, lock, vmaLock, node, nodes, charge, vma, lockObject, policy, userfault, anonVma, chain
  case table, folio, swap, gather, hook, memory, userfaultEvent

  /// Whether nodes of the maple tree are asked for.
  var isOfNodes: Bool { self == .node || self == .nodes }

  /// The word in reports.
  package var name: String {
    switch self {
    case .vmaLock: "vma-lock"
    case .lockObject: "lock-object"
    case .anonVma: "anon-vma"
    case .userfaultEvent: "userfault-event"
    default: "\(self)"
    }
  }
}

/// Which step fails, by its number. Steps are counted from 1, all in one row or those of some names.
package struct KernelFailure: Hashable, Sendable {
  package var index: UInt64
  /// The names that are counted; `nil` counts all steps.
  package var steps: Set<KernelStep>?
  /// Whether all later steps that are counted fail too, until the child is gone.
  package var isForever: Bool
  /// Whether requests for nodes that follow at once fail too: a kernel asks again, and may wait then.
  package var isForWholeRequest = false

  package init(
    _ index: UInt64, of steps: Set<KernelStep>? = nil, forever: Bool = false, wholeRequest: Bool = false
  ) {
    self.index = index
    self.steps = steps
    isForever = forever
    isForWholeRequest = wholeRequest
  }
}

/// How many steps came, and which of them failed first.
package struct KernelSteps: Sendable {
  /// Steps so far, failed ones too.
  package private(set) var count: UInt64 = 0
  /// The number of the first that failed, among all steps.
  package private(set) var firstFailed: (step: KernelStep, number: UInt64)?
  package private(set) var failures: UInt64 = 0
  /// The names of those that failed.
  package private(set) var failed: Set<KernelStep> = []
  /// All steps by name, in their order.
  package private(set) var log: [KernelStep] = []
  private var counts = InlineArray<21, UInt64>(repeating: 0)
  /// The same up to the first failure, with it.
  private var countsThen = InlineArray<21, UInt64>(repeating: 0)
  /// Steps so far of those that the failure counts.
  private var counted: UInt64 = 0
  private var failure: KernelFailure?
  /// Whether the step before was refused.
  private var wasRefused = false

  /// - Parameter failure: the step that fails; `nil` fails none.
  package init(failing failure: KernelFailure? = nil) { self.failure = failure }

  /// The steps of one name so far.
  package func count(of step: KernelStep) -> UInt64 { counts[Int(step.rawValue)] }

  /// The steps of some names so far, or up to the first failure.
  package func count(of steps: Set<KernelStep>, untilFailure: Bool = false) -> UInt64 {
    steps.reduce(0) { $0 + (untilFailure ? countsThen : counts)[Int($1.rawValue)] }
  }

  /// Counts a step, and tells whether it fails.
  mutating func fails(_ step: KernelStep) -> Bool {
    count += 1
    log.append(step)
    counts[Int(step.rawValue)] += 1
    guard let failure, failure.steps?.contains(step) ?? true else { return false }
    counted += 1
    let isAskedAgain = failure.isForWholeRequest && wasRefused && step.isOfNodes
    wasRefused = failure.isForever ? counted >= failure.index : counted == failure.index || isAskedAgain
    guard wasRefused else { return false }
    failures += 1
    failed.insert(step)
    if firstFailed == nil { (firstFailed, countsThen) = ((step, count), counts) }
    return true
  }
}
