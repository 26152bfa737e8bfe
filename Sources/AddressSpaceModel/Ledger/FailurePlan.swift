/// The steps of the model that can fail. `FailurePlan` numbers them all in one row.
public enum FailureKind: Int, CaseIterable, Codable, Hashable, Sendable {
  /// Taking a lock that a signal can interrupt.
  case lock
  /// A fatal signal that is pending.
  case signal
  /// A node of a range map, or a whole duplicate of one.
  case treeNode
  /// Charging pages against the commit limit.
  case charge
  /// A VMA object.
  case vma
  /// A copy of a memory policy.
  case policy
  /// A userfaultfd context.
  case userfaultContext
  /// An anon_vma, or a link of its chain.
  case anonVma
  /// A hook of the architecture, or of a part that follows address spaces.
  case hook
  /// A page for a page table.
  case pageTablePage
  /// A folio for a page that is touched, or that a fork copies early.
  case folio
  /// The contents of a page that a fork copies early cannot be read. Kernel: `-EHWPOISON`.
  case pageContents
  /// A page to count more swap users on. Kernel: `add_swap_count_continuation()`.
  case swapContinuation
}

/// Which step fails, by its number: the failure input of a run, never a probability and never a clock.
public struct FailurePlan: Sendable {
  /// The step that was refused first.
  public struct Refusal: Hashable, Sendable {
    public let kind: FailureKind
    /// The number of the step among all steps, from 1.
    public let step: UInt64
  }

  /// The number of the failing step, counted from 1; 0 when none fails.
  public let failing: UInt64
  /// When set, only steps of this kind are numbered.
  public let onlyKind: FailureKind?
  /// Whether every later step fails too.
  public let forever: Bool
  /// The steps asked for so far, refused ones too.
  public private(set) var steps: UInt64 = 0
  /// The steps that were refused so far.
  public private(set) var refusals: UInt64 = 0
  /// The first refusal.
  public private(set) var firstRefusal: Refusal?
  /// One count a kind. A plan is copied with every range that a fork copies, so it holds no array.
  private var stepsByKind = InlineArray<13, UInt64>(repeating: 0)
  /// Where each step is written down, if anybody wants to know.
  private nonisolated(unsafe) let log: StepLog?

  /// Step number `index`, counted from 1, fails; with `forever` every later one too. With `kind`, the steps of that
  /// kind alone are numbered. 0 fails none.
  public init(failing index: UInt64, forever: Bool = false, of kind: FailureKind? = nil, log: StepLog? = nil) {
    failing = index
    self.log = log
    self.forever = forever
    onlyKind = kind
  }

  /// No step fails; the steps are counted all the same.
  public static var none: FailurePlan { FailurePlan(failing: 0) }

  /// Counts a step, and tells whether it fails.
  public mutating func step(_ kind: FailureKind) -> Bool {
    steps += 1
    stepsByKind[kind.rawValue] += 1
    log?.append(kind)
    guard failing != 0, onlyKind == nil || onlyKind == kind else { return false }
    let number = onlyKind == nil ? steps : stepsByKind[kind.rawValue]
    let refused = forever ? number >= failing : number == failing
    if refused {
      refusals += 1
      if firstRefusal == nil { firstRefusal = Refusal(kind: kind, step: steps) }
    }
    return refused
  }

  /// The steps of one kind asked for so far.
  public func steps(of kind: FailureKind) -> UInt64 { stepsByKind[kind.rawValue] }
}
