import Synchronization

/// Where a run is, kept in memory that another process can see: the run may not come back to tell.
///
/// Keeping it up to date is a store for each call.
public struct RunWatch: Hashable, @unchecked Sendable {
  @usableFromInline let words: UnsafeMutablePointer<Atomic<UInt64>>

  /// - Parameter words: three of them, which outlive the run: the run's number, its operation and its call.
  public init(words: UnsafeMutablePointer<Atomic<UInt64>>) { self.words = words }

  /// Counts a run that begins: a sweep makes several.
  public func begin() {
    words[0].wrappingAdd(1, ordering: .relaxed)
    words[1].store(0, ordering: .relaxed)
    words[2].store(0, ordering: .relaxed)
  }

  /// Notes the place of the operation that begins, from 0; the number of operations at the end of a run.
  @inlinable @inline(__always)
  public func note(operation: Int) { words[1].store(UInt64(truncatingIfNeeded: operation), ordering: .relaxed) }

  /// Notes the number of the call that begins.
  @inlinable @inline(__always)
  public func note(call: UInt64) { words[2].store(call, ordering: .relaxed) }
}
