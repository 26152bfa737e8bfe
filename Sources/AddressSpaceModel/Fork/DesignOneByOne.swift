import RangeMapCore

/// Design A, up to 6.7: the copies are stored one by one in bulk mode, so the child's tree never holds a vma that is
/// not its own.
///
/// A failure needs no undo beyond the vma at hand: the exit path removes what is there. The weak point is a store that
/// fails: the file has been linked before it, and the undo does not take that back.
struct DesignOneByOne: ForkDesign {
  func duplicate<Map: RangeMap & ~Copyable>(
    _ parent: inout AddressSpace<Map>, into child: inout AddressSpace<Map>, _ run: ForkRun
  ) throws(ForkError) {
    let machine = parent.machine
    do throws(ForkError) {
      try beginBulk(parent, &child)
      parent.tree.cursorSet(0, to: .single(0))
      while let entry = parent.tree.cursorMove(0, .find, limit: .max) {
        guard let source = VmaIdentifier(entry) else { continue }
        if machine[source].flags.contains(.dontCopy) {
          child.subtractUninherited(source)
          continue
        }
        if run.has(.countsBeforeCopy) { child.counters.mapCount += 1 }
        try copy(source, parent, &child, run)
      }
      if machine.fails(.hook) { throw .outOfMemory }
    } catch {
      child.tree.endBulk()
      run.isFailing = true
      throw error
    }
    child.tree.endBulk()
    child.tree.setReadCopyUpdate(true)
  }

  private func beginBulk<Map: RangeMap & ~Copyable>(
    _ parent: borrowing AddressSpace<Map>, _ child: inout AddressSpace<Map>
  ) throws(ForkError) {
    if parent.machine.fails(.treeNode) { throw .outOfMemory }
    do throws(RangeMapError) {
      try child.tree.beginBulk(expecting: UInt64(parent.counters.mapCount), policy: .maySleep)
    } catch {
      throw .outOfMemory
    }
    child.tree.setReadCopyUpdate(false)
  }

  private func copy<Map: RangeMap & ~Copyable>(
    _ source: VmaIdentifier, _ parent: borrowing AddressSpace<Map>, _ child: inout AddressSpace<Map>, _ run: ForkRun
  ) throws(ForkError) {
    let machine = parent.machine
    let copy = try child.copyVma(source, run)
    machine.linkFile(copy)
    do throws(ForkError) {
      try store(copy, in: &child)
    } catch {
      // As in the kernel, the link to the file and the reference to it are forgotten here.
      machine.unlinkAnonVmas(copy)
      machine.releasePolicy(copy)
      machine.freeVma(copy)
      machine.uncharge(machine[source].accountedPages)
      throw error
    }
    if !run.has(.countsBeforeCopy) { child.counters.mapCount += 1 }
    defer {
      machine.open(copy)
      run.copiedCount += 1
    }
    try child.copyPages(of: source, from: parent, run)
  }

  private func store<Map: RangeMap & ~Copyable>(
    _ vma: VmaIdentifier, in child: inout AddressSpace<Map>
  ) throws(ForkError) {
    if child.machine.fails(.treeNode) { throw .outOfMemory }
    do throws(RangeMapError) {
      try child.tree.bulkStore(vma.entry, over: child.machine[vma].range)
    } catch {
      throw .outOfMemory
    }
    child.machine[vma].isAttached = true
  }
}
