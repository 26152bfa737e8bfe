import AddressSpaceModel
import Scenarios

/// The steps of one fork as the model makes them and as a kernel does, each beside the other.
///
/// A step is known by its name. Tree nodes are an exception. The duplication of a tree is one step of the model, and so
/// is an erasure: a kernel asks for no node then, for one, or for several in a row.
struct StepPairs {
  /// The places of two steps that are one.
  struct Pair: Hashable, Sendable {
    var model: Int
    var kernel: Int
    var kind: FailureKind
  }

  private(set) var pairs: [Pair] = []
  /// Steps of the model for which the kernel asks for nothing.
  private(set) var alone: [FailureKind] = []
  /// The first step that one makes and the other does not; `nil` if there is none.
  private(set) var difference: String?

  /// Lays the steps side by side.
  /// - Parameter absent: steps that this kernel cannot be made to fail at.
  init(model: [FailureKind], kernel: ArraySlice<KernelStep>, absent: Set<FailureKind>) {
    var place = kernel.startIndex
    func skipOthers() {
      while place < kernel.endIndex, kernel[place].kind == nil { place += 1 }
    }
    for (index, kind) in model.enumerated() {
      skipOthers()
      if place < kernel.endIndex, kernel[place].kind == kind {
        pairs.append(Pair(model: index, kernel: place, kind: kind))
        place += 1
        while kind == .treeNode, place < kernel.endIndex, kernel[place].kind == .treeNode { place += 1 }
      } else if kind == .treeNode || absent.contains(kind) {
        alone.append(kind)
      } else {
        let found = place < kernel.endIndex ? kernel[place].name : "no more"
        difference = "step \(pairs.count + 1): the model's is \(kind.word), the kernel's \(found)"
        return
      }
    }
    skipOthers()
    if place < kernel.endIndex {
      difference = "step \(pairs.count + 1): the model has no more, the kernel's is \(kernel[place].name)"
    }
  }
}

extension KernelStep {
  /// The step of the model; `nil` for what the model does not have: what comes before `dup_mmap()`, pages that only
  /// gather what a teardown frees, and what comes after the locks were given back.
  var kind: FailureKind? {
    switch self {
    case .mm, .pgd, .counters, .gather, .memory, .userfaultEvent: nil
    case .lock: .lock
    case .vmaLock: .signal
    case .node, .nodes: .treeNode
    case .charge: .charge
    case .vma, .lockObject: .vma
    case .policy: .policy
    case .userfault: .userfaultContext
    case .anonVma, .chain: .anonVma
    case .table: .pageTablePage
    case .folio: .folio
    case .swap: .swapContinuation
    case .hook: .hook
    }
  }
}
