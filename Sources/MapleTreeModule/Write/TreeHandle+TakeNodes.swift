import RangeMapCore

/// The fourth step of a store: the nodes. It alone can fail for want of memory.
extension TreeHandle {
  /// Takes the nodes that a plan asks for into the reserve. False if the tree's lock was let go to wait for them. Then
  /// another writer may have been there: the store begins again with the walk.
  @inline(__always)
  func takeNodes(
    for plan: StorePlan, policy: AllocationPolicy, into reserve: inout NodeReserve
  ) throws(RangeMapError) -> Bool {
    guard plan.demand > reserve.count else { return true }
    switch obtain(plan.demand - reserve.count, policy: policy, into: &reserve) {
    case .ready: return true
    case .afterSleep:
      header.marks.hit(.retriedAfterSleep)
      return false
    case .refused:
      mark(plan.kind, refused: true)
      throw .outOfMemory
    }
  }

  /// How a request for nodes ended.
  enum Obtained {
    /// The nodes are in the reserve, and nobody else was in the tree.
    case ready
    /// The nodes are in the reserve, but the lock was let go: the operation must begin again.
    case afterSleep
    case refused
  }

  /// Takes nodes as the policy says: first without waiting, then, if that is allowed, with the tree's own lock let
  /// go. Kernel: `mas_nomem()`.
  func obtain(_ count: Int, policy: AllocationPolicy, into reserve: inout NodeReserve) -> Obtained {
    if header.pool.request(count, into: &reserve) { return .ready }
    if policy == .mustNotSleep { return .refused }
    if policy == .maySleep && !configuration.hasExternalLock {
      return sleepForNodes(count, into: &reserve) ? .afterSleep : .refused
    }
    return header.pool.request(count, into: &reserve) ? .ready : .refused
  }

  /// Lets go of the lock, gets memory, and takes the lock again.
  private func sleepForNodes(_ count: Int, into reserve: inout NodeReserve) -> Bool {
    header.lock.release()
    if let body = header.whileUnlocked { withBorrowedTree(body) }
    let slab = NodePool.makeSlab(of: count)
    header.lock.acquire()
    header.pool.adopt(slab, of: count)
    return header.pool.request(count, into: &reserve)
  }

  /// Lends the tree to a body that runs inside one of its calls.
  private func withBorrowedTree(_ body: (borrowing MapleTree) -> Void) {
    guard let storage = header.storage else { return }
    let tree = MapleTree(storage: storage)
    body(tree)
  }
}
