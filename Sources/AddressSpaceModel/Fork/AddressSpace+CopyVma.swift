import RangeMapCore

/// What fork does for each vma. The designs differ in the order of the steps, not in the steps.
extension AddressSpace where Map: ~Copyable {
  /// Makes the child's copy of a parent's vma, not linked to its file and not in the tree. Each step that fails undoes
  /// those before it. Kernel: the loop's body in `dup_mmap()` down to the store.
  func copyVma(_ source: VmaIdentifier, _ run: ForkRun) throws(ForkError) -> VmaIdentifier {
    if machine.fails(.signal) { throw .interrupted }
    let charge = machine[source].accountedPages
    guard machine.charge(charge) else { throw .outOfMemory }
    guard let copy = machine.duplicateVma(source, owner: owner) else { throw undo(charge, run) }
    guard machine.duplicatePolicy(from: source, to: copy) else {
      machine.freeVma(copy)
      throw undo(charge, run)
    }
    if machine[source].flags.contains(.userfault) {
      if machine.fails(.userfaultContext) {
        machine.releasePolicy(copy)
        machine.freeVma(copy)
        throw undo(charge, run)
      }
      run.userfaultContexts.append(
        machine.ledger.take(.userfaultContext, owner: owner, at: "dup_userfaultfd", address: machine[copy].range.first))
    }
    if !machine[source].flags.contains(.wipeOnFork), !machine.forkAnonVma(from: source, to: copy) {
      machine.releasePolicy(copy)
      machine.freeVma(copy)
      throw undo(charge, run)
    }
    if !run.has(.keepsLockedFlag) { machine[copy].flags.subtract(.locks) }
    if run.has(.changesParent) { machine[source].isAttached = false }
    return copy
  }

  private func undo(_ charge: UInt64, _ run: ForkRun) -> ForkError {
    machine.uncharge(charge)
    if run.has(.unchargesTwice) { machine.uncharge(charge) }
    return .outOfMemory
  }

  /// Copies the pages of a vma; what was copied before a failure stays. Kernel: `copy_page_range()`.
  func copyPages(
    of source: VmaIdentifier, from parent: borrowing AddressSpace<Map>, _ run: ForkRun
  ) throws(ForkError) {
    let flags = machine[source].flags
    if flags.contains(.wipeOnFork) { return }
    let mapping = CopiedMapping(
      isShared: flags.contains(.shared), isWritable: flags.contains(.writable),
      isCopyOnWrite: !flags.contains(.shared))
    do throws(OutOfMemory) {
      try PageTableCopy.copyRange(
        from: parent.pageTable, to: pageTable, range: machine[source].range, mapping: mapping,
        batch: run.options.batch, failures: &machine.failures)
    } catch {
      throw .outOfMemory
    }
  }

  /// Takes the pages of a vma that is not inherited out of the child's counters.
  mutating func subtractUninherited(_ source: VmaIdentifier) {
    counters.totalPages &-= machine[source].pageCount
    counters.accountedPages &-= machine[source].accountedPages
  }

  /// Copies the parent's tree, entries and all. Kernel: `__mt_dup()`.
  mutating func duplicateTree(from parent: inout AddressSpace<Map>) throws(ForkError) {
    if machine.fails(.treeNode) { throw .outOfMemory }
    do throws(RangeMapError) {
      try parent.tree.duplicate(into: &tree, policy: .maySleep)
    } catch {
      throw .outOfMemory
    }
    tree.setReadCopyUpdate(false)
  }

  /// Makes the range of the cursor's entry NULL, which may need nodes.
  mutating func eraseAtCursor() throws(ForkError) {
    if machine.fails(.treeNode) { throw .outOfMemory }
    do throws(RangeMapError) {
      _ = try tree.cursorStore(0, nil, policy: .maySleep)
    } catch {
      throw .outOfMemory
    }
  }

  /// Overwrites the cursor's entry, which fits exactly and so needs no node.
  mutating func replaceAtCursor(_ entry: Entry) {
    do throws(RangeMapError) {
      _ = try tree.cursorStore(0, entry, policy: .mustNotSleep)
    } catch {
      machine.fault("an entry of \(owner) could not be replaced in place: \(error)")
    }
  }
}
