import Operations
import RangeMapCore

extension RangeMap where Self: ~Copyable {
  /// Makes the one call that an operation stands for, and returns all that came of it.
  ///
  /// Subject and oracle are called by this same function. A duplicate, a fill and an order to the harness are more
  /// than one call, and the runner's business.
  /// - Parameter next: where the next cyclic search begins.
  @inlinable
  public mutating func call(_ operation: Operation, next: inout UInt64) -> CallOutcome {
    do throws(RangeMapError) {
      return try perform(operation, next: &next)
    } catch {
      return .failure(error, next: operation.kind == .allocateCyclic ? next : 0)
    }
  }

  @inlinable
  mutating func perform(_ operation: Operation, next: inout UInt64) throws(RangeMapError) -> CallOutcome {
    let (range, number, policy) = (operation.range, operation.number, operation.policy)
    var index = operation.index
    switch operation.kind {
    case .load: return .entry(load(index))
    case .find:
      let entry = find(&index, through: range.last)
      return .found(entry, index: index)
    case .findAfter:
      let entry = findAfter(&index, through: range.last)
      return .found(entry, index: index)
    case .next: return .entry(self.next(after: index, through: range.last))
    case .previous: return .entry(previous(before: index, downTo: number))
    case .lowestGap: return .index(try lowestGap(of: number, in: range))
    case .highestGap: return .index(try highestGap(of: number, in: range))

    case .store: try store(operation.entry, over: range, policy: policy)
    case .insert: try insert(operation.nonNullEntry, over: range, policy: policy)
    case .erase: return .entry(try erase(at: index, policy: policy))
    case .allocateLowest:
      return .index(try allocateLowest(operation.nonNullEntry, size: number, in: range, policy: policy))
    case .allocateHighest:
      return .index(try allocateHighest(operation.nonNullEntry, size: number, in: range, policy: policy))
    case .allocateCyclic:
      let taken = try allocateCyclic(operation.nonNullEntry, in: range, next: &next, policy: policy)
      return .cyclic(index: taken.index, wrapped: taken.wrapped, next: next)
    case .removeAll: removeAll()
    case .setReadCopyUpdate: setReadCopyUpdate(operation.flag)

    case .prepare: try prepare(operation.entry, over: range, policy: policy)
    case .storePrepared: try storePrepared()
    case .abandonPrepared: abandonPrepared()
    case .beginBulk: try beginBulk(expecting: number, policy: policy)
    case .bulkStore: try bulkStore(operation.entry, over: range)
    case .endBulk: endBulk()

    case .cursorSet: cursorSet(operation.cursor, to: range)
    case .cursorMove: return .entry(cursorMove(operation.cursor, operation.move, limit: number))
    case .cursorPause: cursorPause(operation.cursor)
    case .cursorReset: cursorReset(operation.cursor)
    case .cursorStore: return .entry(try cursorStore(operation.cursor, operation.entry, policy: policy))
    case .cursorErase: return .entry(try cursorErase(operation.cursor, policy: policy))

    // More than one call, or none.
    case .duplicate, .fill, .bulkFill, .failAllocation, .interlope, .atMost, .enterReader, .leaveReader, .verify: break
    }
    return .done
  }
}
