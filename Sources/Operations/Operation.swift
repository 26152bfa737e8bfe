import RangeMapCore

/// One line of a script: a call on a subject, or an order to the harness about the next call.
///
/// Every kind has the same few fields, so that reading, printing, coding, mutation and shrinking need not know each
/// kind. `OperationRow` says what a kind does and which fields it has; `normalized` holds the others as they begin.
/// `docs/SCRIPTS.md` has the text form, `OperationCoding` the bytes.
public struct Operation: Hashable, Sendable {
  /// What an operation that needs an entry has if none was given.
  public static let defaultEntry = Entry(nonNullWord: 0x1000)

  public var kind: OperationKind
  /// A range, a window, the two ends of a search, or an index alone, which is both ends then.
  public var range: KeyRange
  /// A size, a count, or the index at which a search ends.
  public var number: UInt64
  /// How much higher each store of a fill begins.
  public var stride: UInt64
  /// How many indices each store of a fill covers.
  public var width: UInt64
  /// `nil` is NULL.
  public var entry: Entry?
  public var policy: AllocationPolicy
  /// From 0 to 3.
  public var cursor: Int
  public var move: CursorMove
  /// Whether reader mode is on, or whether all later requests are refused too.
  public var flag: Bool

  @inlinable
  public init(
    _ kind: OperationKind, range: KeyRange = KeyRange(0, 0), number: UInt64 = 0, stride: UInt64 = 0, width: UInt64 = 0,
    entry: Entry? = nil, policy: AllocationPolicy = .maySleep, cursor: Int = 0, move: CursorMove = .walk,
    flag: Bool = false
  ) {
    self.kind = kind
    self.range = range
    self.number = number
    self.stride = stride
    self.width = width
    self.entry = entry
    self.policy = policy
    self.cursor = cursor & 3
    self.move = move
    self.flag = flag
  }

  /// The index of an operation that has one alone.
  @inlinable
  public var index: UInt64 {
    get { range.first }
    set { range = .single(newValue) }
  }

  /// The entry of an operation that has no NULL.
  @inlinable
  public var nonNullEntry: Entry { entry ?? Self.defaultEntry }

  /// The number of the cursor that the operation uses; `nil` if it uses none.
  @inlinable
  public var usedCursor: Int? { kind.usesCursor ? cursor : nil }

  /// The calls that the operation is, as far as its fields tell.
  public var callCount: UInt64 { kind.isFill ? max(1, number) : 1 }

  /// Whether all that the operation does is to store entries, and if so whether in bulk mode; else `nil`.
  public var storesEntriesInBulk: Bool? {
    switch kind {
    case .store: entry == nil ? nil : false
    case .insert, .fill: false
    case .bulkStore: entry == nil ? nil : true
    case .bulkFill: true
    default: nil
    }
  }

  /// The operation with the fields that its kind does not have as they begin, and with the others in their bounds: two
  /// operations that print alike are equal then.
  public var normalized: Operation {
    let used = kind.fields
    var operation = Operation(kind)
    if used.contains(.range) {
      operation.range = range
    } else if used.contains(.index) {
      operation.index = index
    }
    if !used.isDisjoint(with: [.size, .limit]) { operation.number = number }
    if used.contains(.stride) {
      operation.number = number & UInt64(UInt16.max)
      (operation.stride, operation.width) = (stride, width)
    }
    if used.contains(.optionalEntry) { operation.entry = entry }
    if used.contains(.entry) { operation.entry = nonNullEntry }
    if used.contains(.policy) { operation.policy = policy }
    if used.contains(.cursor) { operation.cursor = cursor & 3 }
    if used.contains(.move) { operation.move = move }
    if used.contains(.flag) { operation.flag = flag }
    return operation
  }
}

extension Operation: CustomStringConvertible {
  /// The line of a script.
  public var description: String { ScriptText.print(self) }
}

// Each kind with the values that it has.
extension Operation {
  public static func load(_ index: UInt64) -> Self { Self(.load, range: .single(index)) }
  public static func find(from first: UInt64, through last: UInt64) -> Self {
    Self(.find, range: KeyRange(first, last))
  }
  public static func findAfter(from first: UInt64, through last: UInt64) -> Self {
    Self(.findAfter, range: KeyRange(first, last))
  }
  public static func next(after first: UInt64, through last: UInt64) -> Self {
    Self(.next, range: KeyRange(first, last))
  }
  public static func previous(before index: UInt64, downTo limit: UInt64) -> Self {
    Self(.previous, range: .single(index), number: limit)
  }
  public static func lowestGap(size: UInt64, window: KeyRange) -> Self { Self(.lowestGap, range: window, number: size) }
  public static func highestGap(size: UInt64, window: KeyRange) -> Self {
    Self(.highestGap, range: window, number: size)
  }

