import RangeMapCore

/// All that is to be known of a kind of operation, but for how it is made: its line and what it means, its name in
/// tables, its traits, and how often it comes in a run. Text, bytes, mutation, weights and the table of
/// `docs/SCRIPTS.md` come from it.
public struct OperationRow: Sendable {
  /// The words that tables use.
  public let name: String
  public let form: LineForm<Operation>
  /// The fields of `Operation` that the kind has.
  let fields: OperationFieldSet
  public let traits: OperationTraits
  public let family: OperationFamily
  let feature: OperationFeature
  /// How often the kind comes if nothing is left out. Operations that cost as much as the map is large are rare.
  let weight: UInt64

  fileprivate init(
    _ name: String, _ parts: [OperationPart], _ traits: OperationTraits, _ family: OperationFamily,
    _ feature: OperationFeature, weight: UInt64, _ meaning: String
  ) {
    self.name = name
    form = LineForm(parts.map(\.part), meaning)
    fields = parts.reduce(into: []) { $0.formUnion($1.fields) }
    var traits = traits
    if fields.contains(.cursor) { traits.insert(.cursor) }
    if fields.contains(.stride) { traits.insert(.fill) }
    self.traits = traits
    self.family = family
    self.feature = feature
    self.weight = weight
  }
}

/// Kinds that make sense only together: a run leaves them out together.
enum OperationFeature: Int, CaseIterable, Sendable {
  case load, search, neighbours, gaps, store, insert, erase, allocation, clear, readerMode, duplicate, fill
  case prepared, bulk, cursor, cursorWrites, failure, interloper, readers, verify
}

/// Operations that are one to a tree, whatever interface they are made by.
public enum OperationFamily: String, CaseIterable, Hashable, Codable, Sendable {
  case load, search, step
  case gapSearch = "gap search"
  case cursor
  case store, erasure, insertion, allocation
  case cyclicAllocation = "cyclic allocation"
  case preparedStore = "prepared store"
  case bulkMode = "bulk mode"
  case duplicate, emptying
  case readerMode = "reader mode"
  /// Orders to the harness, and the end of a run.
  case end = "end of run"
}

extension OperationKind {
  public var row: OperationRow { OperationRow.rows[Int(rawValue)] }

  // A row is large, and the generator asks for these of each operation.
  private static let families = allCases.map(\.row.family)
  private static let fields = allCases.map(\.row.fields)

  public var family: OperationFamily { Self.families[Int(rawValue)] }

  /// The fields of `Operation` that the kind has.
  var fields: OperationFieldSet { Self.fields[Int(rawValue)] }

  /// Whether the kind asks for memory by itself, whatever was done before: a refusal that is ordered first meets it.
  var asksAlone: Bool { mayAllocate && !isFill && !traits.contains(.bulkMode) }
}

extension OperationRow {
  /// In the order of the kinds.
  static let rows = OperationKind.allCases.map(row)

  /// The lines of scripts, in the order of the kinds.
  package static let lines = LineTable(rows.map(\.form), expected: "an operation such as 'store'")

  /// The table of `docs/SCRIPTS.md`.
  public static var documentation: String {
    lines.documentation([
      ("asks for memory", { rows[$0].traits.contains(.allocates) ? "yes" : "" }),
      ("byte", { UTF8Text.hexadecimal(UInt8($0)) }),
    ])
  }

