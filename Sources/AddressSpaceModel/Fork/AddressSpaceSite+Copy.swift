import RangeMapCore

extension AddressSpaceSite where Map: ~Copyable {
  // MARK: The child's tree

  mutating func beginBulk() -> Bool {
    if machine.fails(.treeNode) { return false }
    do throws(RangeMapError) {
      try child.pointee.tree.beginBulk(expecting: UInt64(parent.pointee.counters.mapCount), policy: .maySleep)
    } catch {
      return false
    }
    child.pointee.tree.setReadCopyUpdate(false)
    return true
  }

  mutating func endBulk() { child.pointee.tree.endBulk() }

  mutating func duplicateTree() -> Bool {
    if machine.fails(.treeNode) { return false }
    do throws(RangeMapError) {
      try parent.pointee.tree.duplicate(into: &child.pointee.tree, policy: .maySleep)
    } catch {
      return false
    }
    child.pointee.tree.setReadCopyUpdate(false)
    return true
  }

  mutating func finishTree() { child.pointee.tree.setReadCopyUpdate(true) }

  mutating func rewind(_ tree: ForkTree) {
    switch tree {
    case .parents: parent.pointee.tree.cursorSet(0, to: .single(0))
    case .childs: child.pointee.tree.cursorSet(0, to: .single(0))
    }
  }

  @inline(__always)
  mutating func nextSource(in tree: ForkTree) -> VmaIdentifier? {
    let entry =
      switch tree {
      case .parents: parent.pointee.tree.cursorMove(0, .find, limit: .max)
      case .childs: child.pointee.tree.cursorMove(0, .find, limit: .max)
      }
    guard let entry else { return nil }
    if let source = VmaIdentifier(entry) { return source }
    machine.fault("a tree that is forked holds \(entry)")
    return nil
  }

  mutating func source(behind source: VmaIdentifier) -> VmaIdentifier? {
    child.pointee.tree.cursorMove(0, .find, limit: .max).flatMap { VmaIdentifier($0) }
  }

  /// Makes the range of the cursor's entry NULL.
  mutating func erase(_ source: VmaIdentifier) -> Bool {
    if machine.fails(.treeNode) { return false }
    do throws(RangeMapError) {
      _ = try child.pointee.tree.cursorStore(0, nil, policy: .maySleep)
    } catch {
      return false
    }
    return true
  }

  mutating func storeInBulk(_ copy: VmaIdentifier, of source: VmaIdentifier) -> Bool {
    if machine.fails(.treeNode) { return false }
    do throws(RangeMapError) {
      try child.pointee.tree.bulkStore(copy.entry, over: machine[copy].range)
    } catch {
      return false
    }
    machine[copy].isAttached = true
    return true
  }

  mutating func replace(_ source: VmaIdentifier, by copy: VmaIdentifier) {
    replaceAtCursor(copy.entry)
    machine[copy].isAttached = true
  }

  mutating func mark(_ source: VmaIdentifier) {
    child.pointee.tree.cursorSet(0, to: machine[source].range)
    replaceAtCursor(.zero)
  }

  /// Overwrites the cursor's entry, which fits exactly and so needs no node.
  private mutating func replaceAtCursor(_ entry: Entry) {
    do throws(RangeMapError) {
      _ = try child.pointee.tree.cursorStore(0, entry, policy: .mustNotSleep)
    } catch {
      machine.fault("an entry of \(child.pointee.owner) could not be replaced in place: \(error)")
    }
  }

  // MARK: A vma

  /// The vma of a walk over a tree, or of a teardown's, is there.
  @inline(__always)
  func isThere(_ source: VmaIdentifier) -> Bool { true }

  func isUninherited(_ source: VmaIdentifier) -> Bool { machine[source].flags.contains(.dontCopy) }

  func isWiped(_ source: VmaIdentifier) -> Bool { machine[source].flags.contains(.wipeOnFork) }

  func needsPages(_ source: VmaIdentifier) -> Bool { machine[source].needsPages }

  func hasUserfault(_ source: VmaIdentifier) -> Bool { machine[source].flags.contains(.userfault) }

  func start(of source: VmaIdentifier) -> Int { Int(machine[source].range.first) }

  mutating func subtract(_ source: VmaIdentifier) {
    child.pointee.counters.totalPages &-= machine[source].pageCount
    child.pointee.counters.accountedPages &-= machine[source].accountedPages
  }

  mutating func isInterrupted(at source: VmaIdentifier) -> Bool { machine.fails(.signal) }

  mutating func charge(for source: VmaIdentifier) -> Bool { machine.charge(machine[source].accountedPages) }

  mutating func returnCharge(for source: VmaIdentifier) { machine.uncharge(machine[source].accountedPages) }

  mutating func makeCopy(of source: VmaIdentifier) -> VmaIdentifier? {
    machine.duplicateVma(
      source, owner: child.pointee.owner, hasLockObject: run.options.design.rules.hasLockObjects)
  }

  mutating func copyPolicy(of source: VmaIdentifier, to copy: VmaIdentifier) -> Bool {
    machine.duplicatePolicy(from: source, to: copy)
  }

  mutating func makeUserfaultContext(of source: VmaIdentifier, for copy: VmaIdentifier) -> Bool {
    let watcher = machine[source].watcher
    // Areas that one userfaultfd watches have one context.
    if watcher != nil, run.userfaultContexts.contains(where: { $0.watcher == watcher }) { return true }
    if machine.fails(.userfaultContext) { return false }
    let token = machine.ledger.take(
      .userfaultContext, owner: child.pointee.owner, at: "dup_userfaultfd", address: machine[copy].range.first)
    run.userfaultContexts.append((watcher, token))
    return true
  }

  mutating func forkAnonVma(of source: VmaIdentifier, to copy: VmaIdentifier) -> Bool {
    machine.forkAnonVma(from: source, to: copy, run.options.design.rules)
  }

  mutating func unlockPages(of copy: VmaIdentifier, from source: VmaIdentifier) {
    machine[copy].flags.subtract(.locks)
  }

  mutating func releasePolicy(of copy: VmaIdentifier) { machine.releasePolicy(copy) }

  mutating func unlinkAnonVma(of copy: VmaIdentifier) { machine.unlinkAnonVmas(copy) }

  mutating func free(_ copy: VmaIdentifier) { machine.freeVma(copy) }

  mutating func linkFile(of copy: VmaIdentifier) { machine.linkFile(copy) }

  mutating func open(_ copy: VmaIdentifier) {
    machine.open(copy)
    run.copiedCount += 1
  }

  mutating func count(_ source: VmaIdentifier) { child.pointee.counters.mapCount += 1 }

  mutating func copyPages(of source: VmaIdentifier, to copy: VmaIdentifier) -> Bool {
    let flags = machine[source].flags
    let mapping = CopiedMapping(
      isShared: flags.contains(.shared), isWritable: flags.contains(.writable),
      isCopyOnWrite: !flags.contains(.shared))
    do throws(OutOfMemory) {
      try PageTableCopy.copyRange(
        from: parent.pointee.pageTable, to: child.pointee.pageTable, range: machine[source].range, mapping: mapping,
        batch: run.options.batch, failures: &machine.failures)
    } catch {
      return false
    }
    return true
  }

  mutating func runHook() -> Bool { !machine.fails(.hook) }
}
