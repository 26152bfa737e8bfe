/// What an operation does. `OperationRow` has all that is to be known of each kind.
public enum OperationKind: UInt8, CaseIterable, Codable, Hashable, Sendable {
  case load, find, findAfter, next, previous, lowestGap, highestGap
  case store, insert, erase, allocateLowest, allocateHighest, allocateCyclic
  case removeAll, setReadCopyUpdate, duplicate, fill
  case prepare, storePrepared, abandonPrepared, beginBulk, bulkStore, endBulk
  case cursorSet, cursorMove, cursorPause, cursorReset, cursorStore, cursorErase
  case failAllocation, interlope, enterReader, leaveReader, verify
  // Kinds are numbered in this order in bytes that are kept: new ones come last.
  case atMost, bulkFill
}

/// What is true of a kind, and hot code asks for.
public struct OperationTraits: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// May change content.
  public static let changes = OperationTraits(rawValue: 1 << 0)
  /// May change content by stores or erasures, each of which takes nodes: `at-most` before it is for it.
  public static let stores: OperationTraits = [.changes, OperationTraits(rawValue: 1 << 1)]
  /// May ask for memory, and say so by an error when it gets none.
  public static let allocates = OperationTraits(rawValue: 1 << 2)
  /// A word to the harness, which no call of the subject answers and which uses up no other order.
  public static let order = OperationTraits(rawValue: 1 << 3)
  /// Is refused on a tree that does not track gaps.
  public static let needsGaps = OperationTraits(rawValue: 1 << 4)
  /// Of bulk mode, which the kernel has no more from 6.18 on.
  public static let bulkMode = OperationTraits(rawValue: 1 << 5)
  /// Uses a cursor.
  public static let cursor = OperationTraits(rawValue: 1 << 6)
  /// Is many stores.
  public static let fill = OperationTraits(rawValue: 1 << 7)
}

extension OperationKind {
  @usableFromInline static let traits = allCases.map(\.row.traits)

  @inlinable
  public var traits: OperationTraits { Self.traits[Int(rawValue)] }

  /// Whether the call may change content.
  @inlinable
  public var isWrite: Bool { traits.contains(.changes) }

  /// Whether the call may ask for memory and say so by an error when it gets none.
  @inlinable
  public var mayAllocate: Bool { traits.contains(.allocates) }

  /// Whether a failure of the call could leave a trace.
  @inlinable
  public var isWriteOrReservation: Bool { !traits.isDisjoint(with: [.changes, .allocates]) }

  /// Whether this is a word to the harness, which no call of the subject answers and which uses up no other order.
  @inlinable
  public var isOrder: Bool { traits.contains(.order) }

  @inlinable
  public var usesCursor: Bool { traits.contains(.cursor) }

  /// Whether this is many stores.
  @inlinable
  public var isFill: Bool { traits.contains(.fill) }

  /// The words that tables use.
  public var name: String { row.name }

  /// Those of bulk mode, which the kernel has no more from 6.18 on.
  public static let ofBulkMode = Set(allCases.filter { $0.traits.contains(.bulkMode) })
}
