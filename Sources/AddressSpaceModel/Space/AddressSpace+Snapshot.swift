import RangeMapCore

/// An address space at one moment, but for its vmas, which `MachineSnapshot` has.
public struct AddressSpaceSnapshot: Sendable {
  /// The word of the tree's structure.
  public var fingerprint: UInt64
  var counters: AddressSpaceCounters
  var programBreak: UInt64
  var pages: PageSnapshot
}

extension AddressSpace where Map: ~Copyable {
  /// - Complexity: O(n) in vmas and pages.
  public func snapshot() -> AddressSpaceSnapshot {
    AddressSpaceSnapshot(
      fingerprint: tree.fingerprint(), counters: counters, programBreak: programBreak, pages: pageSnapshot())
  }

  /// What contradicts what in the address space at rest, in words; empty where nothing does.
  ///
  /// The tree's own laws; each entry a live vma of this address space, over its own range; the counters equal to what
  /// a walk
  /// counts. Kernel: `validate_mm()`.
  /// - Complexity: O(n log n).
  public func inconsistencies() -> [String] {
    var found = tree.brokenLaws()
    var counted = AddressSpaceCounters()
    tree.forEachEntry { range, entry in
      if let defect = defect(of: entry, at: range) {
        found.append("the tree of \(owner) holds \(defect)")
      } else if case .vma(let vma) = interpret(entry) {
        counted.add(machine[vma])
        let isMapped = machine[vma].file != nil
        if machine[vma].isLinkedToFile != isMapped || (machine[vma].fileReference != nil) != isMapped {
          found.append("vma \(vma.place) of \(owner) and its file do not agree")
        }
      }
    }
    if counted != counters { found.append("the counters of \(owner) are \(counters), and a walk counts \(counted)") }
    if !isUnstable && lock == .open && tree.configuration.usesReadCopyUpdate == false {
      found.append("the tree of \(owner) is not in reader mode")
    }
    return found
  }
}
