import RangeMapCore

/// How the calls write to the tree: nodes are taken while everything can still be undone, the store comes later and
/// cannot fail.
extension AddressSpace where Map: ~Copyable {
  /// Takes the nodes for storing a vma over a range. Kernel: `vma_iter_config()`, `vma_iter_prealloc()`.
  mutating func prepareTree(_ vma: VmaIdentifier, over range: KeyRange) throws(AddressSpaceError) {
    if machine.fails(.treeNode) { throw .outOfMemory }
    do throws(RangeMapError) {
      try tree.prepare(vma.entry, over: range, policy: .maySleep)
    } catch {
      throw .outOfMemory
    }
  }

  /// Stores what was prepared. Kernel: `vma_iter_store()`.
  mutating func storePrepared() {
    do throws(RangeMapError) {
      try tree.storePrepared()
    } catch {
      machine.fault("a prepared store of \(owner) failed: \(error)")
    }
  }

  /// Makes a range NULL. Kernel: `vma_iter_clear_gfp()`.
  mutating func clearTree(_ range: KeyRange) throws(AddressSpaceError) {
    if machine.fails(.treeNode) { throw .outOfMemory }
    tree.cursorSet(0, to: range)
    do throws(RangeMapError) {
      _ = try tree.cursorStore(0, nil, policy: .maySleep)
    } catch {
      throw .outOfMemory
    }
  }
}
