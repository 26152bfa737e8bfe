import RangeMapCore

/// What the address spaces of one machine share: vmas, files, anon_vmas, policies, and the commit charge.
///
/// A table never gives a place to a second object, so a stale name is recognized for what it is.
public final class Machine {
  @exclusivity(unchecked) public internal(set) var vmas: [Vma] = []
  @exclusivity(unchecked) public internal(set) var files: [MappedFile] = []
  @exclusivity(unchecked) public internal(set) var anonVmas: [AnonVma] = []
  /// The references of each memory policy.
  @exclusivity(unchecked) public internal(set) var policies: [Int] = []
  /// Pages charged against the commit limit. Kernel: `vm_committed_as`.
  public internal(set) var committedPages: UInt64 = 0
  /// Which step fails, and how many were made.
  @exclusivity(unchecked) public var failures = FailurePlan.none
  /// Who holds what.
  public let ledger = ResourceLedger()
  /// The folios that page tables map.
  public let folios: FolioPool
  /// Whether vmas of a driver that is told when one is closed are joined. Up to 6.1 none is. Kernel:
  /// `is_mergeable_vma()`.
  public var joinsVmasOfFiles = true
  /// Whether private memory that nobody touched is not charged any more when it becomes read-only, as from 6.5 on.
  public var unchargesUntouchedMemory = false
  /// What was done that no correct program does, such as a second release, in words.
  public internal(set) var faults: [String] = []

  public init() { folios = FolioPool() }

  /// Registers a file, and returns its number.
  public func newFile() -> Int {
    files.append(MappedFile())
    return files.count - 1
  }

  /// Counts a step, and tells whether it fails.
  func fails(_ kind: FailureKind) -> Bool { failures.step(kind) }

  /// Charges pages against the commit limit; false if that fails. Kernel: `security_vm_enough_memory_mm()`.
  func charge(_ pages: UInt64) -> Bool {
    if pages == 0 { return true }
    if fails(.charge) { return false }
    committedPages += pages
    return true
  }

  /// Kernel: `vm_unacct_memory()`.
  func uncharge(_ pages: UInt64) {
    if pages > committedPages { fault("\(pages) pages were uncharged of \(committedPages)") }
    committedPages &-= pages
  }

  func fault(_ text: String) { faults.append(text) }

  public subscript(_ identifier: VmaIdentifier) -> Vma {
    @inline(__always) get { vmas[identifier.place] }
    @inline(__always) _modify { yield &vmas[identifier.place] }
  }
}

/// All tables of a machine at one moment, in memory of their own.
public struct MachineSnapshot: Sendable {
  var vmas: [Vma]
  var files: [MappedFile]
  var anonVmas: [AnonVma]
  var policies: [Int]
  var committedPages: UInt64
  var ledgerFaults: Int
  var liveFolios: Int
}

extension Machine {
  /// - Complexity: O(n) in the number of objects that ever were.
  public func snapshot() -> MachineSnapshot {
    // The arrays are copied here, and not when the machine next changes one, which would be in the middle of a fork.
    MachineSnapshot(
      vmas: vmas.map { $0 }, files: files.map { $0 }, anonVmas: anonVmas.map { $0 }, policies: policies.map { $0 },
      committedPages: committedPages, ledgerFaults: ledger.faults.count, liveFolios: folios.liveFolios)
  }

  /// Forgets all objects that are newer than a snapshot, so that a thousand forks need no more memory than one.
  public func forgetObjects(since snapshot: MachineSnapshot) {
    vmas.removeSubrange(snapshot.vmas.count...)
    anonVmas.removeSubrange(snapshot.anonVmas.count...)
    policies.removeSubrange(snapshot.policies.count...)
  }
}
