import Operations
import RangeMapCore

/// The stores that a fill stands for, one by one.
public struct FillStores: Sequence, IteratorProtocol {
  @usableFromInline var count: UInt16
  @usableFromInline var first: UInt64
  @usableFromInline let stride: UInt64
  @usableFromInline let width: UInt64
  @usableFromInline let entry: Entry
  @usableFromInline let isBulk: Bool

  /// The stores of a fill, none if the width is 0, for there is nothing to store over; `nil` for any other operation.
  @inlinable
  public init?(_ operation: Operation) {
    guard operation.kind.isFill else { return nil }
    count = operation.width == 0 ? 0 : UInt16(truncatingIfNeeded: operation.number)
    first = operation.index
    stride = operation.stride
    width = operation.width
    entry = operation.nonNullEntry
    isBulk = operation.kind == .bulkFill
  }

  /// The next store; `nil` after the last one, and if the index space ends.
  @inlinable
  public mutating func next() -> Operation? {
    guard count > 0 else { return nil }
    let (last, overflows) = first.addingReportingOverflow(width - 1)
    if overflows { return nil }
    let range = KeyRange(first, last)
    let store = Operation(isBulk ? .bulkStore : .store, range: range, entry: entry)
    let (following, wraps) = first.addingReportingOverflow(stride)
    count = wraps ? 0 : count - 1
    first = following
    return store
  }
}
