import CForkABI

/// What a kernel's fork takes and gives back.
package enum KernelResource: UInt32, CaseIterable, Hashable, Sendable {
  case mm, pgd, counters, node, sheaf, vma, lockObject, policy, anonVma, chain, table, folio, gather, memory, context
  /// A vma that its driver was told of by `vm_ops->open()`, or by `mmap()` of its file.
  case opened

  /// The kernel's name of the object.
  package var name: String {
    switch self {
    case .mm: "mm_struct"
    case .pgd: "page table of the highest level"
    case .counters: "counters for each processor"
    case .node: "maple node"
    case .sheaf: "sheaf"
    case .vma: "vm_area_struct"
    case .lockObject: "vma_lock"
    case .policy: "mempolicy"
    case .anonVma: "anon_vma"
    case .chain: "anon_vma_chain"
    case .table: "page table"
    case .folio: "folio"
    case .gather: "page of a gather"
    case .memory: "object of kmalloc()"
    case .context: "userfaultfd_ctx"
    case .opened: "opened vma"
    }
  }
}

/// Objects that a trial has taken and not given back, and those of others that it gave back.
struct KernelLedger {
  struct Object: Hashable {
    var kind: KernelResource
    var address: UInt64
  }

  /// Each object by the order in which it was taken. A folio is named by its first page.
  private(set) var held: [Object: Int] = [:]
  /// What was given back and not taken in this trial, in order.
  private(set) var foreign: [Object] = []
  /// Drivers were told twice of one vma, in order.
  private(set) var takenTwice: [Object] = []
  private var taken = 0
  private var counts = InlineArray<16, Int>(repeating: 0)
  /// The address space that was taken last and is held: a trial takes no other than the child.
  private(set) var heldSpace: UInt64?

  mutating func take(_ object: Object) {
    taken += 1
    counts[Int(object.kind.rawValue)] += 1
    if object.kind == .mm { heldSpace = object.address }
    if held.updateValue(taken, forKey: object) != nil { takenTwice.append(object) }
  }

  mutating func give(_ object: Object) {
    if object.kind == .mm, heldSpace == object.address { heldSpace = nil }
    if held.removeValue(forKey: object) == nil { foreign.append(object) }
  }

  /// How often each kind was taken.
  var takenCounts: [KernelResource: Int] {
    KernelResource.allCases.reduce(into: [:]) { $0[$1] = counts[Int($1.rawValue)] }
  }

  /// What is left, the oldest first.
  var left: [Object] { held.sorted { $0.value < $1.value }.map(\.key) }
}
