import RangeMapCore
import Synchronization

/// What each write begins and ends with.
extension TreeHandle {
  /// Runs a plain write under the tree's own lock; an external one is the caller's.
  @inline(__always)
  func locked<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    if configuration.hasExternalLock {
      assertLocked()
      return try body()
    }
    header.lock.acquire()
    defer { header.lock.release() }
    return try body()
  }

  /// In checked builds, stops unless the caller holds the tree's lock. Kernel: `mt_write_locked()`.
  @inline(__always)
  func assertLocked() {
    #if DEBUG
      if configuration.hasExternalLock {
        if let isHeld = header.externalLockIsHeld { precondition(isHeld(), "a write needs the tree's external lock") }
      } else {
        precondition(header.lock.isHeldByCurrentThread, "a write needs the tree's own lock")
      }
    #endif
  }

  /// Checks what every write checks of its range and its entry.
  @inline(__always)
  func check(_ range: KeyRange, _ entry: Entry?) throws(RangeMapError) {
    guard range.isValid else { throw .invalidRange }
    if let entry, entry.isAdvanced { throw .reservedEntry }
  }

  /// Tells readers and cursors that what they know may be stale. A reader must see it before a node of theirs can be
  /// freed: without readers the lock is order enough.
  @inline(__always)
  func beginChange() {
    if usesReadCopyUpdate {
      countBeginForReaders()
    } else {
      header.version.store(header.version.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }
  }

  /// Tells readers that a change is over, and frees the replaced nodes that none of them can be in.
  @inline(__always)
  func endChange() {
    if header.concernsReaders { endChangeForReaders() }
  }

  @inline(never)
  private func endChangeForReaders() {
    if usesReadCopyUpdate { countEndForReaders() }
    reclaim()
    header.concernsReaders = usesReadCopyUpdate || header.epochs.retiredNodes > 0
  }

  /// Frees the replaced nodes that no reader can be in.
  func reclaim() {
    if header.epochs.retiredNodes > 0 { header.epochs.reclaim(into: &header.pool) }
  }

  /// Counts a store of a kind, done or refused.
  @inline(__always)
  func mark(_ kind: StoreKind, refused: Bool) {
    header.marks.hit(
      kind, height: height, gaps: configuration.tracksGaps, readCopyUpdate: usesReadCopyUpdate, refused: refused)
  }
}
