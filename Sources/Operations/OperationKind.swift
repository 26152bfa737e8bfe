/// Which case of `Operation` it is, without its values.
public enum OperationKind: UInt8, CaseIterable, Hashable, Sendable {
  case load, find, findAfter, next, previous, lowestGap, highestGap
  case store, insert, erase, allocateLowest, allocateHighest, allocateCyclic
  case removeAll, setReadCopyUpdate, duplicate, fill
  case prepare, storePrepared, abandonPrepared, beginBulk, bulkStore, endBulk
  case cursorSet, cursorMove, cursorPause, cursorReset, cursorStore, cursorErase
  case failAllocation, interlope, enterReader, leaveReader, verify
  // Kinds are numbered in this order in bytes that are kept: new ones come last.
  case atMost, bulkFill

  /// Those of bulk mode, which the kernel has no more from 6.18 on.
  public static let ofBulkMode: Set<OperationKind> = [.beginBulk, .bulkStore, .endBulk, .bulkFill]
}

/// The values that operations of a kind carry.
struct OperationFieldSet: OptionSet, Hashable, Sendable {
  let rawValue: UInt16

  /// `range.first` alone.
  static let index = OperationFieldSet(rawValue: 1 << 0)
  /// Both ends of `range`.
  static let range = OperationFieldSet(rawValue: 1 << 1)
  /// `number` as a size or a count.
  static let size = OperationFieldSet(rawValue: 1 << 2)
  /// `number` as the index where a search ends.
  static let limit = OperationFieldSet(rawValue: 1 << 3)
  /// `stride` and `width`.
  static let stride = OperationFieldSet(rawValue: 1 << 4)
  /// An entry that is not NULL.
  static let entry = OperationFieldSet(rawValue: 1 << 5)
  /// An entry or NULL.
  static let optionalEntry = OperationFieldSet(rawValue: 1 << 6)
  static let policy = OperationFieldSet(rawValue: 1 << 7)
  static let cursor = OperationFieldSet(rawValue: 1 << 8)
  static let move = OperationFieldSet(rawValue: 1 << 9)
  static let flag = OperationFieldSet(rawValue: 1 << 10)
}

extension OperationKind {
  var fields: OperationFieldSet {
    switch self {
    case .load: .index
    case .find, .findAfter, .next: .range
    case .previous: [.index, .limit]
    case .lowestGap, .highestGap: [.size, .range]
    case .store, .prepare: [.range, .optionalEntry, .policy]
    case .insert: [.range, .entry, .policy]
    case .erase: [.index, .policy]
    case .allocateLowest, .allocateHighest: [.size, .range, .entry, .policy]
    case .allocateCyclic: [.range, .entry, .policy]
    case .duplicate: .policy
    case .setReadCopyUpdate: .flag
    case .fill, .bulkFill: [.size, .index, .stride, .entry]
    case .atMost: .size
    case .beginBulk: [.size, .policy]
    case .bulkStore, .interlope: [.range, .optionalEntry]
    case .cursorSet: [.cursor, .range]
    case .cursorMove: [.cursor, .move, .limit]
    case .cursorPause, .cursorReset: .cursor
    case .cursorStore: [.cursor, .optionalEntry, .policy]
    case .cursorErase: [.cursor, .policy]
    case .failAllocation: [.size, .flag]
    case .removeAll, .storePrepared, .abandonPrepared, .endBulk, .enterReader, .leaveReader, .verify: []
    }
  }
}
