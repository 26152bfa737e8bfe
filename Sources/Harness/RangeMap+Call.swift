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
    switch operation {
    case .load, .find, .findAfter, .next, .previous, .lowestGap, .highestGap:
      return read(operation)
    case .cursorSet, .cursorMove, .cursorPause, .cursorReset, .cursorStore, .cursorErase:
      return callCursor(operation)
    case .prepare, .storePrepared, .abandonPrepared, .beginBulk, .bulkStore, .endBulk:
      return callReserved(operation)
    default:
      return write(operation, next: &next)
    }
  }

  @inlinable
  func read(_ operation: Operation) -> CallOutcome {
    do throws(RangeMapError) {
      switch operation {
      case .load(let index): return .entry(load(index))
      case .find(var index, let limit):
        let entry = find(&index, through: limit)
        return .found(entry, index: index)
      case .findAfter(var index, let limit):
        let entry = findAfter(&index, through: limit)
        return .found(entry, index: index)
      case .next(let index, let limit): return .entry(self.next(after: index, through: limit))
      case .previous(let index, let limit): return .entry(previous(before: index, downTo: limit))
      case .lowestGap(let size, let window): return .index(try lowestGap(of: size, in: window))
      case .highestGap(let size, let window): return .index(try highestGap(of: size, in: window))
      default: return .done
      }
    } catch {
      return .failure(error, next: 0)
    }
  }

  @inlinable
  mutating func write(_ operation: Operation, next: inout UInt64) -> CallOutcome {
    do throws(RangeMapError) {
      switch operation {
      case .store(let range, let entry, let policy):
        try store(entry, over: range, policy: policy)
      case .insert(let range, let entry, let policy):
        try insert(entry, over: range, policy: policy)
      case .erase(let index, let policy):
        return .entry(try erase(at: index, policy: policy))
      case .allocateLowest(let size, let window, let entry, let policy):
        return .index(try allocateLowest(entry, size: size, in: window, policy: policy))
      case .allocateHighest(let size, let window, let entry, let policy):
        return .index(try allocateHighest(entry, size: size, in: window, policy: policy))
      case .allocateCyclic(let window, let entry, let policy):
        let taken = try allocateCyclic(entry, in: window, next: &next, policy: policy)
        return .cyclic(index: taken.index, wrapped: taken.wrapped, next: next)
      case .removeAll: removeAll()
      case .setReadCopyUpdate(let enabled): setReadCopyUpdate(enabled)
      default: break
      }
      return .done
    } catch {
      if case .allocateCyclic = operation { return .failure(error, next: next) }
      return .failure(error, next: 0)
    }
  }

  @inlinable
  mutating func callReserved(_ operation: Operation) -> CallOutcome {
    do throws(RangeMapError) {
      switch operation {
      case .prepare(let range, let entry, let policy): try prepare(entry, over: range, policy: policy)
      case .storePrepared: try storePrepared()
      case .abandonPrepared: abandonPrepared()
      case .beginBulk(let count, let policy): try beginBulk(expecting: count, policy: policy)
      case .bulkStore(let range, let entry): try bulkStore(entry, over: range)
      case .endBulk: endBulk()
      default: break
      }
      return .done
    } catch {
      return .failure(error, next: 0)
    }
  }

  @inlinable
  mutating func callCursor(_ operation: Operation) -> CallOutcome {
    do throws(RangeMapError) {
      switch operation {
      case .cursorSet(let cursor, let range): cursorSet(cursor & 3, to: range)
      case .cursorMove(let cursor, let move, let limit):
        return .entry(cursorMove(cursor & 3, move, limit: limit))
      case .cursorPause(let cursor): cursorPause(cursor & 3)
      case .cursorReset(let cursor): cursorReset(cursor & 3)
      case .cursorStore(let cursor, let entry, let policy):
        return .entry(try cursorStore(cursor & 3, entry, policy: policy))
      case .cursorErase(let cursor, let policy):
        return .entry(try cursorErase(cursor & 3, policy: policy))
      default: break
      }
      return .done
    } catch {
      return .failure(error, next: 0)
    }
  }
}