  private static func row(_ kind: OperationKind) -> OperationRow {
    switch kind {
    case .load: .init("load", [.word("load"), .index], [], .load, .load, weight: 60, "the entry at an index")
    case .find:
      .init(
        "find", [.word("find"), .index, .through], [], .search, .search, weight: 25,
        "the first entry at or after an index")
    case .findAfter:
      .init(
        "find after", [.word("find-after"), .index, .through], [], .search, .search, weight: 25,
        "the first entry after an index")
    case .next:
      .init(
        "next", [.word("next"), .index, .through], [], .step, .neighbours, weight: 25,
        "the entry after the slot of an index")
    case .previous:
      .init(
        "previous", [.word("previous"), .index, .downTo], [], .step, .neighbours, weight: 25,
        "the entry before the slot of an index")
    case .lowestGap:
      .init(
        "lowest gap", [.word("gap"), .word("lowest"), .number("a size"), .window], .needsGaps, .gapSearch, .gaps,
        weight: 20, "where so many free indices in a row begin, as low as can be")
    case .highestGap:
      .init(
        "highest gap", [.word("gap"), .word("highest"), .number("a size"), .window], .needsGaps, .gapSearch, .gaps,
        weight: 20, "the same, as high as can be")
    case .store:
      .init(
        "store", [.word("store"), .range, .value, .policy], [.stores, .allocates], .store, .store, weight: 220,
        "stores over all indices of a range; `-` erases them")
    case .insert:
      .init(
        "insert", [.word("insert"), .range, .entry, .policy], [.stores, .allocates], .insertion, .insert, weight: 60,
        "stores if the whole range is free")
    case .erase:
      .init(
        "erase", [.word("erase"), .index, .policy], [.stores, .allocates], .erasure, .erase, weight: 80,
        "erases the entry at an index, with its whole range")
    case .allocateLowest:
      .init(
        "allocate lowest",
        [.word("allocate"), .word("lowest"), .number("a size"), .window, .entry, .policy],
        [.stores, .allocates, .needsGaps], .allocation, .allocation, weight: 20, "stores in the lowest gap of that size"
      )
    case .allocateHighest:
      .init(
        "allocate highest",
        [.word("allocate"), .word("highest"), .number("a size"), .window, .entry, .policy],
        [.stores, .allocates, .needsGaps], .allocation, .allocation, weight: 20,
        "stores in the highest gap of that size")
    case .allocateCyclic:
      .init(
        "allocate cyclic", [.word("allocate"), .word("cyclic"), .window, .entry, .policy],
        [.stores, .allocates, .needsGaps], .cyclicAllocation, .allocation, weight: 20,
        "stores at the first free index after the last one so taken; a run begins at 0")
    case .removeAll:
      .init("remove all", [.word("clear")], .changes, .emptying, .clear, weight: 1, "erases all")
    case .setReadCopyUpdate:
      .init(
        "set read copy update", [.word("rcu"), .onOff], [], .readerMode, .readerMode, weight: 1,
        "switches reader mode")
    case .duplicate:
      .init(
        "duplicate", [.word("dup"), .policy], .allocates, .duplicate, .duplicate, weight: 2,
        "duplicates the map, compares, and goes on with the duplicate")
    case .fill:
      .init(
        "fill", [.word("fill")] + OperationPart.fill, [.stores, .allocates], .store, .fill, weight: 2,
        "so many stores: the first `width` wide, each next one `stride` higher; stops at the end of the index space")
    case .prepare:
      .init(
        "prepare", [.word("prepare"), .range, .value, .policy], .allocates, .preparedStore, .prepared, weight: 25,
        "takes the nodes for a store that comes later")
    case .storePrepared:
      .init(
        "store prepared", [.word("store-prepared")], .stores, .preparedStore, .prepared, weight: 6,
        "makes the store that was prepared")
    case .abandonPrepared:
      .init(
        "abandon prepared", [.word("abandon-prepared")], [], .preparedStore, .prepared, weight: 5,
        "gives the nodes back")
    case .beginBulk:
      .init(
        "begin bulk", [.word("bulk"), .word("begin"), .number("a count of entries"), .policy],
        [.allocates, .bulkMode], .bulkMode, .bulk, weight: 2, "begins bulk mode, and takes nodes for so many entries")
    case .bulkStore:
      .init(
        "bulk store", [.word("bulk"), .word("store"), .range, .value], [.stores, .allocates, .bulkMode], .bulkMode,
        .bulk, weight: 2, "stores in bulk mode")
    case .endBulk:
      .init(
        "end bulk", [.word("bulk"), .word("end")], [.changes, .bulkMode], .bulkMode, .bulk, weight: 2,
        "ends bulk mode")
    case .cursorSet:
      .init(
        "cursor set", [.word("cursor"), .cursor, .word("set"), .range], [], .cursor, .cursor, weight: 40,
        "sets a cursor to a range")
    case .cursorMove:
      .init(
        "cursor move", [.word("cursor"), .cursor, .move, .limit], [], .cursor, .cursor, weight: 120,
        "moves a cursor")
    case .cursorPause:
      .init(
        "cursor pause", [.word("cursor"), .cursor, .word("pause")], [], .cursor, .cursor, weight: 5,
        "pauses a cursor: its next step walks again")
    case .cursorReset:
      .init(
        "cursor reset", [.word("cursor"), .cursor, .word("reset")], [], .cursor, .cursor, weight: 5,
        "resets a cursor to its start")
    case .cursorStore:
      .init(
        "cursor store", [.word("cursor"), .cursor, .word("store"), .value, .policy], [.stores, .allocates], .store,
        .cursorWrites, weight: 40, "stores over the range of a cursor")
    case .cursorErase:
      .init(
        "cursor erase", [.word("cursor"), .cursor, .word("erase"), .policy], [.stores, .allocates], .erasure,
        .cursorWrites, weight: 20, "erases the entry at a cursor")
    case .failAllocation:
      .init(
        "fail allocation", [.word("fail"), .number("the index of an allocation request"), .flag("forever")], .order,
        .end, .failure, weight: 12,
        "the allocation request of this index, from 1, of the next call is refused; with `forever` all after it too")
    case .interlope:
      .init(
        "interlope", [.word("meanwhile"), .word("store"), .range, .value], .order, .end, .interloper, weight: 6,
        "another writer makes this store when the next call lets go of the map's own lock")
    case .enterReader:
      .init(
        "enter reader", [.word("reader"), .word("enter")], .order, .end, .readers, weight: 4, "a reader comes in")
    case .leaveReader:
      .init("leave reader", [.word("reader"), .word("leave")], .order, .end, .readers, weight: 4, "a reader leaves")
    case .verify:
      .init(
        "verify", [.word("verify")], .order, .end, .verify, weight: 1, "compares the whole content, and checks the laws"
      )
    // What a bound should be is not known of every subject, and bulk mode's plan stores one by one.
    case .atMost:
      .init(
        "at most", [.word("at-most"), .number("a number of nodes")], .order, .end, .verify, weight: 0,
        "the next store or erasure that succeeds takes at most so many nodes")
    case .bulkFill:
      .init(
        "bulk fill", [.word("bulk"), .word("fill")] + OperationPart.fill, [.stores, .allocates, .bulkMode], .bulkMode,
        .bulk, weight: 0, "as `fill`, by stores in bulk mode")
    }
  }
}