  public static func store(_ range: KeyRange, _ entry: Entry?, _ policy: AllocationPolicy) -> Self {
    Self(.store, range: range, entry: entry, policy: policy)
  }
  public static func insert(_ range: KeyRange, _ entry: Entry, _ policy: AllocationPolicy) -> Self {
    Self(.insert, range: range, entry: entry, policy: policy)
  }
  public static func erase(_ index: UInt64, _ policy: AllocationPolicy) -> Self {
    Self(.erase, range: .single(index), policy: policy)
  }
  public static func allocateLowest(
    size: UInt64, window: KeyRange, _ entry: Entry, _ policy: AllocationPolicy
  ) -> Self { Self(.allocateLowest, range: window, number: size, entry: entry, policy: policy) }
  public static func allocateHighest(
    size: UInt64, window: KeyRange, _ entry: Entry, _ policy: AllocationPolicy
  ) -> Self { Self(.allocateHighest, range: window, number: size, entry: entry, policy: policy) }
  public static func allocateCyclic(window: KeyRange, _ entry: Entry, _ policy: AllocationPolicy) -> Self {
    Self(.allocateCyclic, range: window, entry: entry, policy: policy)
  }
  public static var removeAll: Self { Self(.removeAll) }
  public static func setReadCopyUpdate(_ isOn: Bool) -> Self { Self(.setReadCopyUpdate, flag: isOn) }
  public static func duplicate(_ policy: AllocationPolicy) -> Self { Self(.duplicate, policy: policy) }
  public static func fill(
    count: UInt16, first: UInt64, stride: UInt64, width: UInt64, _ entry: Entry
  ) -> Self { Self(.fill, range: .single(first), number: UInt64(count), stride: stride, width: width, entry: entry) }

  public static func prepare(_ range: KeyRange, _ entry: Entry?, _ policy: AllocationPolicy) -> Self {
    Self(.prepare, range: range, entry: entry, policy: policy)
  }
  public static var storePrepared: Self { Self(.storePrepared) }
  public static var abandonPrepared: Self { Self(.abandonPrepared) }
  public static func beginBulk(expecting count: UInt64, _ policy: AllocationPolicy) -> Self {
    Self(.beginBulk, number: count, policy: policy)
  }
  public static func bulkStore(_ range: KeyRange, _ entry: Entry?) -> Self {
    Self(.bulkStore, range: range, entry: entry)
  }
  public static func bulkFill(
    count: UInt16, first: UInt64, stride: UInt64, width: UInt64, _ entry: Entry
  ) -> Self {
    Self(.bulkFill, range: .single(first), number: UInt64(count), stride: stride, width: width, entry: entry)
  }
  public static var endBulk: Self { Self(.endBulk) }

  public static func cursorSet(_ cursor: Int, _ range: KeyRange) -> Self {
    Self(.cursorSet, range: range, cursor: cursor)
  }
  public static func cursorMove(_ cursor: Int, _ move: CursorMove, limit: UInt64) -> Self {
    Self(.cursorMove, number: limit, cursor: cursor, move: move)
  }
  public static func cursorPause(_ cursor: Int) -> Self { Self(.cursorPause, cursor: cursor) }
  public static func cursorReset(_ cursor: Int) -> Self { Self(.cursorReset, cursor: cursor) }
  public static func cursorStore(_ cursor: Int, _ entry: Entry?, _ policy: AllocationPolicy) -> Self {
    Self(.cursorStore, entry: entry, policy: policy, cursor: cursor)
  }
  public static func cursorErase(_ cursor: Int, _ policy: AllocationPolicy) -> Self {
    Self(.cursorErase, policy: policy, cursor: cursor)
  }

  public static func failAllocation(_ index: UInt64, forever: Bool) -> Self {
    Self(.failAllocation, number: index, flag: forever)
  }
  public static func interlope(_ range: KeyRange, _ entry: Entry?) -> Self {
    Self(.interlope, range: range, entry: entry)
  }
  public static func atMost(nodes: UInt64) -> Self { Self(.atMost, number: nodes) }
  public static var enterReader: Self { Self(.enterReader) }
  public static var leaveReader: Self { Self(.leaveReader) }
  public static var verify: Self { Self(.verify) }
}

/// A script: the kind of the tree, and what is done to it.
public struct Script: Hashable, Sendable {
  public var configuration: MapConfiguration
  public var operations: [Operation]

  public init(configuration: MapConfiguration = MapConfiguration(), operations: [Operation] = []) {
    self.configuration = configuration
    self.operations = operations
  }
}
