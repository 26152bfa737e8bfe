import RangeMapCore

/// An operation taken apart into the same few fields whatever its kind, so that coding, mutation and shrinking need not
/// know each case. `OperationKind.fields` tells which of them mean something.
struct OperationFields: Hashable, Sendable {
  /// What a field holds that a kind requires not to be NULL and that nothing was given for.
  static let defaultEntry = Entry(nonNullWord: 0x1000)

  var kind: OperationKind
  /// A range, a window, the two ends of a search, or (`first` alone) an index.
  var range = KeyRange(0, 0)
  /// A size, a count, or a limit.
  var number: UInt64 = 0
  var stride: UInt64 = 0
  var width: UInt64 = 0
  var entry: Entry? = nil
  var policy = AllocationPolicy.maySleep
  var cursor = 0
  var move = CursorMove.walk
  var flag = false

  init(kind: OperationKind) { self.kind = kind }

  var operation: Operation {
    switch kind {
    case .load: .load(range.first)
    case .find: .find(from: range.first, through: range.last)
    case .findAfter: .findAfter(from: range.first, through: range.last)
    case .next: .next(after: range.first, through: range.last)
    case .previous: .previous(before: range.first, downTo: number)
    case .lowestGap: .lowestGap(size: number, window: range)
    case .highestGap: .highestGap(size: number, window: range)
    case .store: .store(range, entry, policy)
    case .insert: .insert(range, required, policy)
    case .erase: .erase(range.first, policy)
    case .allocateLowest: .allocateLowest(size: number, window: range, required, policy)
    case .allocateHighest: .allocateHighest(size: number, window: range, required, policy)
    case .allocateCyclic: .allocateCyclic(window: range, required, policy)
    case .removeAll: .removeAll
    case .setReadCopyUpdate: .setReadCopyUpdate(flag)
    case .duplicate: .duplicate(policy)
    case .fill:
      .fill(
        count: UInt16(truncatingIfNeeded: number), first: range.first, stride: stride, width: width, required)
    case .prepare: .prepare(range, entry, policy)
    case .storePrepared: .storePrepared
    case .abandonPrepared: .abandonPrepared
    case .beginBulk: .beginBulk(expecting: number, policy)
    case .bulkStore: .bulkStore(range, entry)
    case .endBulk: .endBulk
    case .bulkFill:
      .bulkFill(
        count: UInt16(truncatingIfNeeded: number), first: range.first, stride: stride, width: width, required)
    case .cursorSet: .cursorSet(cursor, range)
    case .cursorMove: .cursorMove(cursor, move, limit: number)
    case .cursorPause: .cursorPause(cursor)
    case .cursorReset: .cursorReset(cursor)
    case .cursorStore: .cursorStore(cursor, entry, policy)
    case .cursorErase: .cursorErase(cursor, policy)
    case .failAllocation: .failAllocation(number, forever: flag)
    case .interlope: .interlope(range, entry)
    case .enterReader: .enterReader
    case .leaveReader: .leaveReader
    case .verify: .verify
    case .atMost: .atMost(nodes: number)
    }
  }

  private var required: Entry { entry ?? OperationFields.defaultEntry }
}

extension Operation {
  /// Which operation it is, without its values.
  public var kind: OperationKind {
    switch self {
    case .load: .load
    case .find: .find
    case .findAfter: .findAfter
    case .next: .next
    case .previous: .previous
    case .lowestGap: .lowestGap
    case .highestGap: .highestGap
    case .store: .store
    case .insert: .insert
    case .erase: .erase
    case .allocateLowest: .allocateLowest
    case .allocateHighest: .allocateHighest
    case .allocateCyclic: .allocateCyclic
    case .removeAll: .removeAll
    case .setReadCopyUpdate: .setReadCopyUpdate
    case .duplicate: .duplicate
    case .fill: .fill
    case .prepare: .prepare
    case .storePrepared: .storePrepared
    case .abandonPrepared: .abandonPrepared
    case .beginBulk: .beginBulk
    case .bulkStore: .bulkStore
    case .endBulk: .endBulk
    case .cursorSet: .cursorSet
    case .cursorMove: .cursorMove
    case .cursorPause: .cursorPause
    case .cursorReset: .cursorReset
    case .cursorStore: .cursorStore
    case .cursorErase: .cursorErase
    case .failAllocation: .failAllocation
    case .interlope: .interlope
    case .enterReader: .enterReader
    case .leaveReader: .leaveReader
    case .verify: .verify
    case .atMost: .atMost
    case .bulkFill: .bulkFill
    }
  }
}

extension OperationFields {
  init(_ operation: Operation) {
    self.init(kind: operation.kind)
    switch operation {
    case .load(let index):
      range.first = index
    case .find(let first, let last), .findAfter(let first, let last), .next(let first, let last):
      range = KeyRange(first, last)
    case .previous(let before, let limit):
      range.first = before
      number = limit
    case .lowestGap(let size, let window), .highestGap(let size, let window):
      (number, range) = (size, window)
    case .store(let range, let entry, let policy), .prepare(let range, let entry, let policy):
      (self.range, self.entry, self.policy) = (range, entry, policy)
    case .insert(let range, let entry, let policy), .allocateCyclic(let range, let entry, let policy):
      (self.range, self.entry, self.policy) = (range, entry, policy)
    case .erase(let index, let policy):
      (range.first, self.policy) = (index, policy)
    case .allocateLowest(let size, let window, let entry, let policy),
      .allocateHighest(let size, let window, let entry, let policy):
      (number, range, self.entry, self.policy) = (size, window, entry, policy)
    case .setReadCopyUpdate(let enabled):
      flag = enabled
    case .duplicate(let policy):
      self.policy = policy
    case .fill(let count, let first, let stride, let width, let entry),
      .bulkFill(let count, let first, let stride, let width, let entry):
      (number, range.first, self.stride, self.width, self.entry) = (UInt64(count), first, stride, width, entry)
    case .beginBulk(let count, let policy):
      (number, self.policy) = (count, policy)
    case .bulkStore(let range, let entry), .interlope(let range, let entry):
      (self.range, self.entry) = (range, entry)
    case .cursorSet(let cursor, let range):
      (self.cursor, self.range) = (cursor, range)
    case .cursorMove(let cursor, let move, let limit):
      (self.cursor, self.move, number) = (cursor, move, limit)
    case .cursorPause(let cursor), .cursorReset(let cursor):
      self.cursor = cursor
    case .cursorStore(let cursor, let entry, let policy):
      (self.cursor, self.entry, self.policy) = (cursor, entry, policy)
    case .cursorErase(let cursor, let policy):
      (self.cursor, self.policy) = (cursor, policy)
    case .failAllocation(let index, let forever):
      (number, flag) = (index, forever)
    case .atMost(let nodes):
      number = nodes
    case .removeAll, .storePrepared, .abandonPrepared, .endBulk, .enterReader, .leaveReader, .verify:
      break
    }
  }
}