/// The fields of `Operation` that a part of a line sets.
struct OperationFieldSet: OptionSet, Hashable, Sendable {
  let rawValue: UInt16

  /// The first index of `range`.
  static let index = OperationFieldSet(rawValue: 1 << 0)
  /// Both ends of `range`.
  static let range: OperationFieldSet = [.index, OperationFieldSet(rawValue: 1 << 1)]
  /// `number` as a size or a count.
  static let size = OperationFieldSet(rawValue: 1 << 2)
  /// `number` as the index at which a search ends.
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

/// A part of an operation's line, and the fields that it sets.
private struct OperationPart {
  let fields: OperationFieldSet
  let part: LinePart<Operation>

  init(_ fields: OperationFieldSet, _ part: LinePart<Operation>) { (self.fields, self.part) = (fields, part) }

  static func word(_ word: String) -> Self { Self([], .word(word)) }
  static let index = Self(.index, .value(\.index, .index))
  static let range = Self(.range, .value(\.range, .range))
  static let window = Self(.range, .option("in", \.range, .range, default: .all))
  static func number(_ what: String) -> Self { Self(.size, .value(\.number, .number(what))) }
  static let entry = Self(.entry, .value(\.entry, .entry))
  static let value = Self(.optionalEntry, .value(\.entry, .entryOrNull))
  static let policy = Self(
    .policy,
    .optionalWord(
      \.policy, [("nowait", .mustNotSleep), ("atomic", .atomic)], default: .maySleep, syntax: "POLICY"))
  static let cursor = Self(.cursor, .value(\.cursor, .cursor))
  static let move = Self(.move, .choice(\.move, LineValue("MOVE", oneOf: CursorMove.allCases.map { ($0.word, $0) })))
  static func flag(_ word: String) -> Self { Self(.flag, .optionalWord(word, \.flag)) }
  static let onOff = Self(.flag, .value(\.flag, LineValue("on/off", oneOf: [("on", true), ("off", false)])))

  static let through = Self(.range, .option("through", \.range.last, .index, default: .max))
  static let downTo = Self(.limit, .option("down-to", \.number, .index, default: 0))
  /// The end of a cursor's search, in the direction of the step before it.
  static let limit = Self(
    .limit,
    LinePart(
      "[LIMIT]", text: { ($0.move.isForward ? forward : downTo.part).text($0) },
      take: { (reader, line) throws(ScriptError) in
        try (line.move.isForward ? forward : downTo.part).take(&reader, &line)
      }))
  private static let forward = LinePart<Operation>.option("through", \.number, .index, default: .max)

  static let fill = [
    Self(.size, .value(\.number, .number("a count of at most \(UInt16.max)", upTo: UInt64(UInt16.max)))),
    Self(.index, .option("from", \.index, .index, default: 0, isPrinted: true)),
    Self(.stride, .option("stride", \.stride, .number("a stride"), default: 1, isPrinted: true)),
    Self(.stride, .option("width", \.width, .number("a width"), default: 1, isPrinted: true)),
    entry,
  ]
}

extension CursorMove {
  /// The word of the step in scripts.
  fileprivate var word: String {
    switch self {
    case .walk: "walk"
    case .find: "find"
    case .findRange: "find-range"
    case .next: "next"
    case .nextRange: "next-range"
    case .previous: "previous"
    case .previousRange: "previous-range"
    case .findReverse: "find-reverse"
    case .findRangeReverse: "find-range-reverse"
    }
  }
}
