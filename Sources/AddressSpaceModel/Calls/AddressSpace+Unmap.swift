import RangeMapCore

extension AddressSpace where Map: ~Copyable {
  /// Unmaps all pages of a range; nothing where nothing is mapped. Kernel: `do_vmi_munmap()`.
  ///
  /// - Throws: `invalidArgument`, `outOfMemory`, `tooManyVmas`, `sideTreeDiffers`. What is mapped is then as it was;
  ///   vmas that stick out of the range may have been split.
  public mutating func unmap(_ range: KeyRange) throws(AddressSpaceError) { try unmap(range, defect: nil) }

  mutating func unmap(_ range: KeyRange, defect: SideTreeDefect?) throws(AddressSpaceError) {
    guard KeyRange(start: range.first, end: range.end) != nil else { throw .invalidArgument }
    guard let first = firstVma(endingAfter: range.first), machine[first].range.first <= range.last else { return }
    var gathered = try gather(range, defect: defect)
    do throws(AddressSpaceError) {
      try clearTree(range)
    } catch {
      reattach(&gathered)
      throw error
    }
    finishRemoval(&gathered)
  }

  /// Removes vmas that the tree holds no longer: from here on nothing can fail.
  /// Kernel: `vms_complete_munmap_vmas()`.
  mutating func finishRemoval(_ gathered: inout GatheredVmas<Map>) {
    var vmas: [VmaIdentifier] = []
    vmas.reserveCapacity(gathered.count)
    gathered.side.forEachEntry { _, entry in
      if let vma = VmaIdentifier(entry) { vmas.append(vma) }
    }
    if vmas.isEmpty { return }
    zap(vmas)
    machine.unlink(vmas)
    freePageTables(of: vmas, floor: gathered.floor, ceiling: gathered.ceiling)
    for vma in vmas {
      counters.remove(machine[vma])
      machine.uncharge(machine[vma].accountedPages)
      machine.removeVma(vma)
    }
    gathered.side.removeAll()
  }
}
