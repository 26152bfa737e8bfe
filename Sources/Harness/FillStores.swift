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

  /// The stores of a fill's fields; none where the width is 0, for there is nothing to store over.
  @inlinable
  public init(count: UInt16, first: UInt64, stride: UInt64, width: UInt64, entry: Entry, isBulk: Bool = false) {
    self.count = width == 0 ? 0 : count
    self.first = first
    self.stride = stride
    self.width = width
    self.entry = entry
    self.isBulk = isBulk
  }

  /// The stores of a fill; `nil` for any other operation.
  @inlinable
  public init?(_ operation: Operation) {
    switch operation {
    case .fill(let count, let first, let stride, let width, let entry):
      self.init(count: count, first: first, stride: stride, width: width, entry: entry)
    case .bulkFill(let count, let first, let stride, let width, let entry):
      self.init(count: count, first: first, stride: stride, width: width, entry: entry, isBulk: true)
    default: return nil
    }
  }

  /// The next store; `nil` behind the last one, and where the index space ends.
  @inlinable
  public mutating func next() -> Operation? {
    guard count > 0 else { return nil }
    let (last, overflows) = first.addingReportingOverflow(width - 1)
    if overflows { return nil }
    let range = KeyRange(first, last)
    let store = isBulk ? Operation.bulkStore(range, entry) : .store(range, entry, .maySleep)
    let (following, wraps) = first.addingReportingOverflow(stride)
    count = wraps ? 0 : count - 1
    first = following
    return store
  }
}
